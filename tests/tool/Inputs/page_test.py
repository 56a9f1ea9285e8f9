# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""page_test.py CHROMIUM REPORT.html [--axe axe.min.js] [--limit 200]
opens an HTML report in a browser and prints what page_test.js saw there; fails if
something is not as it should be, or a filter took longer than the limit.
    --phone [--axe axe.min.js]
does so at the size of a phone, by touch; what it prints is of phone_test.js.
    [--size 1280x900 | --phone] [--dark] [--run SCRIPT] --shot FILE.png
takes a picture instead, after the script ran in the page."""
import argparse
import os
import sys

from browser import Browser

parser = argparse.ArgumentParser()
parser.add_argument("chromium")
parser.add_argument("report")
parser.add_argument("--axe")
parser.add_argument("--limit", type=float, help="milliseconds from an input to the frame that answers it")
parser.add_argument("--size", default="1280x900")
parser.add_argument("--phone", action="store_true", help="390x844, three pixels each, touch")
parser.add_argument("--dark", action="store_true")
parser.add_argument("--run", default="")
parser.add_argument("--shot")
args = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))


def text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


width, height = (390, 844) if args.phone else map(int, args.size.split("x"))
browser = Browser(args.chromium, width, height, args.dark, args.phone)
try:
    browser.open("file://" + os.path.abspath(args.report))
    if args.shot:
        browser.run(args.run + "\n;new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        browser.picture(args.shot)
        sys.exit()
    if args.axe:
        browser.run(text(args.axe) + "\n;0")
    seen, slowest = browser.run(text(os.path.join(here, "page_test.js")))
finally:
    browser.close()
print(seen)
if args.limit and slowest > args.limit:
    sys.exit(f"FAIL the slowest took {slowest:.0f} ms, more than {args.limit:.0f}")
sys.exit("FAIL" in seen or "done" not in seen)
