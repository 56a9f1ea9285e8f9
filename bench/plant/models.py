# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The names in the token models, for bench/plant.py."""


def tail(name):
    return name.split("::")[-1]


class Models:
    """What the token models say, by the last word of each name."""

    def __init__(self, documents):
        self.types, self.sources, self.none = set(), {}, {}
        self.polls, self.checks, self.waits, self.gives = set(), set(), {}, set()
        self.registrations, self.registers, self.exceptions = set(), set(), set()
        self.possible, self.requests, self.throws, self.asks = {}, set(), {}, {}
        for model in documents:
            self.add(model)
        self.source_types = {tail(made) for made, _ in self.sources.values()}

    def add(self, model):
        for token in model.get("Tokens", []):
            self.types.add(tail(token["Type"]))
            self.polls.update(token.get("Poll", []))
            self.checks.update(token.get("Throw", []) + token.get("Status", []))
            self.registers.update(token.get("Register", []))
            self.requests.update(token.get("Request", []))
            polls, kind = token.get("Poll", []), tail(token["Type"])
            self.possible.update((poll, p) for p in token.get("Possible", [])[:1] for poll in polls)
            self.asks.setdefault(kind, polls[0] if polls else "")
            thrown = token.get("Throws") or model.get("Exceptions", [])
            if token.get("Throw") and thrown:
                self.throws.setdefault(kind, (token["Throw"][0], thrown[0]))
            if token.get("IsSource") and not token.get("IsContext"):
                self.sources[tail(token["Type"])] = (token["Type"], "")
        for source in model.get("Sources", []):
            self.polls.update(source.get("Poll", []))
            self.gives.update(source.get("Token", []))
            self.requests.update(source.get("Request", []))
            if source.get("Token") and not source.get("RequestsItself"):
                # By the family's first token.
                for token in model.get("Tokens", [])[:1]:
                    self.sources.setdefault(
                        tail(token["Type"]), (source["Type"], source["Token"][0]))
        functions = model.get("Functions", {})
        for name in functions.get("Wait", []) + functions.get("WaitReturns", []):
            self.waits[tail(name)] = None
        for wait in model.get("Waits", []):
            if "Use" in wait and "Name" in wait:
                self.waits[tail(wait["Name"])] = (wait["Name"], wait["Call"])
        self.registrations.update(map(tail, model.get("Registrations", [])))
        self.exceptions.update(map(tail, model.get("Exceptions", [])))
