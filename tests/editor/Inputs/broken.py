# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""broken.py SERVER FOLDER: breaks a clean file in every place. Where the compiler
complains nothing may be reported, as the file is clean but for that."""
import pathlib
import re
import sys

from lsp import Client, codes, expect

server, folder = sys.argv[1], pathlib.Path(sys.argv[2])
good = (folder / "good.cpp").read_text()
tokens = [m.span() for m in re.finditer(r"[\w:]+|\S", good)
          if m.start() >= good.index("void run")]
client = Client(server, folder)
expect("the file is clean", client.open("good.cpp"), [])


def alarms(texts):
    """(how many texts had errors, those of them that got findings)"""
    broken, wrong, last = 0, [], good
    for text in texts:
        if text == last:
            continue  # the server says nothing of what it knows
        last = text
        found = client.change("good.cpp", text)
        if any(d["severity"] == 1 for d in found):
            broken += 1
            if codes(found):
                wrong.append((text, codes(found)))
    return broken, wrong


for what, texts in (
    ("typed up to here", [good[:end] + "\n" for _, end in tokens]),
    ("one token missing", [good[:begin] + good[end:] for begin, end in tokens]),
    ("a name unknown", [good[:begin] + "unknown" + good[end:] for begin, end in tokens
                        if good[begin].isalpha()]),
):
    broken, wrong = alarms(texts)
    expect(f"{what}: most are broken", broken > len(texts) / 2, True)
    expect(f"{what}: no alarm in {broken} broken texts", wrong, [])

# What headers declare may be missing, too.
found = client.change("good.cpp", '#include "missing.h"\n' + good)
expect("a missing header is shown", any(d["severity"] == 1 for d in found), True)
expect("a missing header is no reason for alarms", codes(found), [])

# What is broken hides nothing else.
clean = "void other(std::stop_token stop) {\n  fetch(1);\n  fetch(2, stop);\n}\n"
begin = good.count("\n") + 1
found = client.change("good.cpp", good + clean + "void half(std::stop_token stop) { fetch(1); if (\n")
expect("the compile error is shown", any(d["severity"] == 1 for d in found), True)
expect("other functions are judged", codes(found), [("cancel-forward-token", begin + 1)])
client.stop()
