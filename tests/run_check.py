#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a fixture of a check and fails on anything that it does not expect.

    // RUN: %check %s cancel-forward-token -- -std=c++20 -I%S/Inputs/std
    fetch(url); // expected-warning {{'fetch' accepts a token}}
    // CHECK-FIXES: fetch(url, token);

Expectations, on the line of the finding:

    // expected-warning {{part of the message}}
    // expected-warning@+1 {{...}}     one line below (@-2 above, @12 line 12)
    // expected-warning@:9 {{...}}     at column 9 (also @+1:9)
    // expected-warning 2 {{...}}      twice
    // expected-warning {{re:a|b}}     a regular expression
    // expected-note {{...}}           notes count once a fixture names one

What is compared is "message [check-id]". The expectations are cut out before the
file is analysed, so lines and columns stay and edits never meet them.

Unless --no-fix is given the fixes are applied to another copy; then
  * each `// CHECK-FIXES: code` is found among the changed lines, in order
    ({{regex}} inside; CHECK-FIXES-NEXT: on the very next line, changed or not;
    CHECK-FIXES-NOT: nowhere),
  * every line that the fixes changed is one that a CHECK-FIXES names,
  * the fixed file compiles,
  * a second analysis brings no new finding and none on a line that was changed,
  * a second --fix changes nothing.
