#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What an analysis costs, as a multiple of parsing the same files.

    bench/run.py --build build/release                    64 generated files
    bench/run.py --build build/release --database DIR     a project of yours

Every mode runs over all files in each repetition; CPU time (user and system, all
child processes) is divided by that of `clang++ -fsyntax-only` in the same
repetition, half of which comes before the cold run and half after it, so that a
busy machine disturbs little. Shown: median (min-max).

    parse            clang++ -fsyntax-only -w, the base
    clang-tidy       with one cheap check, misc-unused-parameters
    plugin           the same with all cancel- checks on top
    cancel-tidy      the whole run on one core, the cache empty
    -j 2             the same on two cores: compare the wall times
    --no-fast        the same, each file parsed in full
    again            the same run once more, nothing changed
    one file edited  the same after a comment was added to one file
    header edited    the same after one to a header that all include (--edit)
    link             the link step alone, from facts files
    without token    generated files that see no token, against a parse of them
"""

import argparse
import collections
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HEADERS = """algorithm array atomic chrono condition_variable deque exception filesystem
fstream functional future iostream iterator map memory mutex numeric optional random
ranges regex set sstream stop_token string string_view thread tuple unordered_map
variant vector""".split()

# One unit of a generated file; {n} makes names unique. The first function of each
# unit is as it should be; every fourth unit holds a seeded defect after it.
UNIT = """
namespace unit{n} {{

struct Record {{
  std::string name;
  std::vector<double> values;
  std::map<std::string, std::size_t> index;
}};

double score(const Record &r) {{
  return std::accumulate(r.values.begin(), r.values.end(), 0.0,
                         [](double a, double b) {{ return a + b * b; }});
}}

bool fetch(const std::string &name, Record &out, std::stop_token stop = {{}}) {{
  std::ifstream in(name);
  std::string line;
  while (!stop.stop_requested() && std::getline(in, line)) {{
    std::istringstream words(line);
    double value;
    while (words >> value) out.values.push_back(value);
    out.index.emplace(line, out.values.size());
  }}
  return !stop.stop_requested();
}}

std::vector<Record> load(const std::vector<std::string> &names, std::stop_token stop) {{
  std::vector<Record> all;
  for (const auto &name : names) {{
    if (stop.stop_requested()) break;
    Record r;
    r.name = name;
    if (fetch(name, r, stop)) all.push_back(std::move(r));
  }}
  std::sort(all.begin(), all.end(),
            [](const Record &a, const Record &b) {{ return score(a) < score(b); }});
  return all;
}}

class Worker {{
public:
  explicit Worker(std::vector<std::string> names)
      : thread_([names = std::move(names), this](std::stop_token stop) {{
          std::unique_lock lock(mutex_);
          while (!stop.stop_requested()) {{
            ready_.wait(lock, stop, [this] {{ return pending_; }});
            if (stop.stop_requested()) return;
            results_ = load(names, stop);
            pending_ = false;
          }}
        }}) {{}}
  void kick() {{
    std::lock_guard lock(mutex_);
    pending_ = true;
    ready_.notify_one();
  }}

private:
  std::mutex mutex_;
  std::condition_variable_any ready_;
  bool pending_ = false;
  std::vector<Record> results_;
  std::jthread thread_;
}};
{defect}
}} // namespace unit{n}
"""

# The same sort of work, in code that knows no token.
PLAIN_UNIT = UNIT[: UNIT.index("bool fetch(")] + """
bool fetch(const std::string &name, Record &out) {{
  std::ifstream in(name);
  std::string line;
  while (std::getline(in, line)) {{
    std::istringstream words(line);
    double value;
    while (words >> value) out.values.push_back(value);
    out.index.emplace(line, out.values.size());
  }}
  return in.eof();
}}

std::vector<Record> load(const std::vector<std::string> &names) {{
  std::vector<Record> all;
  for (const auto &name : names) {{
    Record r;
    r.name = name;
    if (fetch(name, r)) all.push_back(std::move(r));
  }}
  std::sort(all.begin(), all.end(),
            [](const Record &a, const Record &b) {{ return score(a) < score(b); }});
  return all;
}}
}} // namespace unit{n}
"""

DEFECTS = [
    """
