# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A client of a language server, as far as tests and the latency benchmark need it."""
import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

TIMEOUT = 120  # seconds; a loaded machine is slow


class Client:
    def __init__(self, program, folder, *arguments):
        self.folder = pathlib.Path(folder).resolve()
        self.process = subprocess.Popen(
            [program, "--background-index=0", "--log=error", "-j=1", *arguments],
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.answers, self.diagnostics = {}, queue.Queue()
        self.arrived = threading.Condition()
        self.next_id, self.versions = 0, {}
        threading.Thread(target=self._read, daemon=True).start()
        self.capabilities = self.request("initialize", {
            "processId": os.getpid(),
            "rootUri": self.folder.as_uri(),
            "capabilities": {"textDocument": {
                "publishDiagnostics": {"relatedInformation": True, "codeActionsInline": True},
                "codeAction": {"codeActionLiteralSupport": {
                    "codeActionKind": {"valueSet": ["quickfix"]}}},
            }},
        })["capabilities"]
        self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while True:
                line = stream.readline()
                if not line:
                    return
                if line == b"\r\n":
                    break
                name, value = line.split(b":", 1)
                if name.lower() == b"content-length":
                    length = int(value)
            message = json.loads(stream.read(length))
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics.put(message["params"])
            elif "id" in message and "method" not in message:
                with self.arrived:
                    self.answers[message["id"]] = message
                    self.arrived.notify_all()
            elif "id" in message:  # a request of the server
                self._send({"id": message["id"], "result": None})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params):
        self.next_id += 1
        number = self.next_id
        self._send({"id": number, "method": method, "params": params})
        with self.arrived:
            if not self.arrived.wait_for(lambda: number in self.answers, TIMEOUT):
                raise TimeoutError(method)
            answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, name, text=None):
        """Opens a file and gives its diagnostics."""
        text = (self.folder / name).read_text() if text is None else text
        self.versions[name] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": self.uri(name), "languageId": "cpp", "version": 1, "text": text}})
        return self.wait(name)

    def change(self, name, text):
        self.versions[name] += 1
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": self.uri(name), "version": self.versions[name]},
            "contentChanges": [{"text": text}], "wantDiagnostics": True})
        return self.wait(name)

    def close(self, name):
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})

    def wait(self, name):
        """The diagnostics of the version that was sent last."""
        while True:
            params = self.diagnostics.get(timeout=TIMEOUT)
            if params["uri"] == self.uri(name) and params.get("version") == self.versions[name]:
                return params["diagnostics"]

    def actions(self, name, diagnostic):
        return self.request("textDocument/codeAction", {
            "textDocument": {"uri": self.uri(name)}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic]}})

    def settle(self, name):
        """Waits for what the server still does about the file."""
        self.request("textDocument/documentSymbol", {"textDocument": {"uri": self.uri(name)}})

    def stop(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(TIMEOUT)


def codes(diagnostics):
    """("cancel-x", line from 1) of ours, in order."""
    return sorted((d["code"], d["range"]["start"]["line"] + 1) for d in diagnostics
                  if str(d.get("code", "")).startswith("cancel-"))


def applied(text, edits):
    lines = text.splitlines(keepends=True)

    def offset(position):
        line = position["line"]
        if line >= len(lines):
            return len(text)
        units = lines[line].encode("utf-16-le")[: 2 * position["character"]]
        return sum(map(len, lines[:line])) + len(units.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda e: offset(e["range"]["start"]), reverse=True):
        begin, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:begin] + edit["newText"] + text[end:]
    return text


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}:\n  got    {got}\n  wanted {wanted}")
    print("ok", what)


def eventually(what, get, wanted):
    """For what clangd looks at again after a few seconds."""
    end = time.monotonic() + TIMEOUT
    while (got := get()) != wanted and time.monotonic() < end:
        time.sleep(0.2)
    expect(what, got, wanted)
