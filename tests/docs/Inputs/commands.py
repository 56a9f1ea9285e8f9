#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands that pages show.

    commands.py --tool TOOL --clangxx CLANGXX --project FOLDER --work FOLDER PAGE...

Each page gets a copy of the project, a git repository one commit ahead of
origin/main, with compile databases in build and libbuild. In it, its blocks run
in order, a line at a time:

* ```sh blocks, and `- run:` lines of ```yaml blocks. All must succeed.
* <!-- run: exit 1 0 --> before a block: the exit codes of its commands.
* <!-- not run: REASON --> before a block: it is listed and counted.
* <!-- file: NAME --> before a block: its text becomes that file.

No command may hide: a block has a language, none is made by indentation, and
one in another language holds no line that looks like a command. Of commands
within a sentence, the options must exist.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys

LANGUAGES = {"sh", "yaml", "text", "cpp", "cmake", "diff", "elisp", "json", "lua", "python", "vim"}
BLOCK = re.compile(
    r"(?:^(?P<indent0> *)<!-- (?P<how>run|not run|file): (?P<what>[^\n]*?) -->\n)?"
    r"^(?P<indent> *)```(?P<language>[^\n]*)\n(?P<body>.*?)^(?P=indent)```[ ]*$",
    re.M | re.S,
)
COMMAND = re.compile(
    r"^\s*(?:\$ |(?:sudo|apt-get|cancel-tidy|clang-tidy-cancel|clang-tidy|cmake|ctest|git|ninja|make|bazel"
    r"|python3|\./dev|bench/\w+\.py) (?:-|link|build|test|try|[\w./]+ ))",
    re.M,
)


class Page:
    def __init__(self, path, args):
        self.path, self.args = path, args
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        self.wrong, self.skipped = [], []
        self.ran = 0
        name = re.sub(r"\W", "-", os.path.splitext(os.path.basename(path))[0])
        self.folder = os.path.join(args.work, name)

    def line(self, offset, text=None):
        return (text or self.text).count("\n", 0, offset) + 1

    def complain(self, offset, what, text=None):
        self.wrong.append(f"{self.path}:{self.line(offset, text)}: {what}")

    def run(self):
        for block in BLOCK.finditer(self.text):
            indent = len(block["indent"])
            lines = [x[indent:] for x in block["body"].splitlines()]
            commands = commands_of(block["language"], lines)
            self.judge(block, lines, commands)
            if block["how"] == "not run":
                self.skipped.append((self.line(block.start("body")), len(commands), block["what"]))
            elif block["how"] == "file":
                self.write(block["what"], "\n".join(lines) + "\n")
            elif commands:
                self.run_block(block, commands)
        self.look_elsewhere()

    def judge(self, block, lines, commands):
        language = block["language"]
        if language not in LANGUAGES:
            self.complain(block.start("body"), f"a block in '{language}'; known are {sorted(LANGUAGES)}")
        if not commands and COMMAND.search("\n".join(lines)):
            self.complain(block.start("body"), "looks like commands, and is no ```sh block")
        if block["how"] in ("run", "not run") and not commands:
            self.complain(block.start("body"), "a mark for commands where there are none")

    def prepare(self):
        if os.path.exists(self.folder):
            return
        shutil.copytree(self.args.project, self.folder)
        sources = [
            os.path.join(path, name)
            for path, _, names in os.walk(self.folder)
            for name in names
            if name.endswith(".cpp")
        ]
        for build in ("build", "libbuild"):
            self.write(
                f"{build}/compile_commands.json",
                json.dumps(
                    [
                        {
                            "directory": self.folder,
                            "file": source,
                            "arguments": [self.args.clangxx, "-std=c++20", "-c", source],
                        }
                        for source in sorted(sources)
                    ]
                ),
            )
        self.write(".gitignore", "build\nlibbuild\n")
        git = "git -c init.defaultBranch=main -c user.name=n -c user.email=e"
        self.shell(
            f"{git} init -q && {git} add . && {git} commit -qm first"
            " && git update-ref refs/remotes/origin/main HEAD"
        )
        with open(os.path.join(self.folder, "src", "a.cpp"), "a", encoding="utf-8") as f:
            f.write("void more(std::stop_token stop) { fetch(3); }\n")
        self.shell(f"{git} commit -qam second")

    def write(self, name, text):
        if not os.path.exists(self.folder):
            self.prepare()
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def shell(self, command):
        environment = dict(
            os.environ,
            PATH=os.path.dirname(self.args.tool) + os.pathsep + os.environ["PATH"],
            CXX=self.args.clangxx,
            CMAKE_GENERATOR="Ninja",
            GIT_CONFIG_NOSYSTEM="1",
            GIT_CONFIG_GLOBAL=os.devnull,
        )
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def run_block(self, block, commands):
        self.prepare()
        codes = [0] * len(commands)
        if block["how"] == "run":
            codes = [int(n) for n in re.findall(r"\d+", block["what"].removeprefix("exit"))]
        if len(codes) != len(commands):
            self.complain(block.start("body"), f"{len(codes)} exit codes for {len(commands)} commands")
            return
        for command, code in zip(commands, codes):
            done = self.shell(command)
            self.ran += 1
            if done.returncode != code:
                self.complain(
                    block.start("body"),
                    f"exit code {done.returncode}, not {code}: {command}\n{done.stdout[:1000]}",
                )

    def look_elsewhere(self):
        outside = BLOCK.sub(lambda m: "\n" * m[0].count("\n"), self.text)
        for found in re.finditer(r"(?<=\n\n)    +\S.*", outside):
            self.complain(found.start(), "a block made by indentation; use ```", outside)
        for found in re.finditer(r"<!-- (?:run|not run|file): ", outside):
            self.complain(found.start(), "a mark with no block behind it", outside)
        for found in re.finditer(r"`((?:cancel-tidy) [^`]*)`", outside):
            for word in re.split(r"\s", found[1])[1:]:
                if word == "--":
                    break
                option = word.split("=")[0]
                if option.startswith("-") and option not in self.args.options:
                    self.complain(found.start(), f"no option {option}: {found[1]}", outside)


def commands_of(language, lines):
    if language == "sh":
        text = "\n".join(lines).replace("\\\n", " ")
        return [x for x in text.split("\n") if x.strip() and not x.lstrip().startswith("#")]
    if language == "yaml":
        return [m[1] for x in lines if (m := re.match(r"\s*- run: (.*)", x))]
    return []


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("--tool", "--clangxx", "--project", "--work"):
        parser.add_argument(name, required=True, type=os.path.abspath)
    parser.add_argument("pages", nargs="+")
    args = parser.parse_args()
    text = subprocess.run([args.tool, "--help"], capture_output=True, encoding="utf-8", check=True)
    args.options = set(re.findall(r"^  (--?[\w-]+)", text.stdout, re.M)) | {"-j"}
    ran = skipped = blocks = wrong = 0
    for path in args.pages:
        page = Page(path, args)
        page.run()
        for line, count, reason in page.skipped:
            print(f"not run: {os.path.basename(path)}:{line}: {count}: {reason}")
            skipped += count
        print("\n".join(page.wrong), end="\n" if page.wrong else "")
        ran, blocks, wrong = ran + page.ran, blocks + len(page.skipped), wrong + len(page.wrong)
    print(f"{ran} commands run, {skipped} in {blocks} blocks not run, {wrong} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