void seeded_not_passed_on(const std::vector<std::string> &names, std::stop_token stop) {
  for (const auto &name : names) {
    if (stop.stop_requested()) return;
    Record r;
    fetch(name, r);
  }
}
""",
    """
void seeded_loop(const std::string &name, std::stop_token stop) {
  if (stop.stop_requested()) return;
  while (true) {
    Record r;
    fetch(name, r, stop);
    std::cout << score(r) << std::endl;
  }
}
""",
    """
void seeded_wait(std::stop_token stop) {
  while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::seconds(30));
}
""",
    """
void seeded_stale(const std::string &name, std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (!stopped) {
    Record r;
    fetch(name, r);
  }
}
""",
]


SHARED = """#pragma once
#include <string>
#include <vector>
inline std::size_t total(const std::vector<std::string> &names) {
  std::size_t n = 0;
  for (const auto &name : names) n += name.size();
  return n;
}
"""


def generate(folder, count, tokens=True):
    """Writes COUNT sources and their compile database."""
    os.makedirs(folder, exist_ok=True)
    database, seeded = [], 0
    with open(os.path.join(folder, "shared.h"), "w") as f:
        f.write(SHARED)
    for i in range(count):
        # Each file leaves out some headers that it does not need, and has an
        # order of its own, as in life.
        needed = HEADERS if tokens else [
            h for h in HEADERS if h not in ("thread", "stop_token", "condition_variable")]
        spare = [h for h in ("atomic", "array", "future", "iostream", "random", "regex",
                             "set", "variant", "ranges", "filesystem")]
        dropped = {spare[(i * 3 + k) % len(spare)] for k in range(3)} - {"iostream"}
        headers = [h for h in needed if h not in dropped]
        headers = headers[i % len(headers):] + headers[:i % len(headers)]
        text = '#include "shared.h"\n'
        text += "".join(f"#include <{h}>\n" for h in headers)
        for n in range(4):
            if not tokens:
                text += PLAIN_UNIT.format(n=f"{i}_{n}")
                continue
            defect = ""
            if n == 3:
                defect = DEFECTS[i % len(DEFECTS)]
                seeded += 1
            text += UNIT.format(n=f"{i}_{n}", defect=defect)
        path = os.path.join(folder, f"source{i:02}.cpp")
        with open(path, "w") as f:
            f.write(text)
        database.append(
            {
                "directory": folder,
                "file": path,
                "arguments": ["clang++-22", "-std=c++20", "-O2", "-c", path],
            }
        )
    with open(os.path.join(folder, "compile_commands.json"), "w") as f:
        json.dump(database, f)
    return seeded


Cost = collections.namedtuple("Cost", "cpu wall memory output")


def run(command, cwd, env=None):
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    # ru_maxrss is that of the biggest process, workers among them.
    return (
        Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start,
             usage.ru_maxrss / 1024, text),
        process.returncode,
    )


def flags_of(entry):
    """The compile command without compiler, input and output."""
    words = entry.get("arguments") or shlex.split(entry["command"])
    while words and os.path.basename(words[0]) in ("ccache", "env", "cmake"):
        words = words[1:]
    words, kept, skip = words[1:], [], False
    source = os.path.join(entry["directory"], entry["file"])
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif word in ("-c", "-MD", "-MMD", "-MP"):
            pass
        elif os.path.join(entry["directory"], word) != source:
            kept.append(word)
    return source, kept


class Bench:
    def __init__(self, args, folder, entries):
        self.args, self.folder, self.entries = args, folder, entries
        build = os.path.abspath(args.build)
        self.tool = os.path.join(build, "bin", "cancel-tidy")
        self.plugin = os.path.join(build, "lib", "cancel-tidy-plugin.so")
        self.findings = {}
        self.database = os.path.join(folder, "database")
        os.makedirs(self.database, exist_ok=True)
        with open(os.path.join(self.database, "compile_commands.json"), "w") as f:
            json.dump(entries, f)

    def each(self, *makes, entries=None):
        """Runs one process a file of each kind in turn; the sums of their costs,
        scaled to all files where only some are run."""
        totals = [Cost(0, 0, 0, "")] * len(makes)
        entries = entries or self.entries
        for entry in entries:
            source, flags = flags_of(entry)
            for n, make in enumerate(makes):
                cost, _ = run(make(source, flags), entry["directory"])
                total = totals[n]
                totals[n] = Cost(total.cpu + cost.cpu, total.wall + cost.wall,
                                 max(total.memory, cost.memory), total.output + cost.output)
        scale = len(self.entries) / len(entries)
        return [t._replace(cpu=t.cpu * scale, wall=t.wall * scale) for t in totals]

    def parse(self, source, flags):
        return [self.args.clangxx, "-fsyntax-only", "-w", *flags, source]

    def tidy(self, checks, *extra):
        return lambda source, flags: [
            self.args.clang_tidy, *extra, f"--checks=-*,{checks}", "--quiet",
            source, "--", *flags,
        ]

    def whole(self, cache, *options, database=None):
        env = dict(os.environ, XDG_CACHE_HOME=cache)
        command = [self.tool, "-p", database or self.database, *options]
        if "-j" not in options:
            command += ["-j", str(self.args.jobs)]
        if self.args.database:
            command.append("--allow-incomplete")
        cost, code = run(command, self.folder, env)
        if code not in (0, 1):
            sys.exit(f"cancel-tidy exited with {code}:\n{cost.output[-3000:]}")
        return cost

    def modes(self, repetition):
        def want(row):
            return re.search(self.args.rows, row)

        # Each repetition has a sample of its own.
        sample = spread(self.entries, self.args.sample, repetition, self.args.repeat)
        # Side by side, as they differ by little.
        rows = {"parse": self.parse}
        if want("clang-tidy"):
            rows["clang-tidy"] = self.tidy("misc-unused-parameters")
        if os.path.exists(self.plugin) and want("plugin"):
            rows["plugin"] = self.tidy("misc-unused-parameters,cancel-*",
                                       f"--load={self.plugin}")
        cache = os.path.join(self.folder, f"cache{repetition}")
        cold = []

        def run_cold():
            cold.append(self.whole(cache))
            self.note(cold[0].output)

        # In the middle of the base: what disturbs one disturbs the other.
        middle = (len(sample) + 1) // 2
        costs = self.each(*rows.values(), entries=sample[:middle])
        if os.path.exists(self.tool):
            run_cold()
        if sample[middle:]:
            rest = self.each(*rows.values(), entries=sample[middle:])
            costs = [mean(a, b, middle / len(sample)) for a, b in zip(costs, rest)]
        base = costs[0]
        yield from zip(rows, costs)
        if not cold:
            return
        cost = cold[0]
        yield "cancel-tidy", cost
        if want("-j 2"):
            yield "-j 2", self.whole(cache, "--no-cache", "-j", "2")
        if want("--no-fast"):
            slow = self.whole(cache, "--no-fast", "--no-cache")
            if warnings(slow.output) != warnings(cost.output):
                sys.exit("--no-fast finds something else:\n" + slow.output)
            yield "--no-fast", slow
        yield "again", self.whole(cache)
        if self.args.edit or not self.args.database:
            yield from self.edited(cache, repetition)
        if want("link"):
            facts = os.path.join(self.folder, "all.facts")
            self.whole(cache, f"--emit-facts={facts}")
            cost, _ = run([self.tool, "link", facts], self.folder)
            yield "link", cost
        if self.args.database is None and want("without token"):
            yield "without token", self.without_token(base)

    def edited(self, cache, repetition):
        """Files get their text back."""
        header = self.args.edit or os.path.join(self.folder, "shared.h")
        for row, path in (("one file edited", flags_of(self.entries[0])[0]),
                          ("header edited", header)):
            with open(path, "rb") as f:
                before = f.read()
            try:
                with open(path, "ab") as f:
                    f.write(f"// edit {repetition}\n".encode())
                yield row, self.whole(cache)
            finally:
                with open(path, "wb") as f:
                    f.write(before)

    def note(self, output):
        self.findings = collections.Counter(
            re.findall(r" warning: .*\[(cancel-[\w-]+)", output)
        )
        for line in output.splitlines():
            if line.startswith("cancel-tidy: "):
                print("    " + line, file=sys.stderr)

    def without_token(self, base):
        """Scaled to BASE, for the ratio to be that to a parse of these files."""
        folder = os.path.join(self.folder, "plain")
        generate(folder, 16, tokens=False)
        with open(os.path.join(folder, "compile_commands.json")) as f:
            entries = json.load(f)
        parse, = Bench(self.args, folder, entries).each(self.parse)
        cost = self.whole("", "--no-cache", database=folder)
        return cost._replace(cpu=cost.cpu / parse.cpu * base.cpu)


def spread(entries, count, part=0, parts=1):
    """COUNT of them (0: all) spread over the project, the same each time. PART of
    PARTS says which: the parts share none, where there are enough."""
    if not count or len(entries) <= count:
        return entries
    step = len(entries) / count
    return [entries[int((i + part / parts) * step)] for i in range(count)]


def mean(a, b, weight):
    """Of two costs that stand for the same; WEIGHT is that of A."""
    def of(x, y):
        return x * weight + y * (1 - weight)

    return Cost(of(a.cpu, b.cpu), of(a.wall, b.wall), max(a.memory, b.memory),
                a.output + b.output)


def warnings(output):
    return [line for line in output.splitlines() if " warning: " in line]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--database", help="folder of a compile_commands.json")
    parser.add_argument("--filter", default="", help="only files that match this regex")
    parser.add_argument("--files", type=int, default=64, help="how many files (0: all)")
    parser.add_argument("--sample", type=int, default=0,
                        help="run what costs a process a file on so many of them only,"
                        " and scale it (0: on all)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rows", default="", help="only costly rows that match this regex")
    parser.add_argument("--edit", metavar="HEADER",
                        help="with --database: measure edits of a source and of this header,"
                        " which get their text back")
    parser.add_argument("--json", help="write the figures here as well")
    parser.add_argument("--clangxx", default="clang++-22")
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    args = parser.parse_args()

    folder = tempfile.mkdtemp(prefix="cancel-bench-")
    seeded = None
    try:
        if args.database:
            with open(os.path.join(args.database, "compile_commands.json")) as f:
                entries = json.load(f)
            entries = [e for e in entries if re.search(args.filter, e["file"])]
            entries = spread(entries, args.files)
        else:
            seeded = generate(folder, args.files)
            with open(os.path.join(folder, "compile_commands.json")) as f:
                entries = json.load(f)
        if not entries:
            sys.exit("no files to measure")
        bench = Bench(args, folder, entries)
        ratios, costs = collections.defaultdict(list), collections.defaultdict(list)
        for repetition in range(args.repeat):
            base = None
            for name, cost in bench.modes(repetition):
                base = base or cost
                ratios[name].append(cost.cpu / base.cpu)
                costs[name].append(cost)
                print(f"  {repetition + 1}/{args.repeat} {name}: {cost.cpu:.2f} s",
                      file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    print(f"{len(entries)} files, {args.repeat} repetitions\n")
    print("| mode | CPU, parse = 1 | CPU s | wall s | peak MB |")
    print("|---|---|---|---|---|")
    result = {"files": len(entries), "repeat": args.repeat, "modes": {}}
    for name, values in ratios.items():
        middle = statistics.median(values)
        cpu = statistics.median(c.cpu for c in costs[name])
        wall = statistics.median(c.wall for c in costs[name])
        memory = max(c.memory for c in costs[name])
        print(f"| {name} | {middle:.3f} ({min(values):.3f}-{max(values):.3f}) "
              f"| {cpu:.2f} | {wall:.2f} | {memory:.0f} |")
        result["modes"][name] = {
            "ratio": middle, "ratios": values, "cpu": cpu, "wall": wall, "peak_mb": memory,
        }
    result["findings"] = dict(sorted(bench.findings.items()))
    print("\nfindings:", ", ".join(f"{k} {v}" for k, v in result["findings"].items()) or "none")
    if seeded is not None:
        result["seeded"] = seeded
        print(f"seeded defects: {seeded}")
    if args.json:
        with open(args.json, "w") as f:
            json.dump(result, f, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
