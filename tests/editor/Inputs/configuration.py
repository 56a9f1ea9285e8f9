# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""configuration.py SERVER CANCEL_TIDY FOLDER: configuration files are written,
changed and removed while a file is open; nothing is opened again."""
import pathlib
import subprocess
import sys

from lsp import Client, codes, eventually, expect

server, tool, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
client = Client(server, folder)
FORWARD = ("cancel-forward-token", 4)


def write(name, text):
    (folder / name).write_text(text)


def edited(name):
    """The diagnostics after one more edit, which changes nothing."""
    return client.change(name, (folder / name).read_text() + f"// {client.versions[name]}\n")


def wrong():
    return [(d["severity"], d["range"]["start"]["line"], d["message"]) for d in edited("call.cpp")
            if d.get("code") == "clang-tidy-config"]


expect("no configuration", codes(client.open("call.cpp")), [FORWARD])

# .cancel-tidy: from the next edit on.
place = f"{folder.resolve()}/.cancel-tidy"
write(".cancel-tidy", "Preset: strict\n")
expect("a preset counts", codes(edited("call.cpp")), [FORWARD, ("cancel-missing-parameter", 7)])
write(".cancel-tidy", "Preset: strickt\n")
expect("an unknown preset is an error on the first line", wrong(), [
    (1, 0, f"{place}:1:9: Preset: unknown preset 'strickt'; there are gentle, library, strict")])
write(".cancel-tidy", "Modells: []\n")
expect("a broken file is one, too", wrong(), [
    (1, 0, f"{place}:1:1: unknown key 'Modells'; did you mean 'Models'?")])
write(".cancel-tidy", "Facts: [none.facts]\n")
expect("missing facts are a warning", wrong(), [
    (2, 0, f"{folder.resolve()}/none.facts: cannot be read: No such file or directory")])
(folder / ".cancel-tidy").unlink()
expect("a file that went is forgotten", codes(edited("call.cpp")), [FORWARD])
expect("and so is what was wrong with it", wrong(), [])


# Linked facts: the same.
def link(definitions):
    subprocess.run([tool, "--emit-facts=tus.facts", "--quiet", "loop.cpp", definitions, "--",
                    "-std=c++20"], cwd=folder, check=True)
    subprocess.run([tool, "link", "--quiet", "--emit-facts=all.facts", "tus.facts"], cwd=folder,
                   check=True)


expect("without facts nothing is guessed", codes(client.open("loop.cpp")), [])
write(".cancel-tidy", "Facts: [all.facts]\n")
link("slow.cpp")
expect("facts are read", codes(edited("loop.cpp")), [("cancel-check-in-loop", 5)])
link("quick.cpp")
expect("facts that were linked again are read again", codes(edited("loop.cpp")), [])
(folder / ".cancel-tidy").unlink()

# .clang-tidy and .clangd: clangd looks at them again after some seconds.
write(".clang-tidy", "Checks: 'cancel-*,-cancel-forward-token,-cancel-missing-parameter'\n")
eventually("a check is turned off", lambda: codes(edited("call.cpp")), [])
write(".clang-tidy", "Checks: '-*,bugprone-sizeof-expression'\n")
eventually("globs about others turn none of ours off", lambda: codes(edited("call.cpp")), [FORWARD])
expect("clangd's own checks run as they are told", any(
    d.get("code") == "bugprone-sizeof-expression" for d in edited("call.cpp")), True)
write(".clang-tidy", "WarningsAsErrors: 'cancel-*'\n")
eventually("a check can be an error", lambda: [
    d["severity"] for d in edited("call.cpp") if d.get("code") == FORWARD[0]], [1])
write(".clang-tidy", "Checks: ''\n")
write(".clangd", "Diagnostics: {ClangTidy: {Remove: cancel-forward-token}}\n")
eventually(".clangd can turn a check off", lambda: codes(edited("call.cpp")), [])
write(".clangd", "Diagnostics: {ClangTidy: {Add: cancel-missing-parameter}}\n")
eventually("or on", lambda: codes(edited("call.cpp")), [FORWARD, ("cancel-missing-parameter", 7)])
(folder / ".clangd").unlink()
eventually("and need not be there", lambda: codes(edited("call.cpp")), [FORWARD])
expect("the exit is clean", client.stop(), 0)

# --clang-tidy=0 turns clang-tidy's checks off, and leaves ours.
write(".clang-tidy", "Checks: 'bugprone-sizeof-expression'\n")
for flag, theirs in (("--clang-tidy", True), ("--clang-tidy=0", False)):
    other = Client(server, folder, flag)
    found = other.open("call.cpp")
    expect(f"our findings with {flag}", codes(found), [FORWARD])
    expect(f"clang-tidy's with {flag}", any(
        d.get("code") == "bugprone-sizeof-expression" for d in found), theirs)
    expect("the exit is clean", other.stop(), 0)
