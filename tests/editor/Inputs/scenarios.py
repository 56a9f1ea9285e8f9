# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scenarios.py SERVER CANCEL_TIDY CLANGXX FOLDER: what one sees in an editor. FOLDER is
made by lsp.test; each scenario says what it is about and fails with what it saw."""
import pathlib
import shutil
import subprocess
import sys

from lsp import Client, applied, codes, expect

server, tool, clangxx = sys.argv[1:4]
folder = pathlib.Path(sys.argv[4])


def text(name):
    return (folder / name).read_text()


client = Client(server, folder)

# Findings as one types, with what explains them.
found = client.open("call.cpp")
expect("findings of an opened file", codes(found), [("cancel-forward-token", 4)])
finding = next(d for d in found if d["code"] == "cancel-forward-token")
expect("the range is the callee's name", (finding["range"]["start"]["character"],
       finding["range"]["end"]["character"]), (2, 7))
related = [r["message"] for r in finding.get("relatedInformation", [])]
expect("notes are related information", any("declared here" in m for m in related), True)

# The quick fix, applied: the finding is gone.
fixes = [a for a in client.actions("call.cpp", finding) if a.get("edit")]
expect("a quick fix is offered", len(fixes) >= 1, True)
edits = fixes[0]["edit"]["changes"][client.uri("call.cpp")]
mended = applied(text("call.cpp"), edits)
expect("the fix passes the token", "fetch(1, stop);" in mended, True)
expect("the mended file is clean", client.change("call.cpp", mended), [])
(folder / "mended.cpp").write_text(mended)
expect("the mended file compiles", subprocess.run(
    [clangxx, "-std=c++20", "-fsyntax-only", "-Werror", "mended.cpp"], cwd=folder).returncode, 0)
expect("NOLINT counts", codes(client.change("call.cpp", text("call.cpp").replace(
    "fetch(1);", "fetch(1); // NOLINT(cancel-forward-token)"))), [])
expect("an edit brings the finding back", codes(client.change("call.cpp", text("call.cpp"))),
       [("cancel-forward-token", 4)])

# Half-typed code: what is broken is left alone, the rest is judged.
broken = text("call.cpp") + "void half(std::stop_token stop) { fetch(1); if (\n"
found = client.change("call.cpp", broken)
expect("the compile error is shown", any(d["severity"] == 1 for d in found), True)
expect("broken code hides nothing else", codes(found), [("cancel-forward-token", 4)])
expect("mended code is judged", codes(client.change("call.cpp", text("call.cpp") +
       "void half(std::stop_token stop) { fetch(1); fetch(2, stop); }\n")),
       [("cancel-forward-token", 4), ("cancel-forward-token", 7)])

# A header that is open is a file like others.
expect("a header is judged", codes(client.open("head.hpp")), [("cancel-forward-token", 4)])
client.close("head.hpp")

# Loops over a function of another file, over an inline function of a header that
# calls it, and over one that waits itself. The editor sees no body: clangd skips
# those of headers. With linked facts all are known.
for name in ("loop.cpp", "chain.cpp"):
    expect("without facts nothing is guessed", codes(client.open(name)), [])
    client.close(name)
subprocess.run([tool, "--emit-facts=tus.facts", "--quiet", "loop.cpp", "chain.cpp", "slow.cpp", "--",
                "-std=c++20"], cwd=folder, check=True)
subprocess.run([tool, "link", "--quiet", "--emit-facts=all.facts", "tus.facts"], cwd=folder,
               check=True)
shutil.copy(folder / "with-facts", folder / ".cancel-tidy")
expect("with linked facts the program is known", codes(client.open("loop.cpp")),
       [("cancel-check-in-loop", 6), ("cancel-check-in-loop", 10), ("cancel-check-in-loop", 14)])
client.close("loop.cpp")

# A chain of calls that leaves the file: its steps elsewhere have no place here.
found = client.open("chain.cpp")
expect("a chain is known", codes(found), [("cancel-uncancellable-call", 6)])
related = [(r["location"]["range"]["start"]["line"] + 1, r["message"])
           for r in found[0]["relatedInformation"]]
expect("its steps in this file are shown", [r for r in related if r[1].startswith("'")],
       [(3, "'nearby' takes no cancellation token"), (3, "'nearby' calls 'slow'")])
client.close("chain.cpp")
expect("the exit is clean", client.stop(), 0)
