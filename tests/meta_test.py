#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the tree itself: what must agree, and what must not be included.

    meta_test.py                       all but the headers
    meta_test.py --build build/dev     all; headers with the flags of that build
    meta_test.py --only lists          some groups (see GROUPS)
    meta_test.py --update              rewrites docs/checks/list.md, docs/checks.md,
                                       docs/schema/*

Each case prints a line; the last line is "N passed, N failed".
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import config_schema

HEADINGS = [
    "What it reports",
    "Why it matters",
    "Example",
    "Use instead",
    "Reports when",
    "Stays silent when",
    "Known missed alarms",
    "Options",
    "Fix",
    "Silencing",
    "Plugin mode",
]

CheckInfo = collections.namedtuple(
    "CheckInfo",
    "id summary on fix since options name header guideline counterparts",
)
OptionInfo = collections.namedtuple("OptionInfo", "name type default help")

STRING = r'"(?:[^"\\]|\\.)*"'
STRINGS = rf"{STRING}(?:\s*{STRING})*"


class Failure(Exception):
    """Why a case does not hold."""


class Meta:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.passed = self.failed = 0
        self._files = None

    # --- helpers --------------------------------------------------------------

    def case(self, name, function, *args):
        try:
            problem = function(*args)
            if isinstance(problem, (list, tuple)):
                problem = "\n".join(problem)
        except Failure as failure:
            problem = str(failure)
        except OSError as error:
            problem = f"{error.strerror}: {os.path.relpath(error.filename, self.root)}"
        if problem:
            self.failed += 1
            print(f"FAIL {name}\n     " + problem.replace("\n", "\n     "))
        else:
            self.passed += 1
            print(f"ok   {name}")

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as f:
            return f.read()

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))

    def files(self):
        """The files of the project: tracked, or new and not ignored."""
        if self._files is None:
            done = subprocess.run(
                ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                cwd=self.root,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode == 0 and done.stdout:
                names = done.stdout.decode().split("\0")
            else:  # a copy of the tree without its history
                names = [
                    os.path.relpath(os.path.join(folder, name), self.root)
                    for folder, folders, found in os.walk(self.root)
                    for name in found
                    if not os.path.relpath(folder, self.root).startswith(("build", ".git"))
                ]
            self._files = sorted(
                {n for n in names if n and os.path.isfile(os.path.join(self.root, n))}
            )
        return self._files

    def below(self, *folders, suffixes=(".h", ".hpp", ".cpp")):
        return [
            f
            for f in self.files()
            if f.startswith(tuple(folder + "/" for folder in folders))
            and f.endswith(suffixes)
        ]

    # --- descriptors ----------------------------------------------------------

    def checks(self):
        """The descriptors, in the order of AllChecks.cpp."""
        text = self.read("checks/AllChecks.cpp")
        listed = re.findall(r"^\s*(\w+)::Info,", text, re.M)
        return [self.descriptor(name) for name in listed]

    def descriptor(self, name):
        path = f"checks/{name}.cpp"
        text = self.read(path)
        match = re.search(
            rf"CheckInfo\s+{name}::Info\s*=\s*\{{\s*({STRINGS}),\s*({STRINGS}),"
            r"\s*(?:/\*DefaultOn=\*/)?\s*(true|false),\s*FixKind::(\w+),"
            rf"\s*({STRINGS}),\s*(\{{\}}|[\w:]+)",
            text,
        )
        if not match:
            raise Failure(f"{path}: no descriptor `const CheckInfo {name}::Info = {{`")
        options = []
        table = re.search(r"OptionInfo\s+\w+\[\]\s*=\s*\{(.*?)\};", text, re.S)
        if table:
            quad = ",\\s*".join([f"({STRINGS})"] * 4)
            for found in re.finditer(r"\{\s*" + quad + r"\s*,?\s*\}", table[1]):
                options.append(OptionInfo(*map(unquote, found.groups())))
            if not options:
                raise Failure(f"{path}: options that are no four string literals each")
        near = re.search(
            rf"\}},\s*Guideline::(\w+)(?:,\s*({STRINGS}))?,?\s*\}};", text[match.end() :]
        )
        return CheckInfo(
            unquote(match[1]),
            unquote(match[2]),
            match[3] == "true",
            match[4].lower(),
            unquote(match[5]),
            options,
            name,
            f"checks/{name}.h",
            near[1] if near else "None",
            unquote(near[2] or "") if near else "",
        )

    def guidelines(self):
        """The lines of the guidance, in order: name, text."""
        body = re.search(
            r"^enum class Guideline \{\n(.*?)^\};", self.read("checks/core/Check.h"), re.M | re.S
        )
        lines = re.findall(r"((?:^ +/// .*\n)+) +(\w+),$", body[1], re.M) if body else []
        if not lines:
            raise Failure("checks/core/Check.h: no `enum class Guideline`")
        return [(name, flat(re.sub(r"^ +/// ", "", text, flags=re.M))) for text, name in lines]

    # --- groups ---------------------------------------------------------------

    def lists(self):
        try:
            checks = self.checks()
        except (Failure, OSError) as error:
            self.case("descriptors can be read", lambda: str(error))
            return
        ids = [c.id for c in checks]
        self.case("there are checks", lambda: None if ids else "AllChecks.cpp lists none")
        self.case("ids are sorted and unique", self.sorted_ids, ids)
        self.case("every check source is listed", self.all_listed, checks)
        for check in checks:
            self.case(f"{check.id}: id and class agree", self.names_agree, check)
            self.case(f"{check.id}: page", self.page, check)
            self.case(f"{check.id}: options documented", self.options, check)
            self.case(f"{check.id}: fixture", self.fixture, check)
            self.case(f"{check.id}: change log", self.changelog, check)
            self.case(f"{check.id}: summary and class comment", self.comment, check)
        self.case("no page, fixture or change log entry without a check", self.orphans, ids)
        self.case("presets name checks", self.preset_names, ids)
        self.case("docs/checks/list.md is up to date", self.list_page, checks)
        self.case("docs/checks.md is up to date", self.map_page, checks)
        self.case("docs/models.md has every key and family", self.models_page)
        self.case("docs/schema is up to date", self.schema)
        self.case("every key is suggested for a misspelled one", self.suggested_keys)

    def schemas(self):
        names = [name for name, _, _ in self.presets(self.checks())]
        try:
            return config_schema.make(self.read, names)
        except config_schema.Broken as broken:
            raise Failure(str(broken)) from broken

    def schema(self):
        for name, text in self.schemas().items():
            if self.read(f"docs/schema/{name}") != text:
                return f"{name}; run: python3 tests/meta_test.py --update"

    def suggested_keys(self):
        known = config_schema.known_keys(self.read)
        read = {k for keys in config_schema.mappings(self.read).values() for k, _, _ in keys}
        return [f"CancelConfig.cpp, KnownKeys: {key}" for key in sorted(read ^ set(known))]

    def models_page(self):
        """Each key has a row as often as it is one; each family, a fixture too."""
        page = self.read("docs/models.md")
        header = self.read("checks/core/TokenModelYAML.h")
        rows = collections.Counter(re.findall(r"^\| `(\w+)` \|", page, re.M))
        keys = re.findall(r'IO\.map(?:Required|Optional)\("(\w+)"', header)
        families = [f for f in self.files() if re.match(r"checks/models/\w+\.yaml", f)]
        if not keys or not families:
            return "no key or no family found"
        problems = [
            f"{key}: {rows[key]} rows, it is a key of {count}"
            for key, count in collections.Counter(keys).items()
            if rows[key] != count
        ]
        for path in families:
            fixture = re.sub(r"checks/(.*)\.yaml", r"tests/\1.cpp", path)
            if not self.exists(fixture):
                problems.append(f"{path}: no fixture {fixture}")
            for family in re.findall(r"^Family: (\w+)", self.read(path), re.M):
                if not rows[family]:
                    problems.append(f"no row for the family {family}")
        return problems

    def sorted_ids(self, ids):
        if ids != sorted(set(ids)):
            return "expected: " + " ".join(sorted(set(ids)))

    def all_listed(self, checks):
        sources = {
            os.path.basename(f)[:-4]
            for f in self.files()
            if re.fullmatch(r"checks/\w+Check\.cpp", f)
        }
        lost = sources - {c.name for c in checks}
        return [f"checks/{name}.cpp is not in AllChecks.cpp" for name in sorted(lost)]

    def names_agree(self, check):
        kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", check.name[: -len("Check")]).lower()
        if check.id != "cancel-" + kebab:
            return f"class {check.name} would be cancel-{kebab}"

    def page(self, check):
        path = f"docs/checks/{check.id}.md"
        text = self.read(path)
        problems = []
        if not text.startswith(f"# {check.id}\n"):
            problems.append(f"{path}: does not begin with `# {check.id}`")
        if check.summary not in flat(text):
            problems.append(f"{path}: summary is not: {check.summary}")
        facts = page_facts(check)
        if facts not in text:
            problems.append(f"{path}: lacks the line: {facts}")
        found = re.findall(r"^## (.*)$", without_code(text), re.M)
        if found != HEADINGS:
            problems.append(
                f"{path}: headings are {found}\nand should be {HEADINGS}"
            )
        for heading, body in sections(text):
            if heading in HEADINGS and not body.strip():
                problems.append(f"{path}: nothing below `{heading}`")
            if re.search(r"\b(?:TODO|FIXME)\b", body):
                problems.append(f"{path}: TODO below `{heading}`")
        return problems

    def options(self, check):
        path = f"docs/checks/{check.id}.md"
        body = dict(sections(self.read(path))).get("Options", "")
        problems = []
        documented = set(re.findall(r"^\| `(\w+)` \|", body, re.M))
        for option in check.options:
            row = (
                f"| `{option.name}` | {option.type} | `{option.default}` | {option.help} |"
            )
            if row not in body:
                problems.append(f"{path}: Options lacks the row\n{row}")
        for name in sorted(documented - {o.name for o in check.options}):
            problems.append(f"{path}: documents {name}, which is no option")
        return problems

    def fixture(self, check):
        path = f"tests/checks/{check.id}.cpp"
        text = self.read(path)
        problems = []
        if not re.search(rf"RUN:.*%check %s {check.id}\b", text):
            problems.append(f"{path}: no RUN line with `%check %s {check.id}`")
        if "expected-warning" not in text:
            problems.append(f"{path}: expects nothing")
        # What the link decides is tested with the tool.
        tool = f"tests/tool/{check.id[len('cancel-'):]}.test"
        if check.fix != "none" and "CHECK-FIXES" not in text and not self.exists(tool):
            problems.append(f"{path}: the check has fixes, the fixture tests none")
        return problems

    def changelog(self, check):
        entry = f"* New check {check.id}: {check.summary}"
        if entry not in flat(self.read("CHANGELOG.md")):
            return f"CHANGELOG.md lacks: {entry}"

    def comment(self, check):
        text = self.read(check.header)
        match = re.search(
            rf"((?:^///.*\n)+)class {check.name}\b", text, re.M
        )
        if not match:
            return f"{check.header}: no /// comment before class {check.name}"
        body = re.sub(r"^/// ?", "", match[1], flags=re.M)
        problems = []
        if not flat(body).startswith(check.summary):
            problems.append(f"{check.header}: comment does not begin: {check.summary}")
        for part in ("Reports when\n", "Stays silent when\n"):
            if part not in body:
                problems.append(f"{check.header}: comment lacks `{part.strip()}`")
        if "TODO" in body:
            problems.append(f"{check.header}: the class comment holds a TODO")
        if not check.summary.endswith("."):
            problems.append(f"{check.header}: the summary is a sentence with a full stop")
        if "this check" in check.summary.lower():
            problems.append(f"{check.header}: the summary says `this check`")
        return problems

    def orphans(self, ids):
        problems = []
        for f in self.files():
            page = re.fullmatch(r"docs/checks/(cancel-[\w-]+)\.md", f)
            if page and page[1] not in ids:
                problems.append(f"{f}: no such check")
            fixture = re.fullmatch(r"tests/checks/(cancel-[\w-]+)\.cpp", f)
            if fixture and not any(
                fixture[1] == i or fixture[1].startswith(i + "-") for i in ids
            ):
                problems.append(f"{f}: begins with the id of no check")
        for name in re.findall(r"^\* New check ([\w-]+):", self.read("CHANGELOG.md"), re.M):
            if name not in ids:
                problems.append(f"CHANGELOG.md: no check {name}")
        return problems

    def presets(self, checks):
        """Name, summary and ids of each preset, as AllChecks.cpp says."""
        text = self.read("checks/AllChecks.cpp")

        def table(name):
            body = re.search(rf"StringRef {name}\[\] = \{{(.*?)\}};", text, re.S)
            if not body:
                raise Failure(f"checks/AllChecks.cpp: no table {name}")
            return re.findall(r'"([\w-]+)"', body[1])

        sets = {
            "gentle": table("Gentle"),
            "library": [c.id for c in checks if c.on] + table("LibraryToo"),
            "strict": [c.id for c in checks],
        }
        body = re.search(r"PresetInfo List\[\] = \{(.*?)\n  \};", text, re.S)
        named = re.findall(rf"\{{\s*({STRINGS}),\s*({STRINGS})\s*\}}", body[1] if body else "")
        if [unquote(name) for name, _ in named] != list(sets):
            raise Failure("checks/AllChecks.cpp: presets are not " + ", ".join(sets))
        return [
            (unquote(name), unquote(summary), sorted(set(sets[unquote(name)])))
            for name, summary in named
        ]

    def preset_names(self, ids):
        used = [i for _, _, names in self.presets(self.checks()) for i in names]
        return [f"a preset names {i}, which is no check" for i in sorted(set(used) - set(ids))]

    def list_page(self, checks):
        if self.read("docs/checks/list.md") != list_page(checks, self.presets(checks)):
            return "run: python3 tests/meta_test.py --update"

    def map_page(self, checks):
        for check in checks:
            if check.counterparts and not re.fullmatch(
                r"[^:;]+: [^:;]+(; [^:;]+: [^:;]+)*", check.counterparts
            ):
                return f"{check.id}: counterparts are not `LANGUAGE: RULE, RULE; ...`"
        if self.read("docs/checks.md") != map_page(checks, self.guidelines()):
            return "run: python3 tests/meta_test.py --update"

    # What the files of a folder may not include, and why. A file's own header is
    # always allowed.
    RULES = [
        ("token/", r"(?:checks|tool|tests|clang|llvm)/", "token/ knows nothing of the rest"),
        ("checks/core/", r"checks/(?!core/)", "core knows no check"),
        ("checks/core/", r"cancel/", "core never includes the bundled library"),
        (r"checks/\w+Check\.", r"checks/\w+Check\.h", "a check includes no other"),
        ("checks/", r"(?:tool|tests|token|clang-tidy|cancel)/", "checks include core and Clang"),
        ("tool/", r"checks/\w+Check\.h", "tool knows the checks by AllChecks.h"),
        ("tool/", r"tests/", "nothing includes tests/"),
    ]

    def includes(self):
        found = collections.defaultdict(list)
        for f in self.below("token", "checks", "tool"):
            if f.startswith("checks/templates/"):
                continue
            for line in self.read(f).splitlines():
                match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
                if match:
                    found[f].append(match[1])

        def rule(folder, forbidden, why):
            problems = []
            for f, names in found.items():
                if not re.match(folder, f):
                    continue
                own = re.sub(r"\.\w+$", ".h", f)
                for name in names:
                    if name != own and re.match(forbidden, name):
                        problems.append(f"{f} includes {name}: {why}")
            return problems

        for folder, forbidden, why in self.RULES:
            self.case(f"includes: {why}", rule, folder, forbidden, why)

        def std_only():
            problems = []
            for f, names in found.items():
                if not f.startswith("token/include/"):
                    continue
                for name in names:
                    inside = name.startswith("cancel/") or os.path.exists(
                        os.path.join(self.root, os.path.dirname(f), name)
                    )
                    if not inside and ("/" in name or name.endswith((".h", ".hpp"))):
                        problems.append(f"{f} includes <{name}>")
            return problems

        self.case("token/ includes the standard library only", std_only)

    def texts(self):
        # Put together here, so that this file does not hold them.
        hosts = [
            "deb.debian" + ".org",
            "snapshot.debian" + ".org",
            "security.debian" + ".org",
            "registry.npmjs" + ".org",
            "pypi" + ".org",
            "pythonhosted" + ".org",
            "crates" + ".io",
            "proxy.golang" + ".org",
            "repo.maven" + ".apache.org",
            "nodesource" + ".com",
            ".pkg" + ".dev",
        ]
        paths = ["/wo" + "rk/main", "/wo" + "rk/shared", "/ro" + "ot/"]
        if self.root.count("/") > 1:
            paths.append(self.root + "/")

        def names_none(words):
            problems = []
            for f in self.files():
                try:
                    text = self.read(f)
                except UnicodeDecodeError:
                    continue
                for number, line in enumerate(text.splitlines(), 1):
                    for word in words:
                        if word in line:
                            problems.append(f"{f}:{number}: names {word}")
            return problems

        self.case("no file names a package registry", names_none, hosts)
        self.case("no file names a path of one machine", names_none, paths)

        def spdx():
            problems = []
            for f in self.files():
                source = f.endswith((".h", ".hpp", ".cpp", ".py", ".cmake", ".sh", ".in"))
                source |= os.path.basename(f) in ("CMakeLists.txt", "dev") or f == ".ci/run"
                # Fixtures are input; templates carry it in what they become.
                if not source or re.match(
                    r"tests/(?:checks|tool|plugin|models)/|checks/templates/|bench/seeded/", f
                ):
                    continue
                head = "\n".join(self.read(f).split("\n")[:4])
                if "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" not in head:
                    problems.append(f)
            return problems

        self.case("every source says its licence", spdx)

        def guards():
            problems = []
            for f in self.below("checks", "tool", "tests/unit", suffixes=(".h",)):
                if "/Inputs/" in f or "/templates/" in f:
                    continue
                guard = "CANCEL_TIDY_" + re.sub(r"\W", "_", f).upper()
                if f"#ifndef {guard}\n#define {guard}\n" not in self.read(f):
                    problems.append(f"{f}: include guard is not {guard}")
            return problems

        self.case("include guards follow the path", guards)

        def links():
            problems = []
            for f in self.files():
                if not f.endswith(".md"):
                    continue
                for target in re.findall(r"\]\(([^)\s]+)\)", without_code(self.read(f))):
                    if re.match(r"[a-z]+:|#", target):
                        continue
                    path = os.path.join(os.path.dirname(f), target.split("#")[0])
                    if not self.exists(path):
                        problems.append(f"{f}: broken link {target}")
            return problems

        self.case("links between pages hold", links)

        def executable():
            problems = []
            for f in self.files():
                head = self.read(f)[:2] if f.endswith((".py", "dev", ".sh", "run")) else ""
                if head == "#!" and not os.access(os.path.join(self.root, f), os.X_OK):
                    problems.append(f"{f}: begins with #! and is not executable")
            return problems

        self.case("scripts are executable", executable)

    def headers(self):
        """Every header compiles alone, with the flags of a source beside it."""
        if not self.build:
            return
        with open(os.path.join(self.build, "compile_commands.json")) as f:
            commands = {os.path.relpath(c["file"], self.root): c for c in json.load(f)}
        sources = [s for s in sorted(commands) if not s.startswith("..")]
        folder = os.path.abspath(os.path.join(self.build, "headers"))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)

        jobs = []
        for header in self.below("checks", "tool", "tests/unit", "token/include"):
            if not header.endswith((".h", ".hpp")) or "/templates/" in header:
                continue
            if header.startswith("token/"):
                compiler = os.environ.get("CXX", "clang++-22")
                for std in ("c++17", "c++20"):
                    flags = [compiler, f"-std={std}", "-Itoken/include", "-Wall", "-Wextra"]
                    jobs.append((f"{header} ({std})", header, flags))
                continue
            top = header.split("/")[0]
            near = [s for s in sources if os.path.dirname(s) == os.path.dirname(header)]
            near += [s for s in sources if s.startswith(top + "/")]
            if not near:
                continue
            jobs.append((header, header, plain_flags(commands[near[0]])))

        def compile_alone(number, header, flags):
            stub = os.path.join(folder, f"{number}.cpp")
            # Twice, so that a guard that does not guard shows.
            line = f'#include "{os.path.join(self.root, header)}"\n'
            with open(stub, "w") as f:
                f.write(line * 2)
            with open(os.path.join(self.root, header), encoding="utf-8") as f:
                own_bodies = re.search(r"\)[\w\s]*\{", f.read())
            # Where only LLVM's headers have bodies, reading them is half the time.
            skip = [] if own_bodies else ["-Xclang", "-skip-function-bodies"]
            done = subprocess.run(
                [*flags, "-w", "-fsyntax-only", *skip, stub],
                cwd=self.root,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            return done.stdout[:2000] or "failed" if done.returncode else None

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = [
                (name, pool.submit(compile_alone, number, header, flags))
                for number, (name, header, flags) in enumerate(jobs)
            ]
            for name, result in results:
                self.case(f"compiles alone: {name}", result.result)

    def new_check(self):
        """new_check.py makes a check that passes the tests of the lists."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "tree")
            for f in self.files():
                if f.startswith(("checks/", "docs/", "tests/", "tool/CancelConfig", "CHANGELOG")):
                    target = os.path.join(copy, f)
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    shutil.copy2(os.path.join(self.root, f), target)
            before = quiet(Meta(copy, None).lists)

            def makes():
                done = subprocess.run(
                    [
                        sys.executable,
                        os.path.join(copy, "checks", "new_check.py"),
                        "ZebraStripe",
                        "Finds stripes that nobody painted.",
                    ],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    encoding="utf-8",
                    check=False,
                )
                if done.returncode:
                    return done.stdout
                after, text = quiet(Meta(copy, None).lists, keep=True)
                bad = [
                    line
                    for line in text.splitlines()
                    if line.startswith("FAIL cancel-zebra-stripe")
                ]
                # Page and class comment hold TODOs, which must be found.
                todo = re.compile(r": (?:page|summary and class comment)$")
                if len([b for b in bad if todo.search(b)]) != 2:
                    bad.append("TODOs in page or class comment were not found")
                bad = [b for b in bad if not todo.search(b)]
                if after[0] <= before[0]:
                    bad.append(f"cases passed: {before[0]} before, {after[0]} after")
                for name in ("ZebraStripeCheck.h", "ZebraStripeCheck.cpp"):
                    with open(os.path.join(copy, "checks", name)) as f:
                        if "@" in f.read():
                            bad.append(f"{name}: a placeholder is left")
                return bad

            self.case("new_check.py makes a whole check", makes)

            def again():
                done = subprocess.run(
                    [
                        sys.executable,
                        os.path.join(copy, "checks", "new_check.py"),
                        "ZebraStripe",
                        "Finds stripes that nobody painted.",
                    ],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
                if done.returncode == 0:
                    return "it wrote over an existing check"

            self.case("new_check.py writes over nothing", again)


GROUPS = ["lists", "includes", "texts", "new_check", "headers"]


def unquote(literals):
    return "".join(json.loads(s) for s in re.findall(STRING, literals))


def flat(text):
    return re.sub(r"\s+", " ", text).strip()


def without_code(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "``", text)


def sections(text):
    parts = re.split(r"^## (.*)$", text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def page_facts(check):
    on = "on" if check.on else "off"
    return f"Default: {on}. Fix: {check.fix}. Since: {check.since}."


def list_page(checks, presets):
    lines = [
        "# Checks",
        "",
        "<!-- Generated by tests/meta_test.py --update from the descriptors. -->",
        "",
        "| id | what it finds | default | fix | since |",
        "|---|---|---|---|---|",
    ]
    for c in checks:
        on = "on" if c.on else "off"
        lines.append(
            f"| [{c.id}]({c.id}.md) | {c.summary} | {on} | {c.fix} | {c.since} |"
        )
    on = ",".join(c.id for c in checks if c.on)
    lines += [
        "",
        "What `cancel-tidy` runs by default, written for `clang-tidy --checks=` (where `cancel-*` would mean all):",
        "",
        "```text",
        f"-*,{on}",
        "```",
        "",
        "`--preset=NAME`, or `Preset: NAME` in `.cancel-tidy`, starts from another set; the plugin runs what it is told.",
        "",
    ]
    for name, summary, ids in presets:
        lines += [f"* `{name}`: {summary}", "", "  ```text", "  -*," + ",".join(ids), "  ```", ""]
    return "\n".join(lines)


def map_page(checks, guidelines):
    """docs/checks.md: guidance, checks, and what other languages have."""
    lines = [
        "# The checks, the guidance, and the rules of other languages",
        "",
        "<!-- Generated by tests/meta_test.py --update from the descriptors. -->",
        "",
        "Each check enforces a line of the usual guidance on cooperative cancellation. Who knows the rules of another language",
        "finds their counterpart here; a counterpart comes near and need not decide alike. What a check does is on its page,",
        "all of them with their defaults in [the list](checks/list.md).",
        "",
    ]
    for name, text in guidelines:
        enforcing = [c for c in checks if c.guideline == name]
        if not enforcing:
            continue
        lines += [f"## {text.rstrip('.')}", "", "| check | default | counterparts |", "|---|---|---|"]
        for c in enforcing:
            on = "on" if c.on else "off"
            near = "<br>".join(c.counterparts.split("; ")) or "none known"
            lines.append(f"| [{c.id}](checks/{c.id}.md) | {on} | {near} |")
        lines.append("")
    named = collections.defaultdict(set)
    for c in checks:
        for part in filter(None, c.counterparts.split("; ")):
            for rule in part.partition(": ")[2].split(", "):
                named[re.sub(r" \(.*\)$", "", rule)].add(c.id)
    lines += ["## By counterpart", "", "| rule | check |", "|---|---|"]
    for rule in sorted(named, key=str.lower):
        links = ", ".join(f"[{i}](checks/{i}.md)" for i in sorted(named[rule]))
        lines.append(f"| {rule} | {links} |")
    lines += [
        "",
        "Names of the form CA are .NET analyzers, MA Meziantou.Analyzer, CC CancelCop, S SonarSource, CRR CodeRush, NSB NServiceBus,",
        "MCA MassTransit, PS Particular.Analyzers, V PVS-Studio, ASYNC flake8-async, SA staticcheck; OSDI'22 are CodeQL queries",
        "of a paper of that conference.",
        "",
    ]
    return "\n".join(lines)


def plain_flags(command):
    """The command without what is peculiar to the source and its PCH."""
    words = command.get("arguments") or shlex.split(command["command"])
    flags, i = [], 0
    while i < len(words):
        word = words[i]
        if word in ("-o", "-c", "-MF", "-MT", "-MD"):
            i += 1 if word == "-MD" else 2
            continue
        if word == "-Xclang" and words[i + 1] in ("-include-pch", "-include"):
            i += 4
            continue
        if word == "-Winvalid-pch":
            i += 1
            continue
        if word.startswith("-I") and not os.path.isabs(word[2:]):
            word = "-I" + os.path.join(command["directory"], word[2:])
        flags.append(word)
        i += 1
    return flags


def quiet(function, keep=False):
    import contextlib
    import io

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        function()
    meta = function.__self__
    counts = (meta.passed, meta.failed)
    return (counts, text.getvalue()) if keep else counts


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--root", default=root)
    parser.add_argument("--build", help="a build folder with compile_commands.json")
    parser.add_argument("--only", action="append", choices=GROUPS)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    meta = Meta(os.path.abspath(args.root), args.build)
    if args.update:
        checks = meta.checks()
        os.makedirs(os.path.join(meta.root, "docs", "checks"), exist_ok=True)
        os.makedirs(os.path.join(meta.root, "docs", "schema"), exist_ok=True)
        for name, text in (
            ("checks/list.md", list_page(checks, meta.presets(checks))),
            ("checks.md", map_page(checks, meta.guidelines())),
            *((f"schema/{name}", text) for name, text in meta.schemas().items()),
        ):
            with open(os.path.join(meta.root, "docs", name), "w", encoding="utf-8") as f:
                f.write(text)
        return 0
    for group in args.only or GROUPS:
        getattr(meta, group)()
    print(f"{meta.passed} passed, {meta.failed} failed")
    return 1 if meta.failed else 0


if __name__ == "__main__":
    sys.exit(main())
