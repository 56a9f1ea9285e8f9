# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The mistakes that bench/plant.py plants, a function for each kind.

Each yields edits of one place; whether the result compiles is for others to see.
"""

import bisect
import re

import handling
import inserted
import owning
from edits import Mutant, edit, pointer_like, scope_of, statement_start, text_of, unlooked, without


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


def loop_looks(source):
    """Loops with the looks that lie directly in them, and no token handed on."""
    for loop in source.loops:
        looks = [look for look in source.looks if source.loop_of(look[0][0]) == loop]
        if looks:
            yield loop, looks


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
                yield "discard", i, [edit(source, begin, first, "")]


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


# Who plants it, and the checks, without `cancel-`, whose findings are about it.
KINDS = {
    "pass": (not_passed, "forward-token", "uncancellable-call", "check-in-loop", "unused-token",
             "spawn-without-token", "uninterruptible-wait"),
    "setter": (not_passed, "forward-token", "check-in-loop", "uncancellable-call", "unused-token"),
    "look": (not_looked, "check-in-loop", "unused-token", "uncancellable-call"),
    "none": (replaced, "default-token", "check-in-loop", "unused-token", "uncancellable-call",
             "uninterruptible-wait"),
    "fresh": (replaced, "fresh-source", "lost-source", "unused-token", "check-in-loop"),
    "drop": (dropped, "ignored-check", "check-in-loop"),
    "once": (asked_once, "stale-check", "check-in-loop"),
    "swallow": (swallowed, "swallowed-exception"),
    "wait": (deaf_wait, "uninterruptible-wait", "check-in-loop", "unused-token"),
    "discard": (discarded, "discarded-callback"),
    "capture": (captured, "dangling-token"),
    "unused": (owning.unused, "unused-token", "check-in-loop", "forward-token"),
    "cut": (owning.cut, "uncancellable-call", "check-in-loop", "unused-token", "forward-token"),
    "lost": (owning.lost, "lost-source"),
    "lock": (owning.locked, "callback-deadlock"),
    "byhand": (handling.by_hand, "throw-if-requested"),
    "possible": (handling.possible, "ignored-check", "check-in-loop"),
    "commit": (inserted.committed, "after-commit"),
    "sleep": (inserted.slept, "uninterruptible-wait", "check-in-loop"),
    "helper": (inserted.helped, "uncancellable-call", "check-in-loop"),
    "spawn": (inserted.spawned, "spawn-without-token"),
    "detach": (inserted.detached, "dangling-token"),
    "leak": (inserted.leaked, "resource-leak"),
    "outer": (inserted.outer, "wrong-token"),
    "loop": (inserted.looped, "check-in-loop"),
    "ask": (handling.asked, "ignored-check"),
    "kept": (handling.kept, "stale-check", "check-in-loop"),
    "try": (handling.tried, "swallowed-exception"),
    "nolint": (inserted.suppressed, "unused-suppression"),
}
# Headers that a kind needs.
NEEDS = {"lock": "mutex", "sleep": "thread", "helper": "thread", "spawn": "thread",
         "detach": "thread", "outer": "thread", "loop": "thread", "kept": "thread", "try": "thread"}


def scope(source, i, edits):
    """First and last line of the functions that a mistake is in."""
    tokens = [max(bisect.bisect(source.starts, start) - 1, 0) for start, _, _ in edits]
    lines = [scope_of(source, k) for k in (i, *tokens)]
    return min(first for first, _ in lines), max(last for _, last in lines)


def mutants(source, kinds):
    seen = set()
    for kind in kinds:
        for named, i, edits in KINDS[kind][0](source):
            place = (named, source.starts[i])
            if named != kind or place in seen:
                continue
            seen.add(place)
            before = source.text[:source.starts[i]]
            yield Mutant(kind, before.count("\n") + 1, source.starts[i] - before.rfind("\n"),
                         tuple(edits), scope(source, i, edits))
