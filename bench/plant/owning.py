# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mistakes with sources, registrations and token parameters."""

import re

from edits import edit, statement_start, unlooked, without

LOCK = "std::lock_guard<std::mutex> planted{0}(planted); "


def lost(source):
    """A source that nobody requests any more."""
    for i, word in enumerate(source.words[:-3]):
        if word not in source.models.requests or source.words[i - 1] not in (".", "->"):
            continue
        close, first = source.match.get(i + 1, 0), source.chain_start(i)
        whole = source.words[first - 1] in "{};" and source.words[close + 1:close + 2] == [";"]
        name = source.words[i - 2]
        others = re.findall(rf"\b{re.escape(name)}\s*(?:\.|->)\s*{word}\b", source.text)
        if whole and len(others) == 1 and source.names_source(name):
            yield "lost", i, [edit(source, first, close + 2, "")]


def registrations(source):
    """(first of the statement, first token in the callback's body)."""
    for i in range(2, len(source.words) - 3):
        name = source.words[i]
        if name in source.models.registers and source.words[i + 1] == "(":
            opening = i + 1
        elif name in source.models.registrations and source.words[i + 2] in "({":
            opening = i + 2
        else:
            continue
        for first, last in source.split(opening + 1, source.match.get(opening, opening), ","):
            if first < last and source.words[first] == "[" and first in source.match:
                body = next((k for k in range(source.match[first], last)
                             if source.words[k] == "{"), None)
                begin = statement_start(source, i)
                if body and begin is not None:
                    yield begin, body + 1


def locked(source):
    """A callback that locks what is held where it is registered."""
    for begin, body in registrations(source):
        yield "lock", begin, [
            (source.starts[begin],) * 2 + ("static std::mutex planted; " + LOCK.format("Held"),),
            (source.starts[body],) * 2 + (LOCK.format("Asked"),)]


def functions(source):
    """(index of the name, parameters, which one is a token, its name, body) of functions."""
    for i, word in enumerate(source.words[:-1]):
        if source.words[i + 1] != "(" or not re.fullmatch(r"[A-Za-z_]\w*", word):
            continue
        close = source.match.get(i + 1, 0)
        parameters = source.split(i + 2, close, ",")
        for n, (first, last) in enumerate(parameters):
            words = source.words[first:last]
            words = words[:words.index("=")] if "=" in words else words
            if len(words) > 1 and words[-1] in source.types and (
                    source.models.types.intersection(words[:-1])):
                body = body_of(source, close + 1)
                if body:
                    yield i, parameters, n, words[-1], (close + 1, source.match[body])


def body_of(source, i):
    """Index of a function's opening brace, behind its parameters."""
    while i < len(source.words) and source.words[i] != ";":
        word = source.words[i]
        if word == "{" and i in source.match and (
                source.words[i - 1] in (")", "}", "const", "noexcept", "override", "final")
                or re.match(r"\w|[>&*]", source.words[i - 1]) and not initialises(source, i)):
            return i
        if word in ")=":
            return None
        i = source.match.get(i, i) + 1 if word in "([{" else i + 1
    return None


def initialises(source, i):
    """Whether the brace at i is that of a member's initialiser: `: stop_{stop}`."""
    return source.words[i - 2] in (":", ",")


def uses(source, name, first, last, in_place=None):
    """The edits that take all uses of the name out, or None; arguments become what is in place."""
    edits = []
    for k in range(first, last):
        if source.words[k] != name or source.words[k - 1] in (".", "->"):
            continue
        if any(a <= source.starts[k] < b for a, b, _ in edits):
            continue
        look = next((x for x in source.looks if x[0][0] <= k < x[0][1]), None)
        opening = max((a for a, b in source.match.items() if a < k < b), default=None)
        arguments = argument_list(source, k, opening)
        if look:
            edits.append(unlooked(source, look))
        elif arguments and in_place:
            edits.append(edit(source, *arguments[0][arguments[1]], in_place))
        elif arguments:
            edits.append(without(source, *arguments))
        else:
            return None
    return edits


def argument_list(source, k, opening):
    """(arguments, which one) of the call that is given just the token at k."""
    if opening is None:
        return None
    if source.words[opening - 3:opening] == ["std", "::", "move"]:
        opening = max((a for a, b in source.match.items() if a < opening < b), default=0)
    arguments = source.split(opening + 1, source.match[opening], ",")
    callee = source.words[opening] in "({" and re.fullmatch(r"\w+|>", source.words[opening - 1])
    for n, argument in enumerate(arguments):
        if argument[0] <= k < argument[1] and callee and source.names_token(*argument):
            return arguments, n
    return None


def unused(source):
    """A function that no longer does anything with its token."""
    for _, parameters, n, name, (first, last) in functions(source):
        for place, in_place in ((parameters[n][1] - 1, None), (parameters[n][0], "{}")):
            edits = uses(source, name, first, last, in_place)
            if edits:
                yield "unused", place, edits


def cut(source):
    """A helper that no longer takes the token, and its callers in this file."""
    for i, parameters, n, name, (first, last) in functions(source):
        edits = uses(source, name, first, last)
        calls = [(c, a, m) for c, a, m in source.passes
                 if source.words[c] == source.words[i] and m == n and not first <= c < last]
        if edits and calls:
            edits += [without(source, a, m) for _, a, m in calls]
            yield "cut", parameters[n][1] - 1, [without(source, parameters, n), *edits]
