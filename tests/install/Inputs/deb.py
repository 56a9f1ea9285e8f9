# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""deb.py ROOT install|remove PACKAGE...
installs .deb files with dpkg below ROOT, or removes packages there. dpkg knows what
this machine has installed, so that dependencies must hold, and changes nothing
outside of ROOT."""
import os
import shutil
import subprocess
import sys

root, action, *packages = sys.argv[1:]
database = os.path.join(root, "var/lib/dpkg")
if action == "install":
    for name in ("info", "updates", "triggers"):
        os.makedirs(os.path.join(database, name))
    shutil.copy("/var/lib/dpkg/status", database)
command = ["dpkg", f"--root={os.path.abspath(root)}", "--force-not-root",
           f"--log={os.path.abspath(root)}.log", "--install" if action == "install" else "--purge"]
if os.geteuid() != 0:
    command = ["fakeroot", *command]
env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LC_ALL": "C"}
done = subprocess.run(command + packages, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if done.returncode:
    sys.exit(done.stdout)
for folder, _, files in os.walk(root):
    for name in files:
        path = os.path.relpath(os.path.join(folder, name), root)
        if not path.startswith("var/lib/dpkg/"):
            print(path)
print("done")
