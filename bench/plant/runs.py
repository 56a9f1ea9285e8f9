# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How bench/plant.py runs compiler and checker over a copy of a file."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import threading

from mistakes import NEEDS


class Corpus:
    def __init__(self, args):
        self.tool = args.tool or f"{args.build}/bin/cancel-tidy"
        with open(pathlib.Path(args.database) / "compile_commands.json") as file:
            entries = json.load(file)
        self.entries, wanted = {}, {str(pathlib.Path(f).resolve()) for f in args.files}
        for entry in entries:
            path = pathlib.Path(entry["directory"], entry["file"]).resolve()
            if not wanted or str(path) in wanted:
                self.entries.setdefault(path, entry)
        common = os.path.commonpath([str(p.parent) for p in self.entries]) if self.entries else "/"
        self.root = args.root or common
        self.options = [f"--models={m}" for m in args.models]
        self.clang = args.clang

    def words(self, path):
        entry = self.entries[path]
        return entry.get("arguments") or shlex.split(entry["command"])

    def folders(self, path):
        """Where a header of the project may be."""
        found, words = [], self.words(path)
        for flag, following in zip(words, words[1:] + [""]):
            for option in ("-I", "-iquote"):
                if flag.startswith(option):
                    folder = flag[len(option):] or following
                    found.append(pathlib.Path(self.entries[path]["directory"], folder))
        return [f for f in found if str(f.resolve()).startswith(self.root)]

    def findings(self, path, text, work, kinds):
        """{True: closed, False: open}: sets of (check, file, line), or None."""
        copy = path.with_name(f"{path.stem}.planted{os.getpid()}-{work.name}{path.suffix}")
        entry, old = self.entries[path], self.entries[path]["file"]
        arguments = [str(copy) if w in (old, str(path)) else w for w in self.words(path)]
        for header in sorted({NEEDS[kind] for kind in kinds if kind in NEEDS}):
            arguments[1:1] = ["-include", header]
        database = [{"directory": entry["directory"], "file": str(copy), "arguments": arguments}]
        (work / "compile_commands.json").write_text(json.dumps(database))
        copy.write_text(text, encoding="utf-8", errors="surrogateescape")
        # Off, and what says this of a none value; the file as it is, without a
        # kind, is asked for all.
        checks = [] if kinds and "none" not in kinds else ["--checks=cancel-default-token"]
        try:
            wrong = self.wrong(entry["directory"], arguments, copy) if kinds else None
            if wrong is not None:
                return {True: None, False: None, "wrong": wrong}
            # One parse, two links: as the program alone, and as a part of one.
            self.call(["-p", str(work), "-j", "1", f"--emit-facts={work}/facts", *checks])
            return {closed: self.link(copy, path, work, checks + ["--open"] * (not closed))
                    for closed in (True, False)}
        finally:
            copy.unlink()

    def wrong(self, folder, arguments, copy):
        """Lines of the copy that a compiler's errors and notes name; None if there are no errors.
        (cancel-tidy does not read all bodies in system headers, a compiler does.)"""
        words = []
        for word in arguments[1:]:
            if words and words[-1] == "-o":
                words.pop()
            elif word != "-c":
                words.append(word)
        command = [self.clang, *words, "-fsyntax-only", "-w", "-ferror-limit=0"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        named = re.findall(rf"{re.escape(copy.name)}:(\d+):", ran.stderr)
        return set(map(int, named)) if ran.returncode else None

    def call(self, arguments):
        command = [self.tool, *arguments, f"--root={self.root}", *self.options]
        subprocess.run(command, capture_output=True, check=False)

    def link(self, copy, path, work, options):
        report = work / "report.json"
        self.call(["link", str(work / "facts"), f"--report=json:{report}", *options])
        if not report.exists():
            return None
        run, *findings = map(json.loads, report.read_text().splitlines())
        report.unlink()
        if run["incomplete"] or run["crashed"] or not run["analysed"] + run["withoutToken"]:
            return None
        found = set()
        for finding in findings:
            name = pathlib.Path(self.root, finding["file"])
            name = path if name.name == copy.name else name
            found.add((finding["check"], str(name), finding["line"]))
        return found


class Baselines:
    """What the files give as they are; asked for only where something is found."""

    def __init__(self, corpus):
        self.corpus, self.lock, self.known = corpus, threading.Lock(), {}

    def of(self, path, text):
        with self.lock:
            one = self.known.setdefault(path, [threading.Lock(), None])
        with one[0]:
            if one[1] is None:
                with tempfile.TemporaryDirectory() as folder:
                    one[1] = self.corpus.findings(path, text, pathlib.Path(folder), [])
            return one[1]
