#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs token_bench and prints each median against std::stop_token's.

    run.py PROGRAM [--check] [--repetitions N]

Repetitions of all benchmarks are interleaved, so that load from elsewhere hits
all families alike. --check exits with 1 when a limit is missed: a poll may cost
1.1 times, registering and unregistering 1.0 times what std's costs.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys

LIMITS = {"poll": 1.1, "poll_in_a_loop": 1.1, "register_unregister": 1.0}


def measure(program, repetitions):
    """Returns {(benchmark, family): median nanoseconds}."""
    output = subprocess.run(
        [program, "--benchmark_format=json", "--benchmark_min_time=0.02",
         f"--benchmark_repetitions={repetitions}",
         "--benchmark_enable_random_interleaving=true"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    times = {}
    for run in json.loads(output)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        name, family, rest = re.fullmatch(
            r"(\w+)<(\w+)>(.*)", run["name"]).groups()
        rest = re.sub(r"/(repeats|threads):\d+", "", rest)
        times.setdefault((name + rest, family), []).append(run["cpu_time"])
    return {key: statistics.median(values) for key, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--repetitions", type=int, default=41)
    arguments = parser.parse_args()

    medians = measure(arguments.program, arguments.repetitions)
    missed = []
    print(f"{'':22}{'std':>9}{'shared':>9}{'ratio':>7}{'inplace':>9}{'ratio':>7}")
    for name in dict.fromkeys(name for name, _ in medians):
        std, shared, inplace = (
            medians[name, family] for family in ("standard", "shared", "inplace"))
        print(f"{name:22}{std:7.2f}ns{shared:7.2f}ns{shared / std:7.2f}"
              f"{inplace:7.2f}ns{inplace / std:7.2f}")
        if name in LIMITS and shared / std > LIMITS[name]:
            missed.append(f"{name}: {shared / std:.2f} > {LIMITS[name]}")
    if arguments.check and missed:
        sys.exit("limit missed: " + ", ".join(missed))


if __name__ == "__main__":
    main()