"""

import argparse
import collections
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

EXPECT = re.compile(
    r"expected-(?P<kind>warning|note|error)"
    r"(?:@(?P<line>[+-]?\d+)?(?::(?P<col>\d+))?)?"
    r"(?:\s+(?P<count>\d+))?\s*\{\{(?P<text>.*?)\}\}"
)
EXPECT_WORD = re.compile(r"expected-(?:warning|note|error)\b")
EXPECT_COMMENT = re.compile(r"\s*//\s*expected-(?:warning|note|error)\b.*$")
FIXES = re.compile(r"//\s*CHECK-FIXES(?P<kind>-NEXT|-NOT)?:\s?(?P<text>.*?)\s*$")
DIAG = re.compile(
    r"^(?P<file>[^\s:][^:]*):(?P<line>\d+):(?P<col>\d+): "
    r"(?P<kind>warning|note|error|fatal error): (?P<text>.*)$"
)
PLAIN_ERROR = re.compile(r"^(?:[\w.-]+: )?(?:fatal )?error: (?P<text>.*)$")

Diag = collections.namedtuple("Diag", "file line col kind text")


class Expectation:
    def __init__(self, kind, line, col, text):
        self.kind, self.line, self.col, self.text = kind, line, col, text

    def matches(self, diag):
        if (diag.kind, diag.line) != (self.kind, self.line):
            return False
        if self.col is not None and self.col != diag.col:
            return False
        if self.text.startswith("re:"):
            return re.search(self.text[3:], diag.text) is not None
        return self.text in diag.text

    def __str__(self):
        where = f"line {self.line}" + (f", column {self.col}" if self.col else "")
        return f"{where}: {self.kind} {{{{{self.text}}}}}"


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return f.read()


def parse_fixture(text):
    """Returns the text without expectations, the expectations, the fix lines."""
    lines = text.split("\n")
    expectations, fixes, stripped, problems = [], [], [], []
    for number, line in enumerate(lines, 1):
        fix = FIXES.search(line)
        if fix:
            fixes.append((fix["kind"] or "", fix["text"], number))
            stripped.append(line[: fix.start()].rstrip())
            continue
        if not EXPECT_COMMENT.search(line):
            stripped.append(line)
            continue
        found = 0
        for match in EXPECT.finditer(line):
            found += 1
            at = match["line"]
            if at is None:
                target = number
            elif at[0] in "+-":
                target = number + int(at)
            else:
                target = int(at)
            col = int(match["col"]) if match["col"] else None
            for _ in range(int(match["count"] or 1)):
                expectations.append(
                    Expectation(match["kind"], target, col, match["text"])
                )
        if found != len(EXPECT_WORD.findall(line)):
            problems.append(f"line {number}: expectation not understood: {line.strip()}")
        stripped.append(EXPECT_COMMENT.sub("", line))
    return "\n".join(stripped), expectations, fixes, problems


class Runner:
    def __init__(self, args, flags):
        self.args, self.flags = args, flags
        self.failures, self.commands = [], []
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="cancel-check-"))
        self.name = os.path.basename(args.fixture)

    def fail(self, message):
        self.failures.append(message)

    def run(self, command, codes):
        self.commands.append(shlex.join(command))
        env = dict(os.environ, XDG_CACHE_HOME=os.path.join(self.dir, ".cache"))
        try:
            done = subprocess.run(
                command,
                cwd=self.dir,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                timeout=self.args.timeout,
            )
        except subprocess.TimeoutExpired:
            self.fail(f"no answer in {self.args.timeout} seconds: {command[0]}")
            return "", ""
        if done.returncode not in codes:
            self.fail(
                f"exit code {done.returncode} from {os.path.basename(command[0])}:\n"
                + done.stdout
                + done.stderr
            )
        return done.stdout, done.stderr

    def copy(self, text, folder):
        path = os.path.join(self.dir, folder, self.name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)
        if self.args.option:
            with open(os.path.join(self.dir, folder, ".clang-tidy"), "w") as f:
                f.write("CheckOptions:\n")
                for option in self.args.option:
                    key, _, value = option.partition("=")
                    if "." not in key:
                        key = f"{self.args.check}.{key}"
                    f.write(f"  {key}: '{value}'\n")
        if self.args.config is not None:
            with open(os.path.join(self.dir, folder, ".cancel-tidy"), "w") as f:
                f.write(self.args.config.replace("\\n", "\n") + "\n")
        return path

    def analyse(self, path, extra=()):
        """Runs the tool on Path and returns what it reported."""
        command = [self.args.tool, f"--checks=-*,{self.args.check}", "--quiet"]
        if self.args.open:
            command.append("--open")
        out, err = self.run(
            command + self.args.tool_arg + list(extra) + [path, "--"] + self.flags,
            (0, 1),
        )
        return self.parse(out + "\n" + err)

    def analyse_by_plugin(self, path):
        command = [self.args.clang_tidy, f"--load={self.args.plugin_lib}"]
        command += [f"--checks=-*,{self.args.check}", "--quiet", path, "--"]
        out, err = self.run(command + self.flags, (0, 1))
        return self.parse(out + "\n" + err)

    def parse(self, output):
        diags = []
        for line in output.split("\n"):
            match = DIAG.match(line)
            if match:
                kind = "error" if "error" in match["kind"] else match["kind"]
                name = os.path.realpath(os.path.join(self.dir, match["file"]))
                diags.append(
                    Diag(name, int(match["line"]), int(match["col"]), kind, match["text"])
                )
            elif PLAIN_ERROR.match(line):
                diags.append(Diag("", 0, 0, "error", PLAIN_ERROR.match(line)["text"]))
        return diags

    def show(self, diag, text):
        where = os.path.relpath(diag.file, self.dir) if diag.file else "tool"
        shown = f"{os.path.basename(where)}:{diag.line}:{diag.col}: {diag.kind}: {diag.text}"
        lines = text.split("\n")
        if os.path.basename(where) == self.name and 0 < diag.line <= len(lines):
            shown += "\n    " + lines[diag.line - 1].replace("\t", " ")
            shown += "\n    " + " " * (diag.col - 1) + "^"
        return shown

    def compare(self, diags, expectations, path, text):
        left = list(expectations)
        for diag in diags:
            # The most exact expectation first: one that names a column.
            fitting = [e for e in left if diag.file == path and e.matches(diag)]
            fitting.sort(key=lambda e: e.col is None)
            if fitting:
                left.remove(fitting[0])
            elif diag.kind != "note" or self.args.all_notes:
                self.fail("unexpected: " + self.show(diag, text))
        if any(e.kind == "note" for e in left):
            for note in diags:
                if note.kind == "note" and not any(e.matches(note) for e in expectations):
                    print("a note that nothing expects: " + self.show(note, text))
        for expectation in left:
            self.fail(f"missing: {expectation}")

    def compare_fixes(self, before, after, fixes):
        lines = [line.rstrip() for line in after.split("\n")]

        def pattern(text):
            parts = re.split(r"\{\{(.*?)\}\}", text.strip())
            body = [p if i % 2 else re.escape(p) for i, p in enumerate(parts)]
            return re.compile("".join(body))

        failures = len(self.failures)
        old = [line.rstrip() for line in before.split("\n")]
        matcher = difflib.SequenceMatcher(None, old, lines, autojunk=False)
        changed = set()
        for tag, _, _, begin, end in matcher.get_opcodes():
            if tag != "equal":
                changed.update(range(begin, end))

        named, at = set(), -1
        for kind, text, number in fixes:
            wanted = pattern(text)
            if kind == "-NOT":
                for line in lines:
                    if wanted.search(line):
                        self.fail(f"line {number}: found, but CHECK-FIXES-NOT: {text}")
                        break
                continue
            if kind == "-NEXT":
                found = [at + 1] if at + 1 < len(lines) else []
            else:
                found = sorted(i for i in changed if i > at)
            found = next((i for i in found if wanted.search(lines[i])), None)
            if found is None:
                self.fail(f"line {number}: not in the fixed file (in order): {text}")
            else:
                at = found
                named.add(found)

        for i in sorted(changed - named):
            if lines[i].strip():
                self.fail(
                    "fixed line that no CHECK-FIXES names:"
                    f"\n    {i + 1}: {lines[i].strip()}"
                )
        if len(self.failures) > failures:
            diff = difflib.unified_diff(old, lines, "before", "after", lineterm="", n=1)
            print("\n".join(diff))
        return changed

    def check_fixes(self, before, first, fixes):
        path = self.copy(before, "fixed")
        failures = len(self.failures)
        self.analyse(path, ["--fix"])
        if len(self.failures) > failures:
            return
        after = read(path)
        changed = self.compare_fixes(before, after, fixes)
        if after == before:
            return
        self.run(
            [self.args.clangxx, "-fsyntax-only", "-w", *self.flags, path], (0,)
        )
        known = collections.Counter(d.text for d in first if d.kind == "warning")
        for diag in self.analyse(path):
            if diag.kind == "note":
                continue
            if known[diag.text] <= 0:
                self.fail("new finding after --fix: " + self.show(diag, after))
            elif diag.file == path and diag.line - 1 in changed:
                self.fail("still reported after its fix: " + self.show(diag, after))
            known[diag.text] -= 1
        self.analyse(path, ["--fix"])
        again = read(path)
        if again != after:
            diff = difflib.unified_diff(
                after.split("\n"), again.split("\n"), "once", "twice", lineterm="", n=1
            )
            self.fail("a second --fix changed the file:\n" + "\n".join(diff))

    def check_plugin(self, path, text):
        def key(diag):
            return diag.file, diag.line, diag.col, diag.text

        self.args.open = True
        tool = collections.Counter(
            map(key, (d for d in self.analyse(path) if d.kind != "note"))
        )
        plugin = collections.Counter(
            map(key, (d for d in self.analyse_by_plugin(path) if d.kind != "note"))
        )
        for name, only in (("tool", tool - plugin), ("plugin", plugin - tool)):
            for file, line, col, message in sorted(only.elements()):
                diag = Diag(file, line, col, "warning", message)
                self.fail(f"reported only by the {name}: " + self.show(diag, text))

    def fixture(self):
        text, expectations, fixes, problems = parse_fixture(read(self.args.fixture))
        for problem in problems:
            self.fail(problem)
        path = self.copy(text, "plain")
        if self.args.plugin:
            if not self.args.no_plugin:
                self.check_plugin(path, text)
        else:
            diags = self.analyse(path)
            self.compare(diags, expectations, path, text)
            if fixes and self.args.no_fix:
                self.fail("--no-fix, but the fixture holds CHECK-FIXES")
            if not self.args.no_fix and not any(d.kind == "error" for d in diags):
                self.check_fixes(text, diags, fixes)
        return not self.failures


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tool", required=True, help="path of cancel-tidy")
    parser.add_argument("--plugin-lib", help="path of cancel-tidy-plugin.so")
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--clangxx", default="clang++-22")
    parser.add_argument("--timeout", type=int, default=120)
    parser.add_argument("--open", action="store_true", help="an open run")
    parser.add_argument("--no-fix", action="store_true")
    parser.add_argument(
        "--plugin",
        action="store_true",
        help="compare the plugin with an open run of the tool instead",
    )
    parser.add_argument(
        "--no-plugin", action="store_true", help="with --plugin: nothing to compare"
    )
    parser.add_argument("--all-notes", action="store_true")
    parser.add_argument("--config", help="text of .cancel-tidy; \\n ends a line")
    parser.add_argument(
        "--option", action="append", default=[], help="Name=Value of the check"
    )
    parser.add_argument(
        "--tool-arg", action="append", default=[], help="an argument for cancel-tidy"
    )
    parser.add_argument("fixture")
    parser.add_argument("check")
    argv = sys.argv[1:]
    flags = []
    if "--" in argv:
        split = argv.index("--")
        argv, flags = argv[:split], argv[split + 1 :]
    args = parser.parse_args(argv)
    args.fixture = os.path.abspath(args.fixture)

    runner = Runner(args, flags)
    good = runner.fixture()
    if not good:
        print(f"{args.fixture} ({args.check}):")
        for failure in runner.failures:
            print("  " + failure.replace("\n", "\n  "))
        print("commands:")
        for command in runner.commands:
            print("  " + command)
    if os.environ.get("CANCEL_TIDY_KEEP"):
        print(f"kept: {runner.dir}")
    else:
        shutil.rmtree(runner.dir, ignore_errors=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
