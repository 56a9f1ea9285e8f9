# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mistakes in how a poll or a throwing check is spelled."""

from edits import edit, text_of
from inserted import SLEEP, points, put, spelled


def by_hand(source):
    """A poll and a throw in place of the check that does both, and in front of others."""
    for poll, first in source.polls:
        kind = source.types.get(source.names_token(first, poll - 1), "")
        check, thrown = source.models.throws.get(kind, ("", ""))
        close = source.match[poll + 1]
        if source.words[poll] == check and source.words[first - 1] in "{};" and (
                source.words[close + 1] == ";"):
            question = text_of(source, first, poll) + f"{source.models.asks[kind]}()"
            yield "byhand", poll, [edit(
                source, first, close + 1, f"if ({question}) throw {thrown}()")]
    for begin, token, kind in points(source):
        if kind in source.models.throws:
            question = f"{spelled(source, token)}{source.models.asks[kind]}()"
            yield "byhand", begin, [put(
                source, begin, f"if ({question}) throw {source.models.throws[kind][1]}(); ")]


def asked(source):
    """A poll that nothing comes of."""
    for begin, token, kind in points(source):
        if source.models.asks.get(kind):
            yield "ask", begin, [put(
                source, begin, f"{spelled(source, token)}{source.models.asks[kind]}(); ")]


def kept(source):
    """The first answer ends a loop, or does not."""
    for begin, token, kind in points(source):
        if source.models.asks.get(kind):
            question = f"{spelled(source, token)}{source.models.asks[kind]}()"
            yield "kept", begin, [put(
                source, begin, f"const bool planted = {question}; while (!planted) {SLEEP}")]


def tried(source):
    """A handler that takes every exception, the cancellation, too, and goes on."""
    for begin, token, kind in points(source):
        end, word = source.statement_end(begin), source.words[begin]
        if kind in source.models.throws:
            check = f"{spelled(source, token)}{source.models.throws[kind][0]}()"
            yield "try", begin, [put(source, begin, f"try {{ {check}; }} catch (...) {{ }} {SLEEP}")]
        elif source.loop_of(begin) and source.words[end - 1] == ";" and (
                "=" not in source.words[begin:token[0]]) and word not in (
                    "return", "co_return", "if", "for", "while", "do", "switch", "throw", "{"):
            yield "try", begin, [put(source, begin, "try { "),
                                 (source.ends[end - 1],) * 2 + (" } catch (...) { }",)]


def possible(source):
    """Whether it could be cancelled, in place of whether it was."""
    for poll, _ in source.polls:
        other = source.models.possible.get(source.words[poll])
        if other and any(look[0][0] <= poll < look[0][1] for look in source.looks):
            yield "possible", poll, [edit(source, poll, poll + 1, other)]
