# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the compile database of all fixtures: FOLDER ROOT CLANGXX."""

import glob
import json
import os
import re
import sys

folder, root, clangxx = sys.argv[1:]
entries = []
for path in sorted(
    glob.glob(os.path.join(root, "tests/checks/*.cpp"))
    + glob.glob(os.path.join(root, "tests/models/*.cpp"))
):
    with open(path, encoding="utf-8") as source:
        run = re.search(r"// RUN: %check .*? -- (.*)", source.read())
    if not run:
        sys.exit(f"{path}: no RUN line")
    flags = run[1].replace("%S", os.path.dirname(path)).replace("%root", root)
    entries.append(
        {
            "directory": folder,
            "file": path,
            "arguments": [clangxx, *flags.split(), "-c", path],
        }
    )
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out)
