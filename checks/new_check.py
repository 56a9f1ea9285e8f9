#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes all that a new check consists of.

    new_check.py LostSource "Finds sources that nobody can request."

makes checks/LostSourceCheck.{h,cpp}, tests/checks/cancel-lost-source.cpp and
docs/checks/cancel-lost-source.md from checks/templates, and adds the check to
AllChecks.cpp, CHANGELOG.md, docs/checks/list.md and docs/checks.md. Nothing is overwritten.
"""

import argparse
import os
import re
import subprocess
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TEMPLATES = os.path.join(ROOT, "checks", "templates")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def write(path, text):
    full = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(text)
    print(path)


def kebab(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def literal(text):
    """A C++ string literal, broken where the line would be too long."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    lines = textwrap.wrap(escaped, 72, drop_whitespace=False, break_on_hyphens=False)
    return "\n    ".join(f'"{line}"' for line in lines)


def add_to_list(text, name):
    lines = text.split("\n")

    def insert(new, pattern, key):
        at = [i for i, line in enumerate(lines) if re.match(pattern, line)]
        if not at:
            sys.exit(f"AllChecks.cpp: no line like {pattern}")
        later = [i for i in at if key(lines[i]) > key(new)]
        lines.insert(later[0] if later else at[-1] + 1, new)

    insert(f'#include "checks/{name}Check.h"', r'#include "checks/\w+Check\.h"', str)
    insert(
        f"      {name}Check::Info,",
        r"\s+\w+::Info,",
        lambda line: kebab(re.search(r"(\w+)Check::Info", line)[1]),
    )
    return "\n".join(lines)


def add_to_changelog(text, entry):
    head, found, rest = text.partition("### Checks\n")
    if not found:
        sys.exit("CHANGELOG.md: no heading `### Checks`")
    body, mark, tail = rest.partition("\n### ")
    entries = re.split(r"\n(?=\* )", body.strip("\n")) if body.strip() else []
    entries = sorted(entries + [entry])
    return head + found + "\n" + "\n".join(entries) + "\n" + mark + tail


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="CamelCase, without Check")
    parser.add_argument("summary", help='one sentence: "Finds ... ."')
    args = parser.parse_args()

    name = args.name
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        sys.exit(f"{name}: write the name in CamelCase, as in LostSource")
    summary = re.sub(r"\s+", " ", args.summary).strip()
    summary = summary[:1].upper() + summary[1:].rstrip(".") + "."
    if not re.match(r"Finds ", summary):
        sys.exit('begin the summary with "Finds": it says what is found')
    version = ".".join(
        re.search(
            r"project\(.*?VERSION (\d+)\.(\d+)", read("CMakeLists.txt"), re.DOTALL
        ).groups()
        if os.path.exists(os.path.join(ROOT, "CMakeLists.txt"))
        else ("0", "1")
    )
    values = {
        "NAME": name,
        "ID": "cancel-" + kebab(name),
        "SUMMARY": summary,
        "SUMMARY_LITERAL": literal(summary),
        "SUMMARY_COMMENT": "\n".join("/// " + line for line in textwrap.wrap(summary, 76)),
        "GUARD": f"CANCEL_TIDY_CHECKS_{name.upper()}CHECK_H",
        "SINCE": version,
    }
    made = {
        f"checks/{name}Check.h": "Check.h",
        f"checks/{name}Check.cpp": "Check.cpp",
        f"tests/checks/{values['ID']}.cpp": "fixture.cpp",
        f"docs/checks/{values['ID']}.md": "page.md",
    }
    for path in made:
        if os.path.exists(os.path.join(ROOT, path)):
            sys.exit(f"{path} exists already")
    with open(os.path.join(TEMPLATES, "changelog.md.in"), encoding="utf-8") as f:
        entry = f.read()

    def fill(text):
        return re.sub(r"@([A-Z_]+)@", lambda m: values[m[1]], text)

    for path, template in made.items():
        with open(os.path.join(TEMPLATES, template + ".in"), encoding="utf-8") as f:
            write(path, fill(f.read()))
    write("checks/AllChecks.cpp", add_to_list(read("checks/AllChecks.cpp"), name))
    write(
        "CHANGELOG.md",
        add_to_changelog(read("CHANGELOG.md"), fill(entry).strip()),
    )
    subprocess.run(
        [sys.executable, os.path.join(ROOT, "tests", "meta_test.py"), "--update"],
        check=True,
    )
    print("docs/checks/list.md\ndocs/checks.md")


if __name__ == "__main__":
    main()
