#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tool has nothing to say about its own sources, and can see them.

The run is a closed one, over the part of the compile database that holds the
product: unit tests and the example with planted mistakes are left out. The
latter is then judged by itself, so that silence is known to mean something.
"""

import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLEAN = ["tool", "checks", "examples/downloader/correct", "tests/token"]
PLANTED = ["examples/downloader/planted"]


def run(build, name, folders):
    """Exit code and output of a run over the database's files in folders."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        commands = json.load(f)
    under = tuple(os.path.join(ROOT, folder) + os.sep for folder in folders)
    commands = [c for c in commands if c["file"].startswith(under)]
    database = os.path.join(build, "self", name)
    os.makedirs(database, exist_ok=True)
    with open(
        os.path.join(database, "compile_commands.json"), "w", encoding="utf-8"
    ) as f:
        json.dump(commands, f)
    tool = os.path.join(build, "bin", "cancel-tidy")
    done = subprocess.run(
        [tool, "-p", database, "--fail-on=finding"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(done.stdout)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = os.path.abspath(parser.parse_args().build)
    code, output = run(build, "clean", CLEAN)
    analysed = re.search(r"cancel-tidy: (\d+) of \1 TUs? analysed", output)
    clean = code == 0 and analysed is not None and int(analysed[1]) > 40
    code, output = run(build, "planted", PLANTED)
    planted = code == 1 and "[cancel-forward-token]" in output
    for good, what in (
        (clean, "own sources are clean"),
        (planted, "planted mistakes are found in the same way"),
    ):
        print(("ok   " if good else "FAIL ") + what)
    print(f"{clean + planted} passed, {2 - clean - planted} failed")
    return 0 if clean and planted else 1


if __name__ == "__main__":
    sys.exit(main())
