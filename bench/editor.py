#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What one waits for in an editor: from an edit to the diagnostics of it.

    bench/editor.py --build build/release [FILE...]

Stock clangd and cancel-tidyd have the same file open, with the same settings;
where a file has no .clang-tidy, clangd runs its own default checks. Each edit adds a function to the file's text and goes to one
server and then to the other, in turns, so that a busy machine disturbs both.
Edits are sent as wanted at once: clangd's pause for further keys is not in the
time. Shown for each file: median of each server's wall time, median (min-max)
of the ratio of each pair, and the same for the CPU time of the server process,
with what it does after it sent the diagnostics.

Without FILE: a generated file, one of examples/downloader, one of the token
library's tests and one of the tool. A FILE needs a compile_commands.json in
--database, or beside it.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), *parts)
                for parts in ((), ("..", "tests", "editor", "Inputs"))]
from lsp import Client, codes  # noqa: E402
from run import generate  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def cpu(process):
    """Seconds of user and system time of all its threads, ended ones included."""
    # The process's CPU clock, as clock_getcpuclockid(3) names it on Linux.
    return time.clock_gettime((~process.pid << 3) | 2)


def wait_until_idle(process):
    """A server that has opened a file indexes the standard library beside it."""
    before = -1.0
    for _ in range(120):
        used = cpu(process)
        if used - before < 0.005:
            return
        before = used
        time.sleep(1)
    sys.exit("the server is never idle")


def edited(text, n):
    """TEXT as the n-th edit leaves it: only the main file's own part changes."""
    return f"{text}\nint bench_edit_{n}(int x) {{ return x + {n}; }}\n"


def own_files(build, folder):
    """(name, path, folder of the database) of what is measured without FILE."""
    generate(folder, 4)
    yield "generated, 30 standard headers", os.path.join(folder, "source03.cpp"), folder
    for name in ("examples/downloader/planted/downloader.cpp", "tests/token/run_test.cpp",
                 "tool/ProjectRun.cpp"):
        yield name, os.path.join(ROOT, name), build


def measure(servers, path, database, edits):
    """(wall, CPU) of each edit, by server, and our findings."""
    with open(path) as f:
        text = f.read()
    clients = [Client(s, os.path.dirname(path), f"--compile-commands-dir={database}")
               for s in servers]
    name = os.path.basename(path)
    found = [codes(c.open(name, text)) for c in clients]
    for client in clients:
        wait_until_idle(client.process)
    times = [[] for _ in servers]
    for n in range(edits + 2):  # the first two warm up
        for which in (0, 1) if n % 2 else (1, 0):
            client = clients[which]
            begin, used = time.monotonic(), cpu(client.process)
            client.change(name, edited(text, n))
            wall = time.monotonic() - begin
            client.settle(name)
            if n >= 2:
                times[which].append((wall, cpu(client.process) - used))
    for client in clients:
        client.stop()
    return times, found[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--database", help="folder of a compile_commands.json, for FILEs")
    parser.add_argument("--clangd", default="clangd-22")
    parser.add_argument("--edits", type=int, default=30, help="measured edits a file")
    parser.add_argument("--fail-above", type=float,
                        help="exit with 1 when a median ratio is higher")
    args = parser.parse_args()
    stock = shutil.which(args.clangd)
    if not stock:
        sys.exit(f"no program {args.clangd}; install it, or name one with --clangd")
    build = os.path.abspath(args.build)
    servers = (stock, os.path.join(build, "bin", "cancel-tidyd"))
    folder = tempfile.mkdtemp(prefix="cancel-editor-")
    worst = 0.0
    try:
        files = [(f, os.path.abspath(f), os.path.abspath(args.database or os.path.dirname(f) or "."))
                 for f in args.files] or own_files(build, folder)
        print("| file | findings | clangd, ms | cancel-tidyd, ms | ratio | CPU, ms | CPU, ms "
              "| ratio of CPU |")
        print("|---|---|---|---|---|---|---|---|")
        for title, path, database in files:
            (base, ours), found = measure(servers, path, database, args.edits)
            cells = [title, str(len(found))]
            for kind in (0, 1):
                ratios = [o[kind] / b[kind] for b, o in zip(base, ours)]
                cells += [f"{1000 * statistics.median(t[kind] for t in side):.0f}"
                          for side in (base, ours)]
                cells.append(f"{statistics.median(ratios):.2f} "
                             f"({min(ratios):.2f}-{max(ratios):.2f})")
                worst = max(worst, statistics.median(ratios))
            print("|", " | ".join(cells), "|", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if args.fail_above and worst > args.fail_above else 0


if __name__ == "__main__":
    sys.exit(main())
