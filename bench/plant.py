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
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "plant"))
import mistakes  # noqa: E402
from edits import Mutant  # noqa: E402
from models import Models  # noqa: E402
from runs import Baselines, Corpus  # noqa: E402
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
    parser.add_argument("--together", action="store_true",
                        help="mistakes in different functions in one copy: quicker")
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


def batches(wanted, together):
    """Mistakes of one file that stand in different functions, to be made in one copy."""
    found = {}
    for row in wanted:
        path, mutant, _ = row
        of_path = found.setdefault(path, [])
        for batch in of_path if together and mutant.kind != "none" else []:
            if all(other.kind != "none" and (other.scope[1] < mutant.scope[0]
                                             or mutant.scope[1] < other.scope[0])
                   for _, other, _ in batch):
                batch.append(row)
                break
        else:
            of_path.append([row])
    return [batch for of_path in found.values() for batch in of_path]


def judge(corpus, baselines, batch):
    """What became of the mistakes that are made in one copy."""
    path, _, text = batch[0]
    whole = Mutant("", 0, 0, sum((mutant.edits for _, mutant, _ in batch), ()), (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        after = corpus.findings(
            path, whole.apply(text), pathlib.Path(folder), [mutant.kind for _, mutant, _ in batch])
    if after[True] is None:
        if len(batch) == 1:
            return [verdict(corpus, batch[0], None)]
        named = [any(m.scope[0] <= line <= m.scope[1] for line in after.get("wrong", ()))
                 for _, m, _ in batch]
        if all(named) or not any(named):
            parts = [[row] for row in batch]
        else:
            parts = [[row] for row, bad in zip(batch, named) if bad]
            parts.append([row for row, bad in zip(batch, named) if not bad])
        return [result for part in parts for result in judge(corpus, baselines, part)]
    before = baselines.of(path, text) if after[True] else {True: set(), False: set()}
    fresh = {closed: (after[closed] or set()) - (before[closed] or set()) for closed in before}
    results = [verdict(corpus, row, fresh, len(batch) == 1) for row in batch]
    inside = sum(len(result.get("findings", [])) for result in results)
    for n, row in enumerate(batch):  # Who did that? Alone, each one shows.
        odd = {"other": True, "silent": inside < len(fresh[True])}
        if len(batch) > 1 and odd.get(results[n]["state"]):
            results[n] = judge(corpus, baselines, [row])[0]
    return results


def verdict(corpus, row, fresh, alone=True):
    path, mutant, text = row
    result = {"id": name_of(corpus, path, mutant), "kind": mutant.kind,
              "change": mutant.shown(text)}
    if fresh is None:
        return result | {"state": "broken"}
    first, last = mutant.scope
    here, there = ({f for f in fresh[closed] if f[1] == str(path) and first <= f[2] <= last}
                   for closed in (True, False))
    about = {f"cancel-{check}" for check in mistakes.KINDS[mutant.kind][1:]}
    shown = fresh[True] if alone else here
    return result | {
        "state": "found" if about & {f[0] for f in here} else
                 "other" if here else "elsewhere" if shown else "silent",
        "open": bool(fresh[False] if alone else there),
        "findings": sorted(f"{check} {os.path.relpath(file, corpus.root)}:{line}"
                           for check, file, line in shown)}


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
        judged_now = pool.map(lambda batch: judge(corpus, baselines, batch),
                              batches(wanted, args.together))
        for result in itertools.chain.from_iterable(judged_now):
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
