# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the kinds of mistakes that bench/plant.py plants have in common."""

import re
from typing import NamedTuple


class Mutant(NamedTuple):
    kind: str
    line: int  # of what was changed, from 1
    column: int
    edits: tuple  # (start, end, text), in offsets
    scope: tuple  # first and last line of the outermost body around it

    def apply(self, text):
        for start, end, new in sorted(self.edits, reverse=True):
            # Lines stay where they are, so that findings can be compared.
            lines = text.count("\n", start, end) - new.count("\n")
            text = text[:start] + new + "\n" * lines + text[end:]
        return text

    def shown(self, text):
        return "; ".join(
            f"{' '.join(text[a:b].split())!r} -> {new!r}" for a, b, new in self.edits)


def edit(source, first, last, new):
    """Replaces the tokens [first, last)."""
    if first == last:
        return (source.starts[first], source.starts[first], new)
    return (source.starts[first], source.ends[last - 1], new)


def text_of(source, first, last):
    return " ".join(source.text[source.starts[first]:source.ends[last - 1]].split())


def without(source, arguments, n):
    """The edit that takes one argument out, with its comma."""
    first, last = arguments[n]
    if n + 1 < len(arguments):
        return edit(source, first, arguments[n + 1][0], "")
    if n > 0:
        return edit(source, arguments[n - 1][1], last, "")
    return edit(source, first, last, "")


def pointer_like(source, first, last):
    """Whether the token's name is that of a pointer, as its declaration says."""
    name = source.names_token(first, last)
    if source.words[first] == "&":
        return True
    kinds = "|".join(source.models.types)
    declared = re.search(rf"\b(?:{kinds})\b([^;(){{}},]*)\b{name}\b", source.text)
    if declared:
        return bool({"*", ">"}.intersection(declared[1]))
    return bool(re.search(rf"\*\s*(?:const\s+)?{name}\b|(?:_ptr|Pointer)\s*<[^<>;]*>\s*&?\s*{name}\b",
                          source.all_text))


def statement_start(source, i):
    """First token of the statement around i, where that stands in a block."""
    while i > 0 and source.words[i - 1] not in (";", "{", "}"):
        i = source.match.get(i - 1, i - 1) if source.words[i - 1] in ")]" else i - 1
        if source.words[i] in ("(", "[") and i in source.match and source.match[i] > i and \
                source.words[i - 1] in ("for",):
            return None
    return i if source.words[i] not in ("else", "case", "default") else None


def unlooked(source, look):
    part, becomes, statement = look
    if statement is None:
        return edit(source, *part, becomes)
    begin, end = statement
    # `else if (asked) ...` and a branch without braces need a statement.
    block = source.words[begin - 1] in "{};"
    return edit(source, begin, end, "" if block else ";")


def scope_of(source, i):
    """Lines of the outermost function body or initialiser around a token."""
    line = lambda k: source.text.count("\n", 0, source.starts[k]) + 1  # noqa: E731
    around = [(a, b) for a, b in source.match.items()
              if a < i < b and source.words[a] == "{" and source.words[a - 1] in (
                  ")", "const", "noexcept", "override", "final", "}", "mutable", ">")]
    if not around:
        return (line(i), line(i))
    first, last = min(around)
    return (line(statement_start(source, first) or first), line(last))
