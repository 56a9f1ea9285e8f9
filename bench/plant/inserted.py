# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mistakes that are a statement more, in front of one that looks at the token.

Code that handles cancellation well has none of what they need: the wait, the
thread, the commit. So they bring it along. A function that has the source of the
token itself is left alone: it knows when it will stop.
"""

import re

from edits import pointer_like, scope_of, statement_start, text_of

SLEEP = "std::this_thread::sleep_for(std::chrono::hours(1)); "
# By the source's type: another one, linked to the token, that somebody else may request.
LINKS = {
    "std::stop_source":
        "std::stop_source planted; "
        "std::stop_callback plantedLink({1}, [&] {{ planted.request_stop(); }}); "
        "std::thread([planted]() mutable {{ planted.request_stop(); }}).detach(); ",
    "pplx::cancellation_token_source":
        "auto planted = pplx::cancellation_token_source::create_linked_source({1}); "
        "std::thread([planted] {{ planted.cancel(); }}).detach(); ",
    "seastar::abort_source":
        "seastar::abort_source planted; "
        "auto plantedLink = {0}subscribe([&]() noexcept {{ planted.request_abort(); }}); "
        "seastar::timer<> plantedTimer([&] {{ planted.request_abort(); }}); "
        "plantedTimer.arm(std::chrono::seconds(5)); ",
}


def points(source):
    """(first of the statement, the token's range, its type) of what looks at a token or passes it."""
    asked = [(poll, (first, poll - 1)) for poll, first in source.polls]
    passed = [(callee, arguments[n]) for callee, arguments, n in source.passes]
    for i, token in sorted(asked + passed):
        begin = statement_start(source, i)
        if begin is not None and not owned(source, token):
            yield begin, token, source.types.get(source.names_token(*token), "")


def owned(source, token):
    """Whether the function around has the token's source as a local variable, or requests it."""
    first, last = scope_of(source, token[0])
    body = "\n".join(source.text.split("\n")[first - 1:last])
    kinds = "|".join(source.models.source_types)
    requests = "|".join(source.models.requests)
    asked = re.findall(rf"(\w+)(?:\.|->)(?:{requests})\(", body)
    return bool(re.search(rf"\b(?:{kinds})>?\s+\w+\s*[;({{=,]", body)) or any(
        map(source.names_source, asked))


def put(source, i, text):
    return (source.starts[i], source.starts[i], text)


def spelled(source, token):
    """The token and the mark in front of a member's name: `stop.`, `as->`."""
    words = text_of(source, *token)
    moved = re.fullmatch(r"std\s*::\s*move\s*\((.*)\)", words)
    words = moved[1] if moved else words
    if words[0] in "*&":
        return words[1:].strip() + ("->" if words[0] == "*" else ".")
    return words + ("->" if pointer_like(source, *token) else ".")


def committed(source):
    """The point is behind one of no return."""
    for begin, _, _ in points(source):
        yield "commit", begin, [put(
            source, begin, "struct Planted { [[clang::annotate(\"cancel::point_of_no_return\")]] "
            "static void commit() {} }; Planted::commit(); ")]


def slept(source):
    for begin, _, _ in points(source):
        yield "sleep", begin, [put(source, begin, SLEEP)]


def looped(source):
    """A loop that waits for something and does not ask."""
    for begin, _, _ in points(source):
        yield "loop", begin, [put(
            source, begin, "static volatile bool planted; "
            "while (!planted) std::this_thread::sleep_for(std::chrono::milliseconds(500)); ")]


def helped(source):
    """A helper without a token sleeps."""
    for begin, _, _ in points(source):
        yield "helper", begin, [put(
            source, begin, f"struct Planted {{ static void pause() {{ {SLEEP}}} }}; Planted::pause(); ")]


def spawned(source):
    """A thread that sleeps and knows no token."""
    for begin, _, _ in points(source):
        yield "spawn", begin, [put(source, begin, f"std::thread([] {{ {SLEEP}}}).detach(); ")]


def detached(source):
    """A thread that nobody waits for asks a variable of the function."""
    for begin, (first, last), _ in points(source):
        name = source.words[first]
        local = rf"\b(?:{'|'.join(source.models.types)})\s+{name}\s*[,;)={{]"
        if last - first == 1 and re.search(local, source.text):
            yield "detach", begin, [put(
                source, begin, f"std::thread([&{name}] {{ auto planted = {name}; }}).detach(); ")]


def leaked(source):
    """Memory that is held by hand, and that the way out on cancellation skips."""
    for _, _, statement in source.looks:
        if statement and source.words[statement[0] - 1] in "{};":
            begin, end = statement
            yield "leak", begin, [put(source, begin, "int *planted = new int(0); "),
                                  (source.ends[end - 1],) * 2 + (" delete planted;",)]


def outer(source):
    """A call gets the outer token, where there is a narrower one."""
    for callee, arguments, n in source.passes:
        first, last = arguments[n]
        kind = source.types.get(source.names_token(first, last), "")
        made, accessor = source.models.sources.get(kind, ("", ""))
        begin = statement_start(source, callee)
        if made in LINKS and begin is not None and not owned(source, arguments[n]):
            held = spelled(source, arguments[n])
            link = LINKS[made].format(held, re.sub(r"(\.|->)$", "", held))
            yield "outer", callee, [put(source, begin, link)]


def suppressed(source):
    """A NOLINT where there is nothing to suppress."""
    for begin, token, _ in points(source):
        line = source.text.find("\n", source.starts[token[0]])
        before = source.text[source.text.rfind("\n", 0, line) + 1:line]
        if "//" not in before and "/*" not in before and not before.endswith("\\"):
            yield "nolint", begin, [(line, line, " // NOLINT(cancel-forward-token)")]
