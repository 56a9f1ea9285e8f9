# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""Types into an interactive shell and shows what the line became.

    type_keys.py bash|zsh SCRIPT LINE...

In each LINE, \t is the tabulator key. The shell reads SCRIPT first. What a line
is when it was completed is printed, one a line.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios

START = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
FIRST = {
    "bash": "bind 'set completion-query-items 0'; bind 'set bell-style none'; bind 'set page-completions off'",
    "zsh": "unsetopt beep; bindkey -e; autoload -Uz compinit && compinit -D -u",
}
MARK = "ready-for-the-next"


def main():
    shell, script, *lines = sys.argv[1:]
    out = os.path.abspath("typed.txt")
    open(out, "w", encoding="utf-8").close()
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 500, 0, 0))
    process = subprocess.Popen(
        START[shell],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env=dict(os.environ, TERM="dumb" if shell == "bash" else "xterm", HOME=os.getcwd(), LC_ALL="C"),
    )
    os.close(slave)

    def type_line(text):
        """Types the line, and reads until the shell has run it."""
        os.write(master, f"{text}\n".encode())
        os.write(master, f"echo {MARK[:5]}''{MARK[5:]}\n".encode())
        seen = b""
        while MARK.encode() not in seen:
            if not select.select([master], [], [], 60)[0]:
                sys.exit(f"the shell does not answer: {seen!r}")
            try:
                seen += os.read(master, 65536)
            except OSError:
                sys.exit(f"the shell is gone: {seen!r}")

    type_line(FIRST[shell])
    type_line(f"source {os.path.abspath(script)}")
    for line in lines:
        # Home, and the line becomes the argument of what writes it down.
        type_line(line.replace("\\t", "\t") + f"\x05'\x01printf '%s\\n' '\x05 >> {out}")
    os.write(master, b"exit\n")
    os.close(master)
    process.wait()
    with open(out, encoding="utf-8") as f:
        print(f.read(), end="")


if __name__ == "__main__":
    main()
