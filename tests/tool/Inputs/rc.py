"""rc.py CODE COMMAND...: runs COMMAND, fails unless it exits with CODE."""
import subprocess
import sys

want, *command = sys.argv[1:]
got = subprocess.run(command).returncode
if got != int(want):
    sys.exit(f"exit code {got}, not {want}: {' '.join(command)}")
