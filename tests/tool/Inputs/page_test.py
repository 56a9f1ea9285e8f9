# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""page_test.py CHROMIUM REPORT.html [--axe axe.min.js] [--size 1280x900] [--shot FILE.png]
opens an HTML report in a browser and prints what page_test.js saw there; fails if
something is not as it should be. --shot takes a picture only."""
import argparse
import html
import os
import re
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("chromium")
parser.add_argument("report")
parser.add_argument("--axe")
parser.add_argument("--size", default="1280x900")
parser.add_argument("--shot")
parser.add_argument("--dark", action="store_true")
args = parser.parse_args()

with open(args.report, encoding="utf-8") as f:
    page = f.read()
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "page_test.js"), encoding="utf-8") as f:
    script = f.read()
if args.axe:
    with open(args.axe, encoding="utf-8") as f:
        script = f.read() + "\n" + script
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "page.html")
    if not args.shot:
        page = page.replace("</body>", f"<script>{script}</script></body>")
    with open(path, "w", encoding="utf-8") as f:
        f.write(page)
    command = [
        args.chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-dev-shm-usage", f"--user-data-dir={folder}/profile", "--hide-scrollbars",
        f"--window-size={args.size.replace('x', ',')}", "--virtual-time-budget=60000",
        *(["--blink-settings=preferredColorScheme=0"] if args.dark else []),
        f"--screenshot={os.path.abspath(args.shot)}" if args.shot else "--dump-dom",
        "file://" + path,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
if args.shot:
    sys.exit(0 if os.path.exists(args.shot) else "no picture was made")
dom = done.stdout.decode(errors="replace")
result = re.search(r'<pre id="result">(.*?)</pre>', dom, re.S)
if not result:
    sys.exit("the page did not come to its end:\n" + done.stderr.decode(errors="replace")[-2000:])
text = html.unescape(result[1])
print(text)
sys.exit("FAIL" in text or "done" not in text)
