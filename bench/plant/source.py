# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A source file as bench/plant.py sees it: its tokens, loops, looks and arguments.

Knows names only, from the token models and from the declarations in the file and
in the headers that it names; it parses nothing, so that a guess may be wrong.
"""

import re

LEX = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|(?m:^[ \t]*\#(?:\\\n|[^\n])*))
    |(?P<text>R"(?P<delim>[^(\s]*)\(.*?\)(?P=delim)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<word>[A-Za-z_]\w*)|(?P<number>\.?\d(?:[\w.']|[eEpP][+-])*)
    |(?P<mark>->\*?|::|&&|\|\||<<=?|[-+*/%&|^=!<>]=|\+\+|--|.)""",
    re.S | re.X,
)
PAIRS = {"(": ")", "[": "]", "{": "}"}
KEYWORDS = set("""if for while switch return catch sizeof decltype alignof noexcept new delete
static_cast const_cast dynamic_cast reinterpret_cast static_assert throw co_await co_return
co_yield typeid alignas explicit requires constexpr operator""".split())
# No part of an expression that names a token: what guards and unwraps it.
PLAIN = {"nullptr", "NULL", "this", "get", "std", "move", "true", "false", "load", "value"}


def headers(path, text, folders, levels=2):
    """The text of the project's headers that a file names, and those that they name."""
    for name in re.findall(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)', text, re.M):
        for folder in [path.parent, *folders]:
            header = folder / name
            if header.is_file() and header.stat().st_size < 1_000_000:
                found = header.read_text(encoding="utf-8", errors="replace")
                yield found
                if levels > 1:
                    yield from headers(header, found, folders, levels - 1)
                break


