#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What facts and link cost for a program of many TUs.

    bench/scale.py --build build/release                  20,000 generated TUs
    bench/scale.py --build build/release --tus 2000       fewer
    bench/scale.py --build build/release --database DIR   bytes a TU of yours

The generated TUs are parsed, 100 to a facts file, as a build engine would; each
defines 50 functions, calls functions of other TUs, virtual ones among them, and
includes 4 of 200 headers with 50 inline ones each. One TU in ten has a finding that
only the link can settle. Sources are deleted once they were parsed. Then a quarter, a
half and all of the facts are linked, a quarter once more with the linked facts of all,
and one TU is judged with these.

CPU time is user and system time of a process with its children; memory is the
largest resident set. With --database a sample of its TUs is parsed for its facts.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile

from run import run

COMMON = """#pragma once
namespace std {
class stop_token { public: bool stop_requested() const noexcept; };
}
extern "C" unsigned sleep(unsigned);
struct Job { virtual ~Job(); virtual void run(int); };
int known(int); // no TU defines it
"""
HEADER = """#pragma once
#include "common.h"
namespace common::part_{header} {{
{inlines}
}}
"""
INLINE = """inline int inline_helper_number_{n}(int count) {{
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += {callee}(i) * {n};
  return sum;
}}"""
FUNCTION = """
int operation_number_{n}(int first, const char *name) {{
  int result = first;
  if (name) result += {local};
  if (result > {n}) result -= {far};
  return result + common::part_{header}::inline_helper_number_{inline}(first);
}}"""
LONG = """
static void wait_for_the_other_side_{n}() {{ sleep({n}); }}
int operation_number_{n}(int first, const char *) {{ wait_for_the_other_side_{n}(); return first; }}"""
OVERRIDER = """
struct Job{n} : Job {{ void run(int n) override {{ {far}; }} }};
Job *make_job_{n}() {{ return new Job{n}; }}"""
LOOP = """
void everything_of_{n}(std::stop_token stop, int count) {{
  for (int i = 0; i < count; ++i) {far};
}}"""
FUNCTIONS = 50
HEADERS, INCLUDED, INLINES = 200, 4, 50
FOLDER = 100  # TUs


def name_of(tu):
    return f"product::component_{tu // FOLDER}::unit_{tu}"


def source(tu, tus, rng):
    """A TU that calls its neighbours, seldom somebody far away."""

    def far():
        other = (tu + 1 + rng.randrange(20 if rng.random() < 0.9 else tus)) % tus
        n = rng.randrange(FUNCTIONS)
        return other, n, f'{name_of(other)}::operation_number_{n}(first, name)'

    headers = sorted(rng.sample(range(HEADERS), INCLUDED))
    body, declared = [], set()
    for n in range(FUNCTIONS):
        if n == FUNCTIONS - 1 and tu % 5 == 0:
            body.append(LONG.format(n=n))
            continue
        other, m, call = far()
        declared.add((other, m))
        local = f"operation_number_{n - 1}(first, name)" if n else "1"
        body.append(
            FUNCTION.format(
                n=n,
                local=local,
                far=call,
                header=rng.choice(headers),
                inline=rng.randrange(INLINES),
            )
        )
    if tu % 10 == 0:
        other, n, call = far()
        declared.add((other, n))
        body.append(
            LOOP.format(n=tu, far=call.replace("first", "i").replace("name", '"x"'))
        )
    if tu % 8 == 0:
        other, n, call = far()
        declared.add((other, n))
        body.append(
            OVERRIDER.format(n=tu, far=call.replace("first", "n").replace("name", '"x"'))
        )
    lines = [f'#include "part_{n}.h"' for n in headers]
    for other, n in sorted(declared):
        lines.append(
            f"namespace {name_of(other)} {{ int operation_number_{n}(int, const char *); }}"
        )
    lines.append(f"namespace {name_of(tu)} {{")
    return "\n".join(lines + body + ["}"]) + "\n"


