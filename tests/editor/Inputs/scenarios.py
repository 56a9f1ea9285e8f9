# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scenarios.py SERVER CANCEL_TIDY FOLDER: what one sees in an editor. FOLDER is
made by lsp.test; each scenario says what it is about and fails with what it saw."""
import pathlib
import shutil
import subprocess
import sys

from lsp import Client, applied, codes

server, tool, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}:\n  got    {got}\n  wanted {wanted}")
    print("ok", what)


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
expect("the mended file is clean", codes(client.change("call.cpp", mended)), [])
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

# A loop over an inline function of a header, and over one of another file: the
# editor sees neither body; with linked facts both are known.
expect("without facts nothing is guessed", codes(client.open("loop.cpp")), [])
client.close("loop.cpp")
subprocess.run([tool, "--emit-facts=tus.facts", "--quiet", "loop.cpp", "slow.cpp", "--",
                "-std=c++20"], cwd=folder, check=True)
subprocess.run([tool, "link", "--quiet", "--emit-facts=all.facts", "tus.facts"], cwd=folder,
               check=True)
shutil.copy(folder / "with-facts", folder / ".cancel-tidy")
expect("with linked facts the program is known", codes(client.open("loop.cpp")),
       [("cancel-check-in-loop", 6), ("cancel-check-in-loop", 10)])
client.close("loop.cpp")
(folder / ".cancel-tidy").unlink()
expect("a configuration that went is forgotten", codes(client.open("loop.cpp")), [])

# Which checks run.
client.close("call.cpp")
expect("the exit is clean", client.stop(), 0)
shutil.copy(folder / "no-forward", folder / ".clang-tidy")
client = Client(server, folder)
expect(".clang-tidy turns a check off", codes(client.open("call.cpp")), [])
client.stop()
shutil.copy(folder / "others", folder / ".clang-tidy")
client = Client(server, folder)
found = client.open("call.cpp")
expect("globs about others turn none of ours off", codes(found), [("cancel-forward-token", 4)])
expect("clangd's own checks run as they are told",
       any(d.get("code") == "bugprone-sizeof-expression" for d in client.open("other.cpp")), True)
client.stop()
