# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes docs/schema/*.json from what the tool reads and what the manual says.

Keys, which of them are needed, types and words come from the C++ that reads
`.cancel-tidy`; descriptions and defaults come from the tables of the manual,
and must be there. meta_test.py --update writes the files, meta_test.py holds
them to this.
"""

import json
import re

# Where keys are read, where the structures stand, and who is read from which.
READERS = ("checks/core/TokenModelYAML.h", "tool/CancelConfig.cpp")
STRUCTURES = ("checks/core/TokenModel.h", "tool/CancelConfig.cpp")
TOP = "Written"
MODEL = "TokenModel"

# The table of the manual for each structure: page, heading, and how a key of it
# is called in a title.
TABLES = {
    "Written": ("docs/usage.md", "Keys of .cancel-tidy", "of .cancel-tidy"),
    "TokenModel": ("docs/models.md", "Keys of a model", "of a model"),
    "TokenType": ("docs/models.md", "An entry of Tokens", "of an entry of Tokens"),
    "SourceType": ("docs/models.md", "An entry of Sources", "of an entry of Sources"),
    "CarrierType": ("docs/models.md", "An entry of Carriers", "of an entry of Carriers"),
    "StatusType": ("docs/models.md", "An entry of Statuses", "of an entry of Statuses"),
    "FunctionNames": ("docs/models.md", "Functions", "of Functions"),
    "WaitReplacement": ("docs/models.md", "An entry of Waits", "of an entry of Waits"),
    "CostTable": ("docs/models.md", "Cost tables", "of Costs"),
    "ResourcePair": ("docs/models.md", "An entry of Resources", "of an entry of Resources"),
}


class Broken(Exception):
    """What the sources or the manual lack."""


def traits(read, kind):
    """Name of each structure or enumeration, and the body of its reader."""
    for path in READERS:
        for found in re.finditer(
            rf"struct {kind}<\s*cancel_tidy::([\w:]+)> \{{(.*?)^\}};", read(path), re.M | re.S
        ):
            yield found[1], found[2]


def mappings(read):
    """{structure: [(key, member, needed)]} of all that is read."""
    found = {
        name: [
            (key, member, how == "Required")
            for how, key, member in re.findall(
                r'IO\.map(Required|Optional)\("(\w+)",\s*\w+\.(\w+)', body
            )
        ]
        for name, body in traits(read, "MappingTraits")
    }
    if set(found) != set(TABLES):
        raise Broken(f"read are {sorted(found)}, this file knows {sorted(TABLES)}")
    return found


def enumerations(read):
    return {
        name.split("::")[-1]: re.findall(r'enumCase\(V, "(\w+)"', body)
        for name, body in traits(read, "ScalarEnumerationTraits")
    }


def members(read, name):
    """{member: (type, initialiser)} of a structure."""
    for path in STRUCTURES:
        body = re.search(rf"^struct {name} \{{\n(.*?)^\}};", read(path), re.M | re.S)
        if body:
            text = re.sub(r"//.*", "", body[1])
            return {
                member: (kind, value)
                for kind, member, value in re.findall(
                    r"([\w:]+(?:<[\w:]+>)?)\s+(\w+)(?:\s*=\s*([^;]+?))?\s*;", text
                )
            }
    raise Broken(f"no structure {name} in {', '.join(STRUCTURES)}")


def table(read, name):
    """{key: (default, meaning)} of the structure's table; default may lack."""
    page, heading, _ = TABLES[name]
    body = re.search(rf"^###? {re.escape(heading)}\n(.*?)(?=^##|\Z)", read(page), re.M | re.S)
    rows = {}
    for line in body[1].splitlines() if body else []:
        cells = [c.strip() for c in line.strip().strip("|").split(" | ")]
        if re.fullmatch(r"`\w+`", cells[0]) and len(cells) > 1:
            rows[cells[0].strip("`")] = (cells[1] if len(cells) > 2 else None, plain(cells[-1]))
    if not rows:
        raise Broken(f"{page}: no table below `{heading}`")
    return rows


def plain(text):
    """Text of a table without links and code marks, as a sentence."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "")
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def value_schema(kind, enums, structures):
    listed = re.fullmatch(r"std::vector<(.*)>", kind)
    if listed:
        # An empty value is an empty list to the tool.
        return {"type": ["array", "null"], "items": value_schema(listed[1], enums, structures)}
    if kind == "std::string":
        return {"type": "string"}
    if kind == "bool":
        return {"type": "boolean"}
    if kind in structures:
        return {"$ref": f"#/definitions/{kind}"}
    if kind in enums:
        return {"type": "string", "enum": enums[kind]}
    raise Broken(f"no schema for the type {kind}")


def default_of(kind, value, written, where):
    """The default as the header has it; the manual must say the same."""
    if kind == "bool":
        default = value == "true"
    elif value and kind == "std::string":
        default = value.strip('"')
    elif value:
        default = value.split("::")[-1].lower()
    else:
        return None
    said = json.dumps(default) if kind == "bool" else default
    if written is not None and written.strip("`") != said:
        raise Broken(f"{where}: the manual says {written}, the source {said}")
    return default


def structure_schema(read, name, keys, enums, structures):
    own, rows = members(read, name), table(read, name)
    page, heading, called = TABLES[name]
    if set(rows) != {key for key, _, _ in keys}:
        odd = sorted(set(rows) ^ {key for key, _, _ in keys})
        raise Broken(f"{page}, `{heading}`: the table and the reader differ in {', '.join(odd)}")
    properties = {}
    for key, member, needed in keys:
        kind, value = own[member]
        written, meaning = rows[key]
        if written is not None and needed != (written == "needed"):
            raise Broken(f"{page}, `{heading}`: is {key} needed?")
        entry = {"title": f"{key} {called}", "description": meaning}
        schema = value_schema(kind, enums, structures)
        if "$ref" in schema:  # what stands beside it does not count in draft 7
            schema = {"anyOf": [schema, {"type": "null"}]}
        entry.update(schema)
        default = default_of(kind, value, written, f"{page}, `{heading}`, {key}")
        if default is not None:
            entry["default"] = default
        properties[key] = entry
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [key for key, _, needed in keys if needed]
    if required:
        schema["required"] = required
    return schema


def make(read, presets):
    """The files below docs/schema and their texts."""
    keys, enums = mappings(read), enumerations(read)
    made = {n: structure_schema(read, n, keys[n], enums, set(keys)) for n in keys}
    top = made.pop(TOP)
    top["properties"]["Preset"]["enum"] = presets
    top["type"] = ["object", "null"]  # a file may be empty
    draft = "http://json-schema.org/draft-07/schema#"
    schema = {
        "$schema": draft,
        "title": ".cancel-tidy",
        "description": "What a project says of its cancellation tokens, for cancel-tidy.",
        **top,
        "definitions": {name: made[name] for name in sorted(made)},
    }
    model = {
        "$schema": draft,
        "title": "A token model of cancel-tidy",
        "description": "A document of a file that ModelFiles or --models names.",
        "allOf": [{"$ref": f"cancel-tidy.schema.json#/definitions/{MODEL}"}],
    }
    return {
        "cancel-tidy.schema.json": json.dumps(schema, indent=2) + "\n",
        "cancel-tidy-model.schema.json": json.dumps(model, indent=2) + "\n",
    }


def known_keys(read):
    """The keys that the tool suggests for one that is misspelled."""
    body = re.search(r"KnownKeys\[\] = \{(.*?)\};", read("tool/CancelConfig.cpp"), re.S)
    return re.findall(r'"(\w+)"', body[1] if body else "")
