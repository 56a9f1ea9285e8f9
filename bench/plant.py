#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How many of the mistakes that are planted in good code are found.

    bench/plant.py --build build/release -p DIR [files]

Takes code that handles cancellation, makes one mistake at a time in a copy beside
the file, sees whether that still compiles, runs cancel-tidy over a database of
the copy alone, and says whether there is a finding that the file itself does not
have. A mistake that changes nothing (a loop over three numbers) counts as planted,
too; who has read the silent ones says so with --judged. Kinds:

    pass     a call no longer gets the token
    setter   an object no longer gets the token that a setter gave it
    look     a loop no longer asks, and nothing in it is given the token
    none     a none value in the token's place (with cancel-default-token, which is off)
    fresh    the token of a new source in its place
    drop     the question is asked and the answer dropped
    once     the question is asked once, before the loop
    swallow  a handler of the cancellation goes on
    wait     the wait without a token in place of the one with it
    discard  a registration is destroyed on the spot
    capture  a thread holds the token by reference
    unused   a function no longer does anything with its token
    cut      a helper and its calls in the file no longer have the token
    lost     the only request of a source is gone
    lock     a callback locks what is held where it is registered
    byhand   a poll and a throw in place of the check that does both
    possible `stop_possible` is asked in place of `stop_requested`

These put a statement more in front of one that looks at the token or passes it:

    commit   a point of no return
    sleep    a sleep
    loop     a loop that sleeps and does not ask
    kept     a loop that sleeps, with an answer that was asked before
    ask      a poll whose answer is dropped
    helper   a call of a helper without a token, which sleeps
    spawn    a thread that sleeps
    detach   a thread that refers to the function's token, and that nobody waits for
    leak     memory, which is freed behind the way out
    outer    a narrower token, which the call does not get
    try      a handler around it, in a loop, that takes all exceptions and goes on
    nolint   a NOLINT that suppresses nothing

What is found by a check that has nothing to do with the mistake counts apart.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import threading

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "plant"))
import mistakes  # noqa: E402
from models import Models  # noqa: E402
from source import Source  # noqa: E402


def options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="files of the database; all without any")
    parser.add_argument("-p", dest="database", required=True, help="folder of the database")
    parser.add_argument("--build", default="build/release", help="folder of the build")
    parser.add_argument("--tool", help="the program, in place of the build's")
    parser.add_argument("--clang", default="clang++-22", help="sees whether a mistake compiles")
    parser.add_argument("--root", help="the project folder, for cancel-tidy --root")
    parser.add_argument("--models", action="append", default=[], help="further token models")
    parser.add_argument("--family", help="only these token families, by comma")
    parser.add_argument("--kinds", default=",".join(mistakes.KINDS), help="which mistakes")
    parser.add_argument("--limit", type=int, default=100, help="so many mistakes at most")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other places")
    parser.add_argument("-j", type=int, default=1, help="so many at once")
    parser.add_argument("--out", help="a line of JSON for each mistake")
    parser.add_argument("--only", help="file with lines `ID ...`: plant these")
    parser.add_argument("--judged", help="file with lines `ID words`: silence that is right")
    return parser.parse_args()


def ids(file):
    """The first words of a file's lines, as this prints them or without the colon."""
    lines = pathlib.Path(file).read_text().splitlines() if file else []
    return {line.split()[0].rstrip(":") for line in lines if line.strip() and line[0] != "#"}


def read_models(folders, families):
    documents = []
    for folder in [HERE.parent / "checks" / "models", *folders]:
        for file in sorted(pathlib.Path(folder).glob("*.yaml")):
            documents += [d for d in yaml.safe_load_all(file.read_text())
                          if d and (not families or d["Family"] in families.split(","))]
    return Models(documents)


class Corpus:
    def __init__(self, args):
        self.tool = args.tool or f"{args.build}/bin/cancel-tidy"
        with open(pathlib.Path(args.database) / "compile_commands.json") as file:
            entries = json.load(file)
        self.entries, wanted = {}, {str(pathlib.Path(f).resolve()) for f in args.files}
        for entry in entries:
            path = pathlib.Path(entry["directory"], entry["file"]).resolve()
            if not wanted or str(path) in wanted:
                self.entries.setdefault(path, entry)
        common = os.path.commonpath([str(p.parent) for p in self.entries]) if self.entries else "/"
        self.root = args.root or common
        self.options = [f"--models={m}" for m in args.models]
        self.clang = args.clang

    def words(self, path):
        entry = self.entries[path]
        return entry.get("arguments") or shlex.split(entry["command"])

    def folders(self, path):
        """Where a header of the project may be."""
        found, words = [], self.words(path)
        for flag, following in zip(words, words[1:] + [""]):
            for option in ("-I", "-iquote"):
                if flag.startswith(option):
                    folder = flag[len(option):] or following
                    found.append(pathlib.Path(self.entries[path]["directory"], folder))
        return [f for f in found if str(f.resolve()).startswith(self.root)]

    def findings(self, path, text, work, kind):
        """{True: closed, False: open}: sets of (check, file, line), or None."""
        copy = path.with_name(f"{path.stem}.planted{os.getpid()}-{work.name}{path.suffix}")
        entry, old = self.entries[path], self.entries[path]["file"]
        arguments = [str(copy) if w in (old, str(path)) else w for w in self.words(path)]
        if kind in mistakes.NEEDS:
            arguments[1:1] = ["-include", mistakes.NEEDS[kind]]
        database = [{"directory": entry["directory"], "file": str(copy), "arguments": arguments}]
        (work / "compile_commands.json").write_text(json.dumps(database))
        copy.write_text(text, encoding="utf-8", errors="surrogateescape")
        # Off, and what says this of a none value; the file as it is, without a
        # kind, is asked for all.
        checks = [] if kind not in ("none", "") else ["--checks=cancel-default-token"]
        try:
            if kind and not self.compiles(entry["directory"], arguments):
                return {True: None, False: None}
            # One parse, two links: as the program alone, and as a part of one.
            self.call(["-p", str(work), "-j", "1", f"--emit-facts={work}/facts", *checks])
            return {closed: self.link(copy, path, work, checks + ["--open"] * (not closed))
                    for closed in (True, False)}
        finally:
            copy.unlink()

    def compiles(self, folder, arguments):
        """cancel-tidy does not read all bodies in system headers, a compiler does."""
        words = []
        for word in arguments[1:]:
            if words and words[-1] == "-o":
                words.pop()
            elif word != "-c":
                words.append(word)
        command = [self.clang, *words, "-fsyntax-only", "-w"]
        return not subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode

    def call(self, arguments):
        command = [self.tool, *arguments, f"--root={self.root}", *self.options]
        subprocess.run(command, capture_output=True, check=False)

    def link(self, copy, path, work, options):
        report = work / "report.json"
        self.call(["link", str(work / "facts"), f"--report=json:{report}", *options])
        if not report.exists():
            return None
        run, *findings = map(json.loads, report.read_text().splitlines())
        report.unlink()
        if run["incomplete"] or run["crashed"] or not run["analysed"] + run["withoutToken"]:
            return None
        found = set()
        for finding in findings:
            name = pathlib.Path(self.root, finding["file"])
            name = path if name.name == copy.name else name
            found.add((finding["check"], str(name), finding["line"]))
        return found


