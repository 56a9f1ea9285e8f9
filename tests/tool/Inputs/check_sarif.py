# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_sarif.py FILE [RESULTS [SUPPRESSED]]: fails unless FILE is SARIF 2.1.0 as
far as a viewer needs it: required fields, known enums, regions inside their
files (columns counted in UTF-16 units), rule indices that hit, fingerprints that
tell results apart, fixes that apply."""
import json
import pathlib
import sys
import urllib.parse
import urllib.request

problems = []


def need(what, where, kind, *keys):
    """The values of keys in what, which must be there and of that kind."""
    for key in keys:
        if not isinstance(what.get(key), kind):
            problems.append(f"{where}: {key} is missing or no {kind.__name__}")


def message(what, where):
    need(what, where, dict, "message")
    need(what.get("message", {}), f"{where}.message", str, "text")


class Report:
    def __init__(self, path):
        self.document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.lines = {}

    def path_of(self, artifact, where):
        need(artifact, where, str, "uri")
        uri = artifact.get("uri", "")
        if " " in uri or not uri.isascii():
            problems.append(f"{where}: URI not encoded: {uri}")
        base = artifact.get("uriBaseId")
        if base:
            # A report that names no folder is about the current one.
            here = {base: {"uri": pathlib.Path.cwd().as_uri() + "/"}}
            bases = self.run.get("originalUriBaseIds", here)
            if base not in bases or not bases[base]["uri"].endswith("/"):
                problems.append(f"{where}: no base {base}")
                return None
            uri = bases[base]["uri"] + uri
        parts = urllib.parse.urlsplit(uri)
        if parts.scheme != "file":
            problems.append(f"{where}: not a file URI: {uri}")
        return urllib.request.url2pathname(parts.path)

    def region(self, region, path, where):
        need(region, where, int, "startLine", "startColumn", "endLine", "endColumn")
        if path not in self.lines:
            data = pathlib.Path(path).read_bytes()
            text = data.decode("utf-8", errors="replace").lstrip("\ufeff")
            self.lines[path] = [
                len(line.encode("utf-16-le")) // 2 for line in text.split("\n")
            ]
        lines = self.lines[path]
        begin = (region.get("startLine", 0), region.get("startColumn", 0))
        end = (region.get("endLine", 0), region.get("endColumn", 0))
        if begin > end:
            problems.append(f"{where}: region ends before it begins")
        for line, column in (begin, end):
            if not (1 <= line <= len(lines) and 1 <= column <= lines[line - 1] + 1):
                problems.append(f"{where}: {line}:{column} is outside {path}")

    def quoted(self, physical, where):
        """The text of the region, and of the lines around it."""
        region, around = physical["region"], physical.get("contextRegion", {})
        need(around, where, int, "startLine", "endLine")
        need(around, where, dict, "snippet")
        need(region, where, dict, "snippet")
        if not around.get("startLine", 0) <= region["startLine"] <= region["endLine"] <= around.get("endLine", 0):
            problems.append(f"{where}: the context does not hold the region")
        snippet = region.get("snippet", {}).get("text", "?")
        context = around.get("snippet", {}).get("text", "")
        if snippet not in context or len(snippet) >= len(context):
            problems.append(f"{where}: the context does not hold the text of the region")
        if len(context.splitlines()) != around.get("endLine", 0) - around.get("startLine", 0) + 1:
            problems.append(f"{where}: the context has another number of lines")

    def location(self, location, where):
        need(location, where, dict, "physicalLocation")
        physical = location.get("physicalLocation", {})
        need(physical, where, dict, "artifactLocation", "region")
        path = self.path_of(physical.get("artifactLocation", {}), where)
        if path:
            self.region(physical.get("region", {}), path, where)

    def result(self, result, where, rules):
        need(result, where, str, "ruleId", "level")
        need(result, where, list, "locations")
        need(result, where, dict, "partialFingerprints")
        message(result, where)
        if result.get("level") not in ("error", "warning", "note", "none"):
            problems.append(f"{where}: level {result.get('level')}")
        index = result.get("ruleIndex", -1)
        if not 0 <= index < len(rules) or rules[index]["id"] != result["ruleId"]:
            problems.append(f"{where}: ruleIndex {index} is not {result['ruleId']}")
        for location in result.get("locations", []):
            self.location(location, where)
            self.quoted(location["physicalLocation"], where)
        if "# " + result["ruleId"] not in rules[index]["help"].get("markdown", ""):
            problems.append(f"{where}: {result['ruleId']} has no page")
        for number, location in enumerate(result.get("relatedLocations", []), 1):
            if location.get("id") != number:
                problems.append(f"{where}: related location {number} has another id")
            message(location, where)
            self.location(location, where)
        for fix in result.get("fixes", []):
            need(fix, where, dict, "description")
            need(fix, where, list, "artifactChanges")
            for change in fix.get("artifactChanges", []):
                path = self.path_of(change.get("artifactLocation", {}), where)
                need(change, where, list, "replacements")
                for replacement in change.get("replacements", []):
                    need(replacement, where, dict, "deletedRegion")
                    self.region(replacement["deletedRegion"], path, f"{where} fix")
        for suppression in result.get("suppressions", []):
            if suppression.get("kind") != "inSource":
                problems.append(f"{where}: suppression of kind {suppression.get('kind')}")
            self.location(suppression.get("location", {}), where)

    def check(self):
        document = self.document
        if document.get("version") != "2.1.0" or "sarif" not in document.get("$schema", ""):
            problems.append("version or $schema")
        need(document, "document", list, "runs")
        (self.run,) = document["runs"]
        driver = self.run["tool"]["driver"]
        need(driver, "driver", str, "name", "version", "semanticVersion")
        rules = driver.get("rules", [])
        if len({rule["id"] for rule in rules}) != len(rules) or not rules:
            problems.append("rules: none, or one id twice")
        for rule in rules:
            need(rule, rule["id"], dict, "shortDescription", "fullDescription", "help",
                 "defaultConfiguration")
        if self.run.get("columnKind") != "utf16CodeUnits":
            problems.append("columnKind")
        for invocation in self.run["invocations"]:
            need(invocation, "invocation", bool, "executionSuccessful")
            need(invocation, "invocation", int, "exitCode")
        results = self.run["results"]
        said = ["suppressions" in result for result in results]
        if any(said) != all(said):
            problems.append("some results say whether they are suppressed, some do not")
        prints = set()
        for number, result in enumerate(results):
            self.result(result, f"results[{number}]", rules)
            artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
            for name, value in result.get("partialFingerprints", {}).items():
                key = (artifact["uri"], name, value)
                if key in prints:
                    problems.append(f"results[{number}]: fingerprint of another result")
                prints.add(key)
        return results


def main():
    results = Report(sys.argv[1]).check()
    suppressed = sum(bool(result.get("suppressions")) for result in results)
    for want, got in zip(sys.argv[2:], (len(results), suppressed)):
        if int(want) != got:
            problems.append(f"{got}, not {want}")
    print(f"{len(results)} results, {suppressed} suppressed")
    sys.exit("\n".join(problems) or 0)


main()
