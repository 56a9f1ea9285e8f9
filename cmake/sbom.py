#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the programs are made of.

    sbom.py --version V --llvm V --output FILE.spdx.json PROGRAM...
        writes SPDX 2.3: this project, what its programs hold, and the shared
        libraries that they load, by their Debian packages
    sbom.py --licences FOLDER LIBRARY...
        copies the licences of the Debian packages of these libraries

The licences are those of the libraries themselves, as their Debian copyright
files give them; a library that is not listed has none asserted.
"""
import argparse
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import uuid

LLVM = "Apache-2.0 WITH LLVM-exception"
LICENCES = {  # by Debian source package, without a version in its name
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    "icu": "Unicode-DFS-2016",
    "libbsd": "BSD-3-Clause",
    "libedit": "BSD-3-Clause",
    "libffi": "MIT",
    "libmd": "BSD-3-Clause",
    "libxml2": "MIT",
    "libzstd": "BSD-3-Clause OR GPL-2.0-only",
    "llvm-toolchain": LLVM,
    "ncurses": "X11-distribute-modifications-variant",
    "z3": "MIT",
    "zlib": "Zlib",
}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout if done.returncode == 0 else ""


def debian_package(path):
    """Name, version, architecture and source of the package that holds a file, or None."""
    # /lib may be a link to /usr/lib, and dpkg knows one of them.
    real = os.path.realpath(path)
    for name in (path, real, real.removeprefix("/usr")):
        for line in run("dpkg-query", "-S", name).splitlines():
            # A link of a package for development is not the library.
            if line.endswith(": " + name) and not os.path.islink(name):
                package = line.split(":")[0].split(",")[0]
                fields = run("dpkg-query", "-W", "-f",
                             "${Package}\t${Version}\t${Architecture}\t${source:Package}", package)
                return fields.split("\t")
    return None


def libraries(program):
    """The shared libraries that a program loads, as (path, whether it names it itself)."""
    named = set(re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", program)))
    for name, path in re.findall(r"(\S+) => (/\S+)", run("ldd", program)):
        yield path, name in named


def licence(source):
    return LICENCES.get(re.sub(r"-\d+$", "", source), "NOASSERTION")


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^a-zA-Z0-9.-]", "-", name)


def package(name, version, declared, **more):
    return {
        "SPDXID": spdx_id(name), "name": name, "versionInfo": version,
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION", "licenseDeclared": declared,
        "copyrightText": "NOASSERTION", **more,
    }


def document(args):
    packages = {}
    relations = set()

    def add(one):
        packages.setdefault(one["SPDXID"], one)
        return one["SPDXID"]

    mine = add(package("cancel-tidy", args.version, LLVM, primaryPackagePurpose="APPLICATION"))
    token = add(package("cancel-token", args.version, LLVM, primaryPackagePurpose="LIBRARY",
                        comment="Header-only; needs nothing but the standard library."))
    relations |= {("SPDXRef-DOCUMENT", "DESCRIBES", mine), ("SPDXRef-DOCUMENT", "DESCRIBES", token)}
    held = add(package("llvm-static", args.llvm, LLVM, primaryPackagePurpose="LIBRARY",
                       comment="libclangTidy.a in cancel-tidy; clangd's libraries in cancel-tidyd."))
    relations |= {(mine, "STATIC_LINK", held), (mine, "CONTAINS", token)}
    for program in args.files:
        if not os.path.exists(program):
            sys.exit(f"sbom.py: {program}: no such file; build it first")
        for path, is_named in libraries(program):
            found = debian_package(path)
            if found:
                name, version, architecture, source = found
                one = package(name, version, licence(source), primaryPackagePurpose="LIBRARY",
                              sourceInfo=f"Debian source package {source}",
                              externalRefs=[{
                                  "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                  "referenceLocator": f"pkg:deb/debian/{name}@"
                                  f"{version.replace(':', '%3A')}?arch={architecture}"}])
            else:
                one = package(os.path.basename(path), "unknown", "NOASSERTION",
                              primaryPackagePurpose="LIBRARY")
                del one["versionInfo"]
            relations.add((mine, "DYNAMIC_LINK" if is_named else "DEPENDS_ON", add(one)))
    # What one program names and another only needs is named.
    relations -= {(a, "DEPENDS_ON", b) for a, kind, b in relations if kind == "DYNAMIC_LINK"}
    content = {
        "packages": [packages[key] for key in sorted(packages)],
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in sorted(relations)],
    }
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = (datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc) if epoch
           else datetime.datetime.now(datetime.timezone.utc))
    name = f"cancel-tidy-{args.version}"
    unique = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content))
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": name, "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{unique}",
        "creationInfo": {"created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: cancel-tidy-sbom"]},
        **content,
    }


def copy_licences(folder, files):
    os.makedirs(folder, exist_ok=True)
    for path in files:
        found = debian_package(path)
        text = found and f"/usr/share/doc/{found[0]}/copyright"
        if not text or not os.path.exists(text):
            sys.exit(f"sbom.py: {path}: its Debian package or the copyright file of that is missing")
        shutil.copyfile(text, os.path.join(folder, found[0] + ".txt"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--version", default="unknown")
    parser.add_argument("--llvm", default="unknown")
    parser.add_argument("--output")
    parser.add_argument("--licences")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    if args.licences:
        copy_licences(args.licences, args.files)
    if args.output:
        with open(args.output, "w", encoding="utf-8") as f:
            json.dump(document(args), f, indent=2)
            f.write("\n")


main()
