#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the pages of the checks to what the tool says.

    pages.py [--update] TOOL PAGE...

* The code below "Example" gives findings of the page's check and of no other,
  and the ```text block behind it is what the tool prints (--update writes it).
* The code below "Use instead" gives no finding of any check.
* A check that is off by default is on beside the others.
* A page whose "Plugin mode" begins with "The same" gives the same in an open
  run; one that begins with "An open run" gives less.

The last line says how many pages were held and how many failed.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
FINDING = re.compile(r"^example\.cpp:\d+:\d+: (?:warning|error): .*\[([\w,-]+)\]$", re.M)


class Page:
    def __init__(self, path):
        self.path = path
        self.id = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as f:
            self.text = f.read()

    def section(self, heading):
        match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", self.text, re.M | re.S)
        return match[1] if match else ""

    def blocks(self, heading, language):
        return [m[2] for m in FENCE.finditer(self.section(heading)) if m[1] == language]

    def write_output(self, output):
        """Puts output into the text block below "Example"."""
        old = self.section("Example")
        new = re.sub(
            r"^```text\n.*?^```$", lambda _: f"```text\n{output}```", old, count=1,
            flags=re.M | re.S,
        )
        self.text = self.text.replace(old, new)
        with open(self.path, "w", encoding="utf-8") as f:
            f.write(self.text)


def run(tool, code, *options):
    """What the tool prints for code as example.cpp, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        with open(os.path.join(folder, "example.cpp"), "w", encoding="utf-8") as f:
            f.write(code)
        # Configuration of the folders above is none of the page's.
        for name in (".cancel-tidy", ".clang-tidy"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write("---\n")
        done = subprocess.run(
            [tool, *options, "example.cpp", "--", "-std=c++20"],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        output = done.stdout.replace(folder + os.sep, "")
        if done.returncode or "1 of 1 TU analysed" not in done.stderr:
            return output, f"exit code {done.returncode}\n{done.stderr}"
        return output, None


def problems(page, tool, update):
    code = page.blocks("Example", "cpp")
    shown = page.blocks("Example", "text")
    instead = page.blocks("Use instead", "cpp")
    if (len(code), len(shown), len(instead)) != (1, 1, 1):
        yield "there must be one cpp and one text block below Example, and one cpp block below Use instead"
        return

    # Without it, a check that is off says nothing.
    on = [f"--checks={page.id}"] if "\nDefault: off" in page.text else []
    output, wrong = run(tool, code[0], *on)
    if wrong:
        yield f"Example: {wrong}"
    found = FINDING.findall(output)
    if not found or set(found) != {page.id}:
        yield f"Example: findings of {sorted(set(found))}, not of {page.id} alone\n{output}"
    if update and output != shown[0]:
        page.write_output(output)
    elif output != shown[0]:
        yield f"Example: the tool prints (pages.py --update writes it)\n{output}"

    clean, wrong = run(tool, instead[0], *on)
    if wrong:
        yield f"Use instead: {wrong}"
    if clean:
        yield f"Use instead: not clean\n{clean}"

    mode = page.section("Plugin mode").strip()
    opened, wrong = run(tool, code[0], "--open", *on)
    if wrong:
        yield f"Example, open: {wrong}"
    if mode.startswith("The same"):
        if opened != output:
            yield f"Plugin mode says the same, an open run prints\n{opened}"
    elif mode.startswith("An open run"):
        if len(FINDING.findall(opened)) >= len(found):
            yield "Plugin mode says less, an open run finds as much in the example"
    else:
        yield "Plugin mode begins neither with 'The same' nor with 'An open run'"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", action="store_true")
    parser.add_argument("tool")
    parser.add_argument("pages", nargs="+")
    args = parser.parse_args()
    tool = os.path.abspath(args.tool)
    failed = 0
    for path in args.pages:
        page = Page(path)
        wrong = list(problems(page, tool, args.update))
        failed += bool(wrong)
        for text in wrong:
            print(f"{path}: {text}")
    print(f"{len(args.pages) - failed} pages hold, {failed} do not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
