# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_reports.py FORMAT FILE COUNT: fails unless FILE is a report of that format
with COUNT findings, as far as its readers need it."""
import html.parser
import json
import re
import sys

kind, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(path, encoding="utf-8") as f:
    text = f.read()


def check(holds, what):
    if not holds:
        sys.exit(f"{path}: {what}")


def check_finding(f):
    for key, type_ in {
        "check": str, "message": str, "file": str, "line": int, "column": int,
        "severity": str, "state": str, "confidence": str, "cost": str,
        "fingerprint": str, "notes": list, "fixes": list,
    }.items():
        check(isinstance(f.get(key), type_), f"{key} is missing or no {type_.__name__}")
    check(f["state"] in ("new", "baseline", "suppressed"), "unknown state")
    check(re.fullmatch("[0-9a-f]{16}", f["fingerprint"]), "no fingerprint")


if kind == "json":
    run, *findings = [json.loads(line) for line in text.splitlines()]
    check(run["tool"] == "cancel-tidy", "no line about the run")
    check(len(findings) == count, f"{len(findings)} findings")
    for one in findings:
        check_finding(one)
elif kind == "gitlab":
    issues = json.loads(text)
    check(len(issues) == count, f"{len(issues)} findings")
    for issue in issues:
        check(issue["severity"] in ("info", "minor", "major", "critical", "blocker"), "severity")
        check(issue["location"]["lines"]["begin"] >= 1, "no line")
        check(not issue["location"]["path"].startswith(("/", "./")), "path is not relative")
        check(issue["description"] and issue["check_name"], "no text")
    check(len({i["fingerprint"] for i in issues}) == len(issues), "fingerprints are not unique")
elif kind == "html":

    class Page(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.stack, self.data, self.scripts = [], "", 0

        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            for name in ("src", "href"):
                value = attributes.get(name, "")
                check(not re.match(r"\w+:|//", value), f"asks for {value}")
            self.scripts += tag == "script"
            self.in_data = attributes.get("id") == "data"

        def handle_endtag(self, tag):
            self.in_data = False

        def handle_data(self, text):
            if getattr(self, "in_data", False):
                self.data += text

    page = Page()
    page.feed(text)
    check(page.scripts == 2, f"{page.scripts} scripts")
    check("url(" not in text.split("</style>")[0] and "@import" not in text, "asks for a file")
    data = json.loads(page.data)
    check(len(data["findings"]) == count, f"{len(data['findings'])} findings")
    for one in data["findings"]:
        check_finding(one)
        check(str(one["line"]) in data["files"][one["file"]], "the line is missing")
        check("What it reports" in data["checks"][one["check"]]["page"], "no page")
        for fix in one["fixes"]:
            check(any(sign == "+" for d in fix["diff"] for sign, _, _ in d["lines"]), "no diff")
elif kind == "text":
    # As CodeChecker's report-converter reads clang-tidy: a message, its line, carets,
    # lines of fixes; then notes in the same way. It drops what follows another line.
    place = r"[\S ]+?:\d+:\d+: "
    message = re.compile(place + r"(?:error|warning):[\S \t]+\s*\[.*\]")
    note = re.compile(place + "note:.*")
    found = 0
    lines = iter(text.splitlines() + [""])
    line = next(lines)
    while line:
        check(message.match(line), f"no message of clang-tidy: {line}")
        found += 1
        while line:
            code, carets = next(lines), next(lines)
            check(not message.match(code) and not note.match(code), f"no line of code: {code}")
            check("^" in carets, f"no carets: {carets}")
            line = next(lines)
            while re.match(r"\s*\d*\s*\|\s*\S", line):
                line = next(lines)
            if not note.match(line):
                break
    check(found == count, f"{found} findings")
else:
    sys.exit(f"unknown format {kind}")
