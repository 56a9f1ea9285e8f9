#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stands in for cancel-tidy where run_check.py itself is tested.

Reports each BAD and STUCK; --fix makes GOOD of BAD, a syntax error of BROKEN,
WORSE of DOUBLE (and GOOD of WORSE the next time), BAD_ONE of SPAWN.
"""

import re
import sys

FIXES = {"BAD": "GOOD", "BROKEN": "} {", "DOUBLE": "WORSE", "WORSE": "GOOD",
         "SPAWN": "STUCK"}

path = sys.argv[sys.argv.index("--") - 1]
with open(path) as f:
    text = f.read()
code = 0
for number, line in enumerate(text.split("\n"), 1):
    if line.startswith("//"):
        continue
    for match in re.finditer(r"\b(BAD|STUCK|BROKEN|DOUBLE|WORSE|SPAWN)\b", line):
        code = 1
        column = match.start() + 1
        print(f"{path}:{number}:{column}: warning: {match[0].lower()} thing [cancel-fake]")
        print("    " + line)
        print(f"{path}:{number}:{column}: note: it is here")
if "--fix" in sys.argv:
    lines = [
        line
        if line.startswith("//")
        else re.sub(r"\b(BAD|BROKEN|DOUBLE|WORSE|SPAWN)\b", lambda m: FIXES[m[0]], line)
        for line in text.split("\n")
    ]
    with open(path, "w") as f:
        f.write("\n".join(lines))
sys.exit(code)
