# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the JSON schema of `.cancel-tidy` to what the tool accepts.

    schema.py TOOL ROOT [SCHEMA FOLDER [keys|examples]]

* A configuration with every key of the schema is accepted by both.
* One with a key more, a needed key less, or a value of another form is
  rejected by both, at each place.
* So is each configuration in the manual, in the tests and among the built-in
  models: what the tool takes, the schema takes; what the tool rejects for its
  keys or forms, the schema rejects.
"""

import copy
import json
import os
import re
import subprocess
import sys

import jsonschema
import yaml

# What the tool says of keys and forms; anything else (a folder that does not
# exist) is not for a schema.
FORM = re.compile(
    r"unknown key|missing required key|not a (?:sequence|mapping|YAML mapping)"
    r"|unexpected scalar|unknown enumerated scalar|invalid boolean|unknown preset"
)


class Holder:
    def __init__(self, tool, root, folder):
        self.tool, self.root = tool, root
        with open(os.path.join(folder, "cancel-tidy.schema.json"), encoding="utf-8") as f:
            self.schema = json.load(f)
        jsonschema.Draft7Validator.check_schema(self.schema)
        with open(os.path.join(folder, "cancel-tidy-model.schema.json"), encoding="utf-8") as f:
            model = json.load(f)
        # It refers to its neighbour, which nobody looks up here.
        own = model["allOf"][0]["$ref"].removeprefix("cancel-tidy.schema.json")
        self.model = {"$ref": own, "definitions": self.schema["definitions"]}
        self.wrong = []
        self.counts = {"keys": 0, "mutations": 0, "examples": 0}

    def schema_takes(self, value, of=None):
        return jsonschema.Draft7Validator(of or self.schema).is_valid(value)

    def tool_says(self, text):
        """What the tool complains of; empty: nothing."""
        os.makedirs("config", exist_ok=True)
        with open("config/.cancel-tidy", "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run(
            [self.tool, "--verify-config", "--cancel-config=config", "x.cpp"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if (done.returncode == 0) != (not done.stderr) or done.returncode not in (0, 2):
            self.wrong.append(f"exit code {done.returncode}: {done.stderr}\n{text}")
        return done.stderr

    # --- every key, and what is near it ---------------------------------------

    def sample(self, schema, key=""):
        """A value that the schema describes, with all keys."""
        if "$ref" in schema:
            return self.sample(self.schema["definitions"][schema["$ref"].split("/")[-1]])
        if "anyOf" in schema:
            return self.sample(schema["anyOf"][0])
        kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
        if kind == "object":
            self.counts["keys"] += len(schema["properties"])
            return {k: self.sample(s, k) for k, s in schema["properties"].items()}
        if kind == "array":
            return [self.sample(schema["items"], key)]
        if kind == "boolean":
            return True
        # What must exist.
        there = {"Root": ".", "ModelFiles": "model.yaml"}
        return schema["enum"][-1] if "enum" in schema else there.get(key, "some::name")

    def mutations(self, value, path=()):
        """Ways to break value, each a function of the place that holds it."""
        if isinstance(value, dict):
            yield path, "a key more", lambda v: {**v, "Zebra": "x"}
            yield path, "text", lambda v: "text"
            yield path, "a list", lambda v: ["text"]
            for key, inner in value.items():
                yield from self.mutations(inner, (*path, key))
                yield path, f"without {key}", lambda v, k=key: {x: v[x] for x in v if x != k}
        elif isinstance(value, list):
            yield path, "text for a list", lambda v: "text"
            yield path, "a mapping for a list", lambda v: {"Zebra": "x"}
            for index, inner in enumerate(value):
                yield from self.mutations(inner, (*path, index))
        else:
            yield path, "a list for a value", lambda v: ["text"]
            yield path, "a mapping for a value", lambda v: {"Zebra": "x"}
            if isinstance(value, bool):  # a name may be called null
                yield path, "nothing for a value", lambda v: None
            yield path, "another word", lambda v: "zebra"

    def every_key(self):
        os.makedirs("config", exist_ok=True)
        with open("config/model.yaml", "w", encoding="utf-8") as f:
            f.write("Family: other\n")
        full = self.sample(self.schema)
        # A list in flow style is as good as one in block style.
        for flow in (True, False):
            said = self.tool_says(yaml.safe_dump(full, default_flow_style=flow))
            if said or not self.schema_takes(full):
                self.wrong.append(f"a configuration with every key: {said or 'schema'}")
        for path, how, change in self.mutations(full):
            broken = {"all": copy.deepcopy(full)}
            place, last = broken, "all"
            for step in path:
                place, last = place[last], step
            place[last] = change(place[last])
            broken = broken["all"]
            takes = self.schema_takes(broken)
            said = self.tool_says(yaml.safe_dump(broken))
            if said and not FORM.search(said):
                continue  # a folder that does not exist
            self.counts["mutations"] += 1
            if takes == bool(said):
                place = ".".join(map(str, path))
                self.wrong.append(
                    f"{place}: {how}: the schema {'takes' if takes else 'rejects'} it, "
                    f"the tool says: {said or 'nothing'}"
                )

    # --- what is written elsewhere --------------------------------------------

    def examples(self):
        """(place, text) of each `.cancel-tidy` in the manual and the tests."""
        for folder in ("docs", "tests", "."):
            for name in sorted(walk(os.path.join(self.root, folder), folder == ".")):
                with open(name, encoding="utf-8", errors="replace") as f:
                    text = f.read()
                short = os.path.relpath(name, self.root)
                if name.endswith(".md"):
                    for number, block in enumerate(
                        re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
                    ):
                        if not block.startswith("# .clang-tidy"):
                            yield f"{short}, block {number}", block
                elif name.endswith(".test"):
                    for part in re.split(r"^(?=(?:#|//)--- )", text, flags=re.M)[1:]:
                        head, _, body = part.partition("\n")
                        if head.endswith(".cancel-tidy"):
                            yield f"{short}, {head[4:]}", body
                elif os.path.basename(name) == ".cancel-tidy":
                    yield short, text
        models = os.path.join(self.root, "checks", "models")
        for name in sorted(walk(models, False)):
            with open(name, encoding="utf-8") as f:
                documents = list(yaml.safe_load_all(f))
            key = "Costs" if os.path.basename(os.path.dirname(name)) == "costs" else "Models"
            for document in documents:
                if key == "Models" and not self.schema_takes(document, self.model):
                    self.wrong.append(f"{name}: the schema of a model rejects it")
                held = {key: document if key == "Costs" else [document]}
                yield os.path.relpath(name, self.root), yaml.safe_dump(held)

    def agree(self):
        for place, text in self.examples():
            said = self.tool_says(text)
            try:
                documents = [d for d in yaml.safe_load_all(text) if d is not None]
                takes = len(documents) < 2 and all(map(self.schema_takes, documents))
            except yaml.YAMLError:
                takes = False
            self.counts["examples"] += 1
            if not said and not takes:
                self.wrong.append(f"{place}: the tool takes it, the schema does not\n{text}")
            if takes and FORM.search(said):
                self.wrong.append(f"{place}: the schema takes it, the tool says {said}")


def walk(folder, flat):
    for path, folders, names in os.walk(folder):
        folders.sort()
        if flat:
            folders.clear()
        yield from (os.path.join(path, n) for n in sorted(names))


def main():
    tool, root, *more = sys.argv[1:]
    holder = Holder(tool, root, more[0] if more else os.path.join(root, "docs", "schema"))
    if "examples" not in more:
        holder.every_key()
    if "keys" not in more:
        holder.agree()
    print("\n".join(holder.wrong))
    print(", ".join(f"{n} {what}" for what, n in holder.counts.items()), end=": ")
    print(f"{len(holder.wrong)} differ")
    return 1 if holder.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
