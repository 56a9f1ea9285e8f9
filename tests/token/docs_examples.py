#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles every C++ example of docs/token.md: docs_examples.py DOC CXX FLAG..."""

import re
import subprocess
import sys


def main():
    doc, compiler, *flags = sys.argv[1:]
    with open(doc, encoding="utf-8") as file:
        text = file.read()
    examples = list(re.finditer(r"^```cpp\n(.*?)^```", text, re.S | re.M))
    if not examples:
        sys.exit(f"{doc}: no examples")
    failed = 0
    for example in examples:
        line = text.count("\n", 0, example.start(1)) + 1
        source = f'#line {line} "{doc}"\n' + example.group(1)
        result = subprocess.run(
            [compiler, *flags, "-fsyntax-only", "-x", "c++", "-"],
            input=source, text=True, check=False)
        failed += result.returncode != 0
    print(f"{len(examples)} examples, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