class Bench:
    def __init__(self, args, work):
        self.tool = os.path.join(args.build, "bin", "cancel-tidy")
        self.args = args
        self.work = work
        self.results = {}

    def run(self, what, *arguments):
        cost = self.measured(*arguments)
        self.results[what] = {"cpu": cost.cpu, "megabytes": cost.memory}
        print(f"{what:34} {cost.cpu:9.2f} s CPU {cost.memory:8.0f} MB", flush=True)
        return cost

    def measured(self, *arguments):
        cost, code = run([self.tool, *arguments], self.work)
        if code not in (0, 3):
            sys.exit(f"{arguments}: exit code {code}\n{cost.output[-2000:]}")
        return cost

    def emit(self):
        """Facts files of all TUs; returns them."""
        tus, rng = self.args.tus, random.Random(1)
        inlines = "\n".join(
            INLINE.format(
                n=n, callee=f"inline_helper_number_{n - 1}" if n % 3 else "known"
            )
            for n in range(INLINES)
        )
        files = {
            f"part_{n}.h": HEADER.format(header=n, inlines=inlines)
            for n in range(HEADERS)
        }
        files["common.h"] = COMMON
        files[".clang-tidy"] = "Checks: '-cancel-unused-token'\n"
        for name, text in files.items():
            with open(os.path.join(self.work, name), "w") as f:
                f.write(text)
        facts, cpu = [], 0.0
        for first in range(0, tus, FOLDER):
            entries = []
            for tu in range(first, min(first + FOLDER, tus)):
                file = os.path.join(self.work, f"unit_{tu}.cpp")
                with open(file, "w") as f:
                    f.write(source(tu, tus, rng))
                entries.append(
                    {
                        "directory": self.work,
                        "file": file,
                        "arguments": ["clang++", "-std=c++20", "-c", file],
                    }
                )
            with open(os.path.join(self.work, "compile_commands.json"), "w") as f:
                json.dump(entries, f)
            facts.append(f"{first}.facts")
            cpu += self.measured(
                *["-p", ".", "--no-cache", "--quiet", "-j", self.args.jobs],
                f"--emit-facts={facts[-1]}",
            ).cpu
            if first + FOLDER < tus:  # The last ones are judged below.
                for entry in entries:
                    os.remove(entry["file"])
            print(f"\r{first + len(entries)} TUs", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        size = sum(os.path.getsize(os.path.join(self.work, f)) for f in facts)
        self.results["facts"] = {"bytes": size, "cpu": cpu}
        print(f"{tus} TUs: {size} bytes of facts, {size / tus:.0f} a TU, {cpu:.0f} s CPU")
        return facts

    def generated(self):
        facts = self.emit()
        for part in (4, 2, 1):
            some = facts[: max(1, len(facts) // part)]
            cost = self.run(
                f"link --emit-facts, {len(some) * FOLDER} TUs",
                "link",
                "--emit-facts=all.facts",
                *([] if part == 1 else ["--open"]),
                *some,
            )
        functions = int(cost.output.split("facts of ")[1].split()[0])
        linked = os.path.getsize(os.path.join(self.work, "all.facts"))
        seconds = self.results[f"link --emit-facts, {len(facts) * FOLDER} TUs"]
        self.results["linked"] = {"functions": functions, "bytes": linked}
        print(
            f"{functions} functions, {linked} bytes of linked facts; a million of them: "
            f"{seconds['cpu'] * 1e6 / functions:.1f} s, "
            f"{seconds['megabytes'] * 1e6 / functions:.0f} MB, "
            f"{linked / functions:.1f} MB"
        )
        cost = self.run("link", "link", *facts)
        print("findings:", cost.output.count(": warning:"))
        self.run("the same facts twice", "link", "--open", "--emit-facts=x", *facts, *facts)
        self.run("link of linked facts", "link", "--emit-facts=x", "all.facts")
        quarter = facts[: max(1, len(facts) // 4)]
        self.run("link of a quarter with all.facts", "link", "all.facts", *quarter)
        last = f"unit_{(self.args.tus - 1) // 10 * 10}.cpp"
        alone = ["-p", ".", "--no-cache", "--quiet", last]
        self.run("one TU", *alone)
        cost = self.run("one TU with the linked facts", "--facts=all.facts", *alone)
        print("findings:", cost.output.count(": warning:"))

    def database(self):
        """Facts of a sample of a real project's TUs, a file each."""
        with open(os.path.join(self.args.database, "compile_commands.json")) as f:
            entries = json.load(f)
        files = sorted(
            {os.path.join(e["directory"], e["file"]) for e in entries}
        )
        files = random.Random(1).sample(files, min(self.args.sample, len(files)))
        sizes, facts = [], []
        for n, file in enumerate(files):
            facts.append(f"{n}.facts")
            self.measured(
                *["-p", os.path.abspath(self.args.database), "--no-cache", "--quiet"],
                *[f"--emit-facts={facts[-1]}", file],
            )
            sizes.append(os.path.getsize(os.path.join(self.work, facts[-1])))
        sizes.sort()
        cost = self.run(
            "link --emit-facts", "link", "--open", "--emit-facts=all.facts", *facts
        )
        functions = int(cost.output.split("facts of ")[1].split()[0])
        linked = os.path.getsize(os.path.join(self.work, "all.facts"))
        self.results["real"] = {"sizes": sizes, "functions": functions, "linked": linked}
        print(
            f"{len(sizes)} of {len(entries)} TUs: {sum(sizes) / len(sizes):.0f} bytes a TU "
            f"(median {sizes[len(sizes) // 2]}, largest {sizes[-1]}); "
            f"{functions} functions, {functions / len(sizes):.0f} new a TU, "
            f"{linked} bytes of linked facts"
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--tus", type=int, default=20000)
    parser.add_argument("-j", "--jobs", default="2")
    parser.add_argument("--database", help="folder of a compile_commands.json")
    parser.add_argument("--sample", type=int, default=100, help="TUs of the database")
    parser.add_argument("--work", help="folder to keep; by default a temporary one")
    parser.add_argument("--json", help="file for the figures")
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    work = os.path.abspath(args.work) if args.work else tempfile.mkdtemp()
    os.makedirs(work, exist_ok=True)
    try:
        bench = Bench(args, os.path.realpath(work))
        bench.database() if args.database else bench.generated()
        if args.json:
            with open(args.json, "w") as f:
                json.dump(bench.results, f, indent=1)
    finally:
        if not args.work:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
