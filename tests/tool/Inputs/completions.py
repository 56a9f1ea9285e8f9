# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether completions and manual page name the options that --help names.

    completions.py TOOL [--without OPTION]

With --without, the option is taken from all texts but --help, to show that this
script sees it.
"""

import re
import subprocess
import sys


def main():
    tool = sys.argv[1]
    lost = sys.argv[3] if len(sys.argv) > 2 else None

    def said(*arguments):
        done = subprocess.run([tool, *arguments], capture_output=True, encoding="utf-8", check=True)
        return done.stdout

    # With a value, or without.
    wanted = {
        (name, bool(value))
        for name, value in re.findall(r"^  (--?[\w-]+)([= \[]\S+)?(?:\n|  )", said("--help"), re.M)
    }
    # A short one shows its value behind a space.
    wanted = {(n, True) if n in ("-p", "-j") else (n, v) for n, v in wanted}
    texts = {
        "bash": said("--completion=bash"),
        "zsh": said("--completion=zsh"),
        "fish": said("--completion=fish"),
        "manual": said("--manual"),
    }
    if lost:
        for name, text in texts.items():
            manual = lost.replace("-", "\\-")
            short = lost.lstrip("-")
            texts[name] = "\n".join(
                re.sub(rf"{re.escape(lost)}=?(?= |')", "", x) if "known_options" in x else x
                for x in text.splitlines()
                if not re.match(
                    rf"\s+{re.escape(lost)}\) |\s+'\*?{re.escape(lost)}\W|complete .* -[ls] {short} "
                    rf"|\\fB{re.escape(manual)}\\fR",
                    x,
                )
            )
    found = {
        "zsh": {
            (n, bool(v))
            for n, v in re.findall(r"^    '\*?(--?[\w-]+)=?-?\[(?:\\.|[^\]])*\](:?)", texts["zsh"], re.M)
        },
        "fish": {
            (("--" if kind == "l" else "-") + n, " -x" in rest or " -r" in rest or n == "init")
            for kind, n, rest in re.findall(
                r"^complete -c cancel-tidy -([ls]) (\S+)(.*?) -d ", texts["fish"], re.M
            )
        },
        "manual": {
            (n.replace("\\-", "-"), bool(v.strip()))
            for n, v in re.findall(r"^\.TP\n\\fB(\S+?)\\fR(.*)$", texts["manual"], re.M)
        },
    }
    # In bash, the list to complete from, and the cases for values.
    listed = re.search(r"known_options='(.*?)'", texts["bash"])[1].split()
    cases = set(re.findall(r"^    (--?[\w-]+)\) ", texts["bash"], re.M))
    found["bash"] = {(n.rstrip("="), n.rstrip("=") in cases) for n in listed}
    wrong = 0
    for name, options in sorted(found.items()):
        for option, _ in sorted(wanted ^ options):
            wrong += 1
            print(f"{name}: {option} is not as in --help")
        for option in cases - {n for n, _ in found["bash"]} if name == "bash" else ():
            wrong += 1
            print(f"bash: a case for {option}, which is not listed")
    print(f"{len(wanted)} options in {len(found)} texts, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