class Source:
    """One file: its tokens, brackets, loops and the tokens' names."""

    def __init__(self, path, models, folders):
        self.path, self.models = path, models
        self.text = path.read_text(encoding="utf-8", errors="surrogateescape")
        self.words, self.starts, self.ends = [], [], []
        for found in LEX.finditer(self.text):
            if found.lastgroup != "skip" and found["skip"] is None:
                self.words.append(found[0])
                self.starts.append(found.start())
                self.ends.append(found.end())
        self.match = self.brackets()
        self.types = {}  # a token's name: its type
        self.all_text = "".join([self.text, *headers(path, self.text, folders)])
        self.learn(self.all_text)
        self.known_sources = {}
        self.polls = list(self.find_polls())
        self.loops = [loop for loop in map(self.loop_at, range(len(self.words))) if loop]
        self.looks = list(self.find_looks())
        self.passes = list(self.find_passes())

    def brackets(self):
        match, open_ones = {}, []
        for i, word in enumerate(self.words):
            if word in PAIRS:
                open_ones.append(i)
            elif word in PAIRS.values():
                # A conditional branch of the preprocessor may leave one over.
                while open_ones and PAIRS[self.words[open_ones[-1]]] != word:
                    open_ones.pop()
                if open_ones:
                    match[i] = open_ones.pop()
                    match[match[i]] = i
        return match

    def learn(self, text):
        types = "|".join(sorted(self.models.types))
        wrapped = rf"\b({types})\b(?:\s*<[^<>;]*>)?\s*(?:const\b)?[>\s]*[&*]*\s*(?:const\s+)?(\w+)\s*(?=[,;=){{(\[]|$)"
        for kind, name in re.findall(wrapped, text, re.M):
            if name not in KEYWORDS and name not in PLAIN and name not in self.models.types:
                self.types.setdefault(name, kind)
        gives = "|".join(sorted(self.models.gives))
        for name in re.findall(rf"\bauto\s*&?\s*(\w+)\s*=[^;{{}}]*?\b(?:{gives})\(\)\s*;", text):
            self.types.setdefault(name, "")

    # --- shapes ---------------------------------------------------------------

    def statement_end(self, i):
        """Index after the statement that begins at i."""
        while self.words[i:i + 2] == ["[", "["]:  # [[unlikely]]
            i = self.match.get(i, i + 1) + 1
        word = self.words[i] if i < len(self.words) else ";"
        if word == "{":
            return self.match.get(i, i) + 1
        if word in ("if", "for", "while", "switch"):
            head = i + 1 + (self.words[i + 1] == "constexpr")
            end = self.statement_end(self.match.get(head, head) + 1)
            if word == "if" and end < len(self.words) and self.words[end] == "else":
                return self.statement_end(end + 1)
            return end
        while i < len(self.words) and self.words[i] != ";":
            if self.words[i] == "}":
                return i
            i = self.match.get(i, i) + 1 if self.words[i] in PAIRS else i + 1
        return i + 1

    def loop_at(self, i):
        """(keyword, first of the head or 0, end of head, first of body, end) of a loop."""
        word = self.words[i]
        if word == "do" and i + 1 in self.match and self.words[i + 1] == "{":
            close = self.match[i + 1]
            if self.words[close + 1:close + 3] == ["while", "("]:
                return (i, close + 3, self.match.get(close + 2, close + 3), i + 1, close)
        of_do = word == "while" and self.words[i - 1] == "}" and (
            self.words[self.match.get(i - 1, 1) - 1] == "do")
        if word in ("for", "while") and i + 1 in self.match and not of_do:
            close = self.match[i + 1]
            return (i, i + 2, close, close + 1, self.statement_end(close + 1))
        return None

    def split(self, first, last, mark):
        """Ranges between the marks of one level."""
        parts, begin, i = [], first, first
        while i < last:
            if self.words[i] == mark:
                parts.append((begin, i))
                begin = i + 1
            i = self.match.get(i, i) + 1 if self.words[i] in PAIRS else i + 1
        return parts + [(begin, last)]

    def chain_start(self, i):
        """First token of the expression that ends with the name at i."""
        while i >= 2 and self.words[i - 1] in (".", "->", "::"):
            i -= 2
            while i > 0 and self.words[i] in (")", "]"):
                i = self.match.get(i, i) - 1
        return i

    def names_token(self, first, last):
        """The name of the token that these words are: `f`, `o->f()`, `*f`, `std::move( f )`."""
        words = [w for w in self.words[first:last] if w not in ("&", "*", "std", "::", "move")]
        while words[:1] == ["("] and words[-1:] == [")"]:
            words = words[1:-1]
        if words[-4:-2] and words[-3:] == ["get", "(", ")"]:
            words = words[:-4]
        if words[-2:] == ["(", ")"]:
            words = words[:-2]
            if words and words[-1] in self.models.gives:
                return words[-1]
        if not words or any(not re.fullmatch(r"\w+|\.|->|\(|\)", w) for w in words):
            return None
        if any(re.fullmatch(r"\w+", a + b) for a, b in zip(words, words[1:])):
            return None  # two words side by side: a declaration
        return words[-1] if words[-1] in self.types else None

    def asks(self, first, last):
        """Whether a poll of a token, or a throwing check, stands in this range."""
        return any(first <= poll < last for poll, _ in self.polls)

    def find_polls(self):
        """(index of the poll's name, first index of its expression)."""
        for i in range(2, len(self.words) - 2):
            if self.words[i + 1] != "(" or self.words[i - 1] not in (".", "->"):
                continue
            known = self.words[i] in self.models.polls or self.words[i] in self.models.checks
            first = self.chain_start(i)
            if known and self.names_token(first, i - 1):
                yield i, first

    def names_source(self, name):
        """Whether a declaration gives the name the type of a source."""
        if name not in self.known_sources:
            kinds = "|".join(self.models.source_types)
            made = rf"\b(?:{kinds})\b[^;{{}}\n]*\b{re.escape(name)}\b"
            self.known_sources[name] = bool(re.search(made, self.all_text))
        return self.known_sources[name]

    # --- looks ----------------------------------------------------------------

    def is_look(self, first, last):
        """Whether a condition's part asks the token and nothing else."""
        polls = [i for i, _ in self.polls if first <= i < last]
        if not polls:
            return False
        known = PLAIN | self.models.polls | set(self.types) | self.models.gives
        chain = {i for p, start in self.polls if p in polls for i in range(start, p + 1)}
        return all(self.words[i] in known or i in chain or not self.words[i][0].isalpha()
                   for i in range(first, last)) and not any(
                       w in ("=", "<", ">") for w in self.words[first:last])

    def find_looks(self):
        """(range of the part that asks, what it becomes, first and last of an `if`)."""
        for i, word in enumerate(self.words):
            if word not in ("if", "while", "for") or i + 1 not in self.match:
                continue
            first, last = i + 2, self.match[i + 1]
            if word == "for":
                parts = self.split(first, last, ";")
                if len(parts) != 3:
                    continue
                first, last = parts[1]
            mark = "||" if word == "if" else "&&"
            parts = self.split(first, last, mark)
            for n, part in enumerate(parts):
                # `if (!stop) work();` lets work through, it leaves nothing.
                if not self.is_look(*part) or word == "if" and self.words[part[0]] == "!":
                    continue
                end = self.statement_end(self.match[i + 1] + 1)
                whole = word == "if" and len(parts) == 1
                has_else = end < len(self.words) and self.words[end] == "else"
                if whole and has_else:
                    yield part, "false", None
                elif whole:
                    yield part, None, (i, end)
                elif len(parts) == 1:
                    yield part, "true" if word == "while" else "", None
                else:
                    yield part, "false" if mark == "||" else "true", None
        for i, first in self.polls:  # a throwing check, a status that a macro returns
            if self.words[i] in self.models.checks:
                begin, end = first, self.match[i + 1] + 1
                while self.words[begin - 1] == "(" and self.words[end] == ")":
                    begin, end = begin - 2, end + 1
                if self.words[begin - 1] in "{};" and self.words[end] == ";":
                    yield (first, self.match[i + 1] + 1), None, (begin, end + 1)

    def loop_of(self, i):
        inside = [x for x in self.loops if x[1] <= i < x[2] or x[3] <= i < x[4]]
        loop = max(inside, default=None)
        # What a lambda in the loop asks, the loop does not.
        return None if loop and self.lambda_of(i) > loop[0] else loop

    def lambda_of(self, i):
        """Where the body of the innermost lambda around i begins, or -1."""
        found = -1
        for a, b in self.match.items():
            if a < i < b and self.words[a] == "{" and a > found:
                head = a - 1
                while head > 0 and self.words[head] in ("mutable", "noexcept"):
                    head -= 1
                if self.words[head] == ")":
                    head = self.match.get(head, head) - 1
                if self.words[head] == "]":
                    found = a
        return found

    # --- arguments ------------------------------------------------------------

    def find_passes(self):
        """(callee, its arguments' ranges, which one is a token)."""
        for i in range(1, len(self.words) - 1):
            if self.words[i + 1] not in "({" or i + 1 not in self.match:
                continue
            name = self.words[i]
            if not re.fullmatch(r"[A-Za-z_]\w*", name) or name in KEYWORDS or name in PLAIN:
                continue
            close = self.match[i + 1]
            arguments = self.split(i + 2, close, ",")
            # A member's initialiser stores the token, it calls nothing.
            stored = self.words[i - 1] in (":", ",") and self.words[close + 1] in (",", "{")
            for n, argument in enumerate(arguments):
                if not stored and argument[0] < argument[1] and self.names_token(*argument):
                    yield i, arguments, n
