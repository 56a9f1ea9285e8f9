# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""same_findings.py TOOL CLANG_TIDY PLUGIN [--at-least N] FILE... -- FLAGS

Runs the tool as an open run and clang-tidy with the plugin over each file, and
fails unless both report the same lines "FILE:LINE:COL: LEVEL: message [id]",
notes included, in the order of their places; fewer than N findings in all fail as well. What only
clang-tidy says of its own is left out: compile errors, "expanded from macro".
"""
import difflib
import re
import subprocess
import sys

HEAD = re.compile(r"^\S[^:]*:\d+:\d+: (?:warning|error|note): ")


def findings(command):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode < 0 or "PLEASE submit a bug report" in done.stderr:
        sys.exit(f"crashed: {' '.join(command)}\n{done.stderr}")
    lines = [
        line
        for line in done.stdout.splitlines()
        if HEAD.match(line)
        and "note: expanded from macro" not in line
        and "[clang-diagnostic-" not in line
    ]
    # clang-tidy finds an unmatched NOLINTBEGIN in the midst of a finding, and takes
    # the notes that follow for notes of that error.
    lines = [re.sub(r"( note: .*) \[cancel-[a-z-]+\]$", r"\1", line) for line in lines]
    # The C++ library's folder has more than one name.
    lines = [re.sub(r"^\S*/include/c\+\+/", "c++/", line) for line in lines]
    nolint = [line for line in lines if line.endswith("[clang-tidy-nolint]")]
    return in_order([line for line in lines if line not in nolint]) + nolint


def in_order(lines):
    """Findings with their notes; which of two at one place comes first is not said."""
    groups = []
    for line in lines:
        if ": note: " in line and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    result = []
    for group in groups:
        place = group[0].split(": ", 1)[0]
        if result and result[-1][0] == place:
            result[-1][1].append(group)
        else:
            result.append((place, [group]))
    return [line for _, same in result for group in sorted(same) for line in group]


def main():
    args = sys.argv[1:]
    cut = args.index("--")
    flags, args = args[cut + 1 :], args[:cut]
    tool, clang_tidy, plugin, *files = args
    at_least = 1
    if files[0] == "--at-least":
        at_least, files = int(files[1]), files[2:]
    count = bad = 0
    for file in files:
        ours = findings([tool, "--open", "--checks=-*,cancel-*", file, "--", *flags])
        theirs = findings(
            [clang_tidy, f"--load={plugin}", "--checks=-*,cancel-*", "--header-filter=.*",
             file, "--", *flags]
        )
        count += sum(": note: " not in line for line in ours)
        if ours != theirs:
            bad += 1
            print("\n".join(difflib.unified_diff(ours, theirs, "tool", "plugin", lineterm="")))
    print(f"{len(files)} files, {count} findings, {bad} files differ")
    sys.exit(bad > 0 or count < at_least)


main()
