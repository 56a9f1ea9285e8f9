# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fixtures.py FIXTURES TOOL CLANG_TIDY PLUGIN: same_findings.py over every
fixture, with the flags of its RUN line."""
import pathlib
import re
import shlex
import subprocess
import sys

RUN = re.compile(r"//\s*RUN:\s*%check\s+%s\s+(?P<rest>.*)$", re.MULTILINE)


def main():
    folder, tool, clang_tidy, plugin = sys.argv[1:]
    same = pathlib.Path(__file__).with_name("same_findings.py")
    root = pathlib.Path(folder).resolve().parent.parent
    bad, runs = [], 0
    for fixture in sorted(pathlib.Path(folder).resolve().glob("*.cpp")):
        for run in RUN.finditer(fixture.read_text(encoding="utf-8")):
            rest = run["rest"].replace("%S", str(fixture.parent))
            words = shlex.split(rest.replace("%root", str(root)))
            flags = words[words.index("--") + 1 :] if "--" in words else []
            runs += 1
            done = subprocess.run(
                [sys.executable, str(same), tool, clang_tidy, plugin, "--at-least", "0",
                 str(fixture), "--", *flags],
                capture_output=True,
                encoding="utf-8",
            )
            if done.returncode:
                bad.append(fixture.name)
                print(f"{fixture.name}:\n{done.stdout}{done.stderr}")
    print(f"{runs} runs, {len(bad)} differ")
    sys.exit(bool(bad) or not runs)


main()