def judge(corpus, baselines, path, mutant, text):
    """What became of one mistake."""
    with tempfile.TemporaryDirectory() as folder:
        after = corpus.findings(path, mutant.apply(text), pathlib.Path(folder), mutant.kind)
    result = {"id": name_of(corpus, path, mutant), "kind": mutant.kind,
              "change": mutant.shown(text)}
    if after[True] is None:
        return result | {"state": "broken"}
    if not after[True]:
        return result | {"state": "silent", "open": False, "findings": []}
    before = baselines.of(path, text)
    fresh = after[True] - (before[True] or set())
    first, last = mutant.scope
    here = {f[0] for f in fresh if f[1] == str(path) and first <= f[2] <= last}
    about = {f"cancel-{check}" for check in mistakes.KINDS[mutant.kind][1:]}
    return result | {
        "state": "found" if here & about else "other" if here else "elsewhere" if fresh else "silent",
        "open": bool((after[False] or set()) - (before[False] or set())),
        "findings": sorted(f"{check} {os.path.relpath(file, corpus.root)}:{line}"
                           for check, file, line in fresh)}


def name_of(corpus, path, mutant):
    name = os.path.relpath(path, corpus.root)
    return f"{mutant.kind}:{name}:{mutant.line}:{mutant.column}"


def candidates(corpus, args, models):
    """What could be planted, kinds in turn, so that a limit leaves some of each."""
    kinds, only = {kind: [] for kind in args.kinds.split(",")}, ids(args.only)
    for path in sorted(corpus.entries):
        source = Source(path, models, corpus.folders(path))
        for mutant in mistakes.mutants(source, kinds):
            if not only or name_of(corpus, path, mutant) in only:
                kinds[mutant.kind].append((path, mutant, source.text))
    for rows in kinds.values():
        random.Random(args.seed).shuffle(rows)
    while any(kinds.values()):
        yield from (rows.pop() for rows in kinds.values() if rows)


class Baselines:
    """What the files give as they are; asked for only where something is found."""

    def __init__(self, corpus):
        self.corpus, self.lock, self.known = corpus, threading.Lock(), {}

    def of(self, path, text):
        with self.lock:
            one = self.known.setdefault(path, [threading.Lock(), None])
        with one[0]:
            if one[1] is None:
                with tempfile.TemporaryDirectory() as folder:
                    one[1] = self.corpus.findings(path, text, pathlib.Path(folder), "")
            return one[1]


def table(results, judged, title, row_of):
    counts = collections.defaultdict(collections.Counter)
    for result in results:
        state = result["state"]
        if state == "silent" and result["id"] in judged:
            state = "rightly silent"
        for row in (row_of(result["kind"]), "all"):
            counts[row][state] += 1
            counts[row]["open"] += result.get("open", False)
    print(f"\n| {title} | planted | found | by another check | elsewhere in the TU | rightly silent "
          "| missed | found in an open run | do not compile |\n|---|---|---|---|---|---|---|---|---|")
    for row in dict.fromkeys([*map(row_of, mistakes.KINDS), "all"]):
        c = counts[row]
        planted = sum(c.values()) - c["open"] - c["broken"]
        if planted or c["broken"]:
            print(f"| {row} | {planted} | {c['found']} | {c['other']} | {c['elsewhere']} | "
                  f"{c['rightly silent']} | {c['silent']} | {c['open']} | {c['broken']} |")


def main():
    args = options()
    corpus, models = Corpus(args), read_models(args.models, args.family)
    judged = ids(args.judged)
    wanted = list(itertools.islice(candidates(corpus, args, models), args.limit))
    baselines, results = Baselines(corpus), []
    out = open(args.out, "w", encoding="utf-8") if args.out else None
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        for result in pool.map(lambda row: judge(corpus, baselines, *row), wanted):
            results.append(result)
            if out:
                print(json.dumps(result), file=out, flush=True)
    for result in results:
        if result["state"] == "silent" and result["id"] not in judged:
            print(f"{result['id']}: {result['change']}")
    table(results, judged, "mistake", lambda kind: kind)
    table(results, judged, "check", lambda kind: "cancel-" + mistakes.KINDS[kind][1])


if __name__ == "__main__":
    main()
