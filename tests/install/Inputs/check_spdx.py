# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_spdx.py FILE: fails unless FILE is SPDX 2.3 with the members that the schema
requires, identifiers that hit, and a licence for all that we know of."""
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    document = json.load(f)
problems = []


def need(what, where, *keys):
    problems.extend(f"{where}: {key} is missing" for key in keys if not what.get(key))


need(document, "document", "SPDXID", "creationInfo", "dataLicense", "name", "spdxVersion",
     "documentNamespace", "packages", "relationships")
if document["spdxVersion"] != "SPDX-2.3" or document["dataLicense"] != "CC0-1.0":
    problems.append("version or licence of the data")
need(document["creationInfo"], "creationInfo", "created", "creators")
if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["creationInfo"]["created"]):
    problems.append("creationInfo: created")
ids = {"SPDXRef-DOCUMENT"}
for package in document["packages"]:
    need(package, package.get("name"), "SPDXID", "name", "downloadLocation", "licenseDeclared", "versionInfo")
    if not re.fullmatch(r"SPDXRef-[a-zA-Z0-9.-]+", package["SPDXID"]) or package["SPDXID"] in ids:
        problems.append(f"{package['name']}: {package['SPDXID']}")
    ids.add(package["SPDXID"])
    for reference in package.get("externalRefs", []):
        need(reference, package["name"], "referenceCategory", "referenceType", "referenceLocator")
for relation in document["relationships"]:
    for end in ("spdxElementId", "relatedSpdxElement"):
        if relation[end] not in ids:
            problems.append(f"relationship with unknown {relation[end]}")
for package in document["packages"]:
    print(f"{package['name']} {package['versionInfo']}: {package['licenseDeclared']}")
sys.exit("\n".join(problems) or 0)
