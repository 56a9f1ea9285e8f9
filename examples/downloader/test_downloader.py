#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the downloader against a server on an ephemeral loopback port.

    test_downloader.py PROGRAM [TEST_CLASS...]

The server holds a request for /hang... until the test ends and says which
requests have arrived, so no test guesses how long something takes: each would
hang, and be killed by its timeout, if cancellation did not get through.
"""

import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

PROGRAM = None
PATIENCE = 30  # seconds until a run counts as hanging


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.closing = threading.Event()
        self.hanging = threading.Event()  # a request for /hang... is held
        self.failures = 0  # how often /flaky has failed

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/hang-body":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x")
            self.wfile.flush()
        if self.path.startswith("/hang"):
            self.server.hanging.set()
            self.server.closing.wait()
            return
        if self.path == "/flaky" and self.server.failures < 2:
            self.server.failures += 1
            self.send_error(503)
            return
        if self.path == "/busy":
            self.server.hanging.set()
            self.send_error(503)
            return
        if self.path == "/missing":
            self.send_error(404)
            return
        body = content(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def content(path):
    return (path * 20000).encode()


class Case(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.closing.set)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *arguments):
        process = subprocess.Popen(
            [PROGRAM, "--into", self.folder,
             *(self.server.url(a) if a.startswith("/") else a
               for a in arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        return process

    def finish(self, process):
        """Returns (exit code, output)."""
        output, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, output


class Downloads(Case):
    def test_all_files_arrive(self):
        paths = [f"/file{i}" for i in range(20)]
        code, output = self.finish(self.start(*paths))
        self.assertEqual(code, 0, output)
        self.assertEqual(output.count("done "), 20, output)
        for path in paths:
            with open(self.folder + path, "rb") as file:
                self.assertEqual(file.read(), content(path))
        self.assertEqual(len(os.listdir(self.folder)), 20)

    def test_a_busy_server_is_asked_again(self):
        code, output = self.finish(self.start("/flaky"))
        self.assertEqual(code, 0, output)
        self.assertEqual(self.server.failures, 2)

    def test_a_missing_file_fails_and_the_others_arrive(self):
        code, output = self.finish(self.start("/a", "/missing", "/b"))
        self.assertEqual(code, 1, output)
        self.assertIn("status 404", output)
        self.assertEqual(sorted(os.listdir(self.folder)), ["a", "b"])

    def test_wrong_usage_is_said(self):
        for arguments in ([], ["ftp://127.0.0.1/"], ["--timeout"]):
            code, output = self.finish(self.start(*arguments))
            self.assertEqual(code, 2, output)


class Stops(Case):
    def test_timeout_ends_a_server_that_does_not_answer(self):
        code, output = self.finish(
            self.start("--timeout", "0.5", "/done", "/hang"))
        self.assertEqual(code, 3, output)
        self.assertIn("canceled " + self.server.url("/hang"), output)
        self.assertIn("done     " + self.server.url("/done"), output)
        self.assertEqual(os.listdir(self.folder), ["done"])

    def interrupt(self, path):
        process = self.start(path, "--workers", "2")
        self.assertTrue(self.server.hanging.wait(PATIENCE))
        process.send_signal(signal.SIGINT)
        code, output = self.finish(process)
        self.assertEqual(code, 130, output)
        self.assertIn("canceled", output)
        self.assertEqual(os.listdir(self.folder), [])

    def test_interrupt_while_waiting_for_the_head(self):
        self.interrupt("/hang-head")

    def test_interrupt_in_the_middle_of_the_body(self):
        self.interrupt("/hang-body")

    def test_interrupt_between_two_attempts(self):
        self.interrupt("/busy")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
