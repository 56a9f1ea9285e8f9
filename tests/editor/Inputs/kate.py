# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""kate.py FOLDER: opens FOLDER/call.cpp in Kate at the finding, presses the keys of "Quick
Fix" and "Save" until the file holds the fix. Kate's home is FOLDER/home."""
import os
import pathlib
import signal
import subprocess
import sys
import time

folder = pathlib.Path(sys.argv[1])
file = folder / "call.cpp"
before = file.read_text()
environment = dict(os.environ, HOME=str(folder / "home"), XDG_RUNTIME_DIR=str(folder / "home"),
                   QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8")
for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "WAYLAND_DISPLAY"):
    environment.pop(name, None)
(folder / "home").chmod(0o700)

number, display = os.pipe()
screen = subprocess.Popen(["Xvfb", "-displayfd", str(display), "-screen", "0", "1200x800x24"],
                          pass_fds=[display], stderr=subprocess.DEVNULL)
editor = None
try:
    os.close(display)
    environment["DISPLAY"] = ":" + os.fdopen(number).readline().strip()
    # Both end with their group.
    editor = subprocess.Popen(
        ["dbus-run-session", "kate", "-n", "-l", "4", "-c", "3", str(file)], cwd=folder,
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def xdotool(*arguments):
        return subprocess.run(["xdotool", *arguments], env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=60, check=False).returncode == 0

    def press(key):
        # No window manager gives the window the keys. One call for both would send
        # keys that Qt takes without Ctrl.
        if xdotool("search", "--onlyvisible", "--class", "kate", "windowfocus", "--sync"):
            xdotool("key", "--clearmodifiers", key)

    end = time.time() + 120
    while file.read_text() == before:
        if time.time() > end or editor.poll() is not None:
            sys.exit("FAILED no fix came")
        press("ctrl+period")
        time.sleep(0.5)
        press("ctrl+s")
        time.sleep(0.5)
finally:
    if editor:
        os.killpg(editor.pid, signal.SIGTERM)
        editor.wait(timeout=30)
    screen.terminate()
    screen.wait(timeout=30)
