# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# many_tus.py write FOLDER COMPILER   a program of 40 TUs in 6 folders, in which
#                                     functions, overriders and clones lie apart
# many_tus.py check FOLDER TOOL...    proves that facts and link say of it what one
#                                     run says, in any order and on any number of
#                                     cores, and that a file left out makes no alarm
import json
import os
import random
import subprocess
import sys

FOLDERS = ("app", "core", "net", "disk", "left", "right")

API = """#pragma once
namespace std {
class stop_token { public: bool stop_requested() const noexcept; };
}
extern "C" unsigned sleep(unsigned);
#define EACH(n) for (int i = 0; i < n; ++i)
// The same in all TUs.
inline void nap() { sleep(1); }
inline int twice(int n) { return 2 * n; }
struct Job { virtual ~Job(); virtual void run() = 0; };
struct Polite { virtual ~Polite(); virtual void run() = 0; };
struct Step { void go(int); };
struct Queue { bool empty(); void pop(); };
template <class Q> void drain(std::stop_token stop, Q &q) {
  while (!q.empty())
    q.pop();
}
void chain0(int);
void left_util(int), right_util(int);
void tick(int), tock(int);
"""

FILES = {
    "app/loops.cpp": """#include "../core/api.h"
void chains(std::stop_token stop, int n) { for (int i = 0; i < n; ++i) chain0(i); }
void jobs(std::stop_token stop, Job **all, int n) { for (int i = 0; i < n; ++i) all[i]->run(); }
void polite(std::stop_token stop, Polite **all, int n) { for (int i = 0; i < n; ++i) all[i]->run(); }
void pointers(std::stop_token stop, void (*f)(), int n) { for (int i = 0; i < n; ++i) f(); }
void lefts(std::stop_token stop, int n) { for (int i = 0; i < n; ++i) left_util(i); }
void rights(std::stop_token stop, int n) { for (int i = 0; i < n; ++i) right_util(i); }
void clones(std::stop_token stop, Step &s, int n) { for (int i = 0; i < n; ++i) s.go(i); }
void macros(std::stop_token stop, int n) { EACH(n) tick(i); }
void cheap(std::stop_token stop, int n) { for (int i = 0; i < n; ++i) twice(i), tock(i); }
""",
    # Overriders, in TUs of their own.
    "disk/job.cpp": """#include "../core/api.h"
struct Write final : Job { void run() override { nap(); } };
Job *write() { return new Write; }
""",
    "net/job.cpp": """#include "../core/api.h"
struct Count final : Job { int n = 0; void run() override { n = twice(n); } };
Job *count() { return new Count; }
""",
    "disk/polite.cpp": """#include "../core/api.h"
struct Slow final : Polite { void run() override { nap(); } };
Polite *slow() { return new Slow; }
""",
    "net/polite.cpp": """#include "../core/api.h"
struct Asks final : Polite { std::stop_token t; void run() override { if (!t.stop_requested()) nap(); } };
Polite *asks() { return new Asks; }
""",
    # One name, two functions that no other TU sees.
    "left/util.cpp": """#include "../core/api.h"
namespace { void work(int) { nap(); } }
static void more(int n) { work(n); }
void left_util(int n) { more(n); }
""",
    "right/util.cpp": """#include "../core/api.h"
namespace { void work(int n) { twice(n); } }
static void more(int n) { work(n); }
void right_util(int n) { more(n); }
""",
    # Two libraries that disagree about one function.
    "left/step.cpp": """#include "../core/api.h"
void Step::go(int) { nap(); }
""",
    "right/step.cpp": """#include "../core/api.h"
void Step::go(int n) { twice(n); }
""",
    "core/queue.cpp": """#include "../core/api.h"
bool Queue::empty() { return false; }
void Queue::pop() { nap(); }
""",
    "net/tick.cpp": """#include "../core/api.h"
void tick(int) { EACH(3) nap(); }
void tock(int n) { EACH(3) twice(n); }
""",
}


