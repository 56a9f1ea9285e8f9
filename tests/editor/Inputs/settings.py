# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""settings.py PAGE HEADING: prints the first fenced block below a heading of the
page, so that the tests run what the page tells."""
import re
import sys

page, heading = sys.argv[1:]
with open(page, encoding="utf-8") as f:
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", f.read(), re.M | re.S)
block = section and re.search(r"^```\w+\n(.*?)^```$", section[1], re.M | re.S)
if not block:
    sys.exit(f"{page}: no block of code below '{heading}'")
print(block[1], end="")
