# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The mistakes that bench/plant.py plants, a function for each kind.

Each yields edits of one place; whether the result compiles is for others to see.
"""

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


def not_passed(source):
    """A call that no longer gets the token."""
    for callee, arguments, n in source.passes:
        name = source.words[callee]
        if name in source.models.waits or name in source.models.registrations:
            continue
        setter = re.match(r"set[A-Z_]", name) and len(arguments) == 1
        if not setter:
            yield "pass", callee, [without(source, arguments, n)]
            continue
        close = source.match[callee + 1]
        if source.words[callee - 1] in (".", "->"):  # .setFeedback( f ) in a chain
            begin = source.chain_start(callee)
            whole = source.words[begin - 1] in "{};" and source.words[close + 1] == ";"
            first = begin if whole else callee - 1
            yield "setter", callee, [edit(source, first, close + 1, "")]


def replaced(source):
    """A none value, or the token of a fresh source, in its place."""
    for callee, arguments, n in source.passes:
        first, last = arguments[n]
        kind = source.types.get(source.names_token(first, last), "")
        pointer = pointer_like(source, first, last)
        yield "none", callee, [edit(source, first, last, "nullptr" if pointer else "{}")]
        if kind not in source.models.sources:
            continue
        made, accessor = source.models.sources[kind]
        if accessor:
            yield "fresh", callee, [edit(source, first, last, f"{made}().{accessor}()")]
            continue
        begin = statement_start(source, callee)
        if begin is not None:
            argument = "&planted" if pointer else "planted"
            yield "fresh", callee, [(source.starts[begin],) * 2 + (f"{made} planted; ",),
                                    edit(source, first, last, argument)]


def pointer_like(source, first, last):
    """Whether the token's name is that of a pointer, as its declaration says."""
    name = source.names_token(first, last)
    if source.words[first] == "&":
        return True
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


def loop_looks(source):
    """Loops with the looks that lie directly in them, and no token handed on."""
    for loop in source.loops:
        looks = [look for look in source.looks if source.loop_of(look[0][0]) == loop]
        if looks:
            yield loop, looks


def unlooked(source, look):
    part, becomes, statement = look
    if statement is None:
        return edit(source, *part, becomes)
    begin, end = statement
    # `else if (asked) ...` and a branch without braces need a statement.
    block = source.words[begin - 1] in "{};"
    return edit(source, begin, end, "" if block else ";")


def not_looked(source):
    """A loop without its look. Silent if something in it still gets the token."""
    for loop, looks in loop_looks(source):
        given = any(loop[1] <= i < loop[4] for i, _, _ in source.passes)
        if not given:
            yield "look", loop[0], [unlooked(source, look) for look in looks]


def dropped(source):
    """The answer dropped: the question is still asked."""
    for part, becomes, statement in source.looks:
        polls = [p for p in source.polls if part[0] <= p[0] < part[1]]
        if statement is None or not polls or polls[0][0] in range(*statement) and \
                source.words[polls[0][0]] in source.models.checks:
            continue
        poll, first = polls[0]
        question = text_of(source, first, source.match[poll + 1] + 1) + ";"
        if source.words[statement[0] - 1] in "{};":
            yield "drop", poll, [edit(source, *statement, question)]


def asked_once(source):
    """The question asked once, before the loop."""
    for loop, looks in loop_looks(source):
        part = looks[0][0]
        if len(looks) > 1 or source.words[loop[0] - 1] not in "{};":
            continue
        if any(source.words[i] in source.models.checks for i, _ in source.polls
               if part[0] <= i < part[1]):
            continue
        question = f"const bool planted = {text_of(source, *part)}; "
        yield "once", loop[0], [(source.starts[loop[0]],) * 2 + (question,),
                                edit(source, *part, "planted")]


def swallowed(source):
    """A handler of the cancellation that now goes on."""
    for i, word in enumerate(source.words):
        if word != "catch" or i + 1 not in source.match:
            continue
        caught = source.words[i + 2:source.match[i + 1]]
        body = source.match[i + 1] + 1
        if body not in source.match or not (
                caught == ["..."] or caught == [".", ".", "."]
                or source.models.exceptions.intersection(caught)):
            continue
        for k in range(body, source.match[body]):
            if source.words[k] in ("throw", "return", "co_return", "break") and (
                    source.words[k] == "throw" or caught[0] != "."):
                end = source.statement_end(k)
                yield "swallow", i, [edit(source, k, end, ";")]
                break


def deaf_wait(source):
    """A wait with the token in place of the one without it."""
    for callee, arguments, n in source.passes:
        name = source.words[callee]
        if name not in source.models.waits:
            continue
        edits = [without(source, arguments, n)]
        plain = source.models.waits[name]
        if plain and source.words[callee - 1] == "::":
            edits.append(edit(source, source.chain_start(callee), callee + 1, plain))
        yield "wait", callee, edits


def discarded(source):
    """A registration that is destroyed on the spot."""
    for i in range(2, len(source.words) - 3):
        name = source.words[i]
        if name in source.models.registrations and source.words[i + 1] not in "<(":
            if re.fullmatch(r"\w+", source.words[i + 1]) and source.words[i + 2] in "({":
                yield "discard", i, [edit(source, i + 1, i + 2, "")]
        elif name in source.models.registers and source.words[i + 1] == "(" and (
                source.names_token(source.chain_start(i), i - 1)):
            first = source.chain_start(i)
            begin = statement_start(source, first)
            if begin is not None and source.words[first - 1] == "=" and begin < first:
                yield "discard", i, [edit(source, begin, first, "(void)")]


def captured(source):
    """A lambda that outlives the scope and holds the token by reference."""
    for i, word in enumerate(source.words):
        if word != "[" or i not in source.match or source.words[i - 1] not in ("(", ",", "{", "="):
            continue
        owner = [w for w in source.words[max(0, i - 6):i]]
        if not {"thread", "jthread", "async", "emplace_back"}.intersection(owner):
            continue
        for first, last in source.split(i + 1, source.match[i], ","):
            if last - first == 1 and source.words[first] in source.types:
                yield "capture", first, [edit(source, first, last, "&" + source.words[first])]


KINDS = {
    "pass": not_passed, "setter": not_passed, "look": not_looked, "none": replaced,
    "fresh": replaced, "drop": dropped, "once": asked_once, "swallow": swallowed,
    "wait": deaf_wait, "discard": discarded, "capture": captured,
}


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


def mutants(source, kinds):
    seen = set()
    for kind in kinds:
        for named, i, edits in KINDS[kind](source):
            place = (named, source.starts[i])
            if named != kind or place in seen:
                continue
            seen.add(place)
            before = source.text[:source.starts[i]]
            yield Mutant(kind, before.count("\n") + 1, source.starts[i] - before.rfind("\n"),
                         tuple(edits), scope_of(source, i))