def sources():
    files = dict(FILES)
    # A template, instantiated in several TUs.
    for folder in ("app", "net", "disk"):
        files[f"{folder}/drain.cpp"] = (
            '#include "../core/api.h"\n'
            f"void {folder}_drain(std::stop_token stop, Queue &q) {{ drain(stop, q); }}\n"
        )
    # A chain that goes through all folders, with a loop over each link.
    length = 40 - len(files)
    for n in range(length):
        folder = FOLDERS[n % len(FOLDERS)]
        next_ = f"chain{n + 1}(n + 1)" if n + 1 < length else "nap()"
        files[f"{folder}/chain{n}.cpp"] = (
            f'#include "../core/api.h"\nvoid chain{n + 1}(int);\n'
            f"void chain{n}(int n) {{ {next_}; }}\n"
            f"void loop{n}(std::stop_token stop, int n) {{ while (n--) chain{n + 1}(n); }}\n"
            if n + 1 < length
            else f'#include "../core/api.h"\nvoid chain{n}(int n) {{ {next_}; }}\n'
        )
    files["core/api.h"] = API
    files[".clang-tidy"] = "Checks: '-cancel-unused-token'\n"
    return files


def write(folder, compiler):
    for name, text in sources().items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
    entries = [
        {"directory": folder, "file": f, "arguments": [compiler, "-std=c++20", "-c", f]}
        for f in sorted(sources())
        if f.endswith(".cpp")
    ]
    with open(os.path.join(folder, "compile_commands.json"), "w") as f:
        json.dump(entries, f)


class Check:
    def __init__(self, tool):
        self.tool = tool

    def run(self, *arguments, code=0):
        done = subprocess.run(
            [*self.tool, *arguments, "--quiet"], capture_output=True, text=True
        )
        if done.returncode != code:
            sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout

    def equal(self, what, got, expected):
        if got != expected:
            sys.exit(f"{what}: differs\n--- expected\n{expected}\n--- got\n{got}")
        print(what, "ok")

    def subset(self, what, got, whole):
        more = warnings(got) - warnings(whole)
        if more:
            sys.exit(f"{what}: more than the whole run reports:\n" + "\n".join(more))

    def check(self):
        whole = self.run("-p", ".", "--no-cache")
        print(whole)
        for name, options in {
            "-j 1": ["-j", "1", "--no-cache"],
            "-j 2": ["-j", "2", "--no-cache"],
            "an empty cache": ["--cache=cache"],
            "a full cache": ["--cache=cache"],
            "--no-fast": ["--no-fast", "--no-cache"],
        }.items():
            self.equal(name, self.run("-p", ".", *options), whole)

        units = [f for f in sorted(sources()) if f.endswith(".cpp")]
        facts = []
        for unit in units:
            facts.append(unit.replace("/", "-") + ".facts")
            self.run("-p", ".", "--no-cache", f"--emit-facts={facts[-1]}", unit)
        self.equal("link of each", self.run("link", *facts), whole)
        for seed in range(3):
            random.Random(seed).shuffle(facts)
            self.equal(f"order {seed}", self.run("link", *facts), whole)
        facts.sort()
        # Who does not know that two disagree believes the one.
        for left_out in set(facts) - {"left-step.cpp.facts", "right-step.cpp.facts"}:
            rest = [f for f in facts if f != left_out]
            self.subset(left_out, self.run("link", "--open", *rest), whole)
            self.subset(left_out, self.run("link", *rest, "gone.facts", code=2), whole)
        print("one left out ok")

        self.run("link", "--emit-facts=all.facts", *facts)
        seen = set()
        for unit in units:
            part = self.run("-p", ".", "--facts=all.facts", unit)
            self.subset(unit, part, whole)
            seen |= warnings(part)
        self.equal("each with facts of all", seen, warnings(whole))

        # As three machines would do it.
        shards = [facts[n::3] for n in range(3)]
        for n, shard in enumerate(shards):
            self.run("link", "--open", f"--emit-facts=part{n}", *shard)
        self.run("link", "--emit-facts=joined", "part0", "part1", "part2")
        self.equal("link of parts", read("joined"), read("all.facts"))
        seen = set()
        for shard in shards:
            seen |= warnings(self.run("link", "joined", *shard))
        self.equal("three machines", seen, warnings(whole))


def read(name):
    with open(name, "rb") as f:
        return f.read()


def warnings(text):
    return {line for line in text.splitlines() if ": warning: " in line}


if __name__ == "__main__":
    verb, folder, *rest = sys.argv[1:]
    folder = os.path.realpath(folder)
    if verb == "write":
        write(folder, *rest)
    else:
        os.chdir(folder)
        Check(rest).check()
