"""doc_block.py PAGE LANGUAGE: prints the page's first block in that language."""
import re
import sys

page, language = sys.argv[1:]
with open(page, encoding="utf-8") as f:
    found = re.search(rf"^```{re.escape(language)}\n(.*?)^```", f.read(), re.M | re.S)
if not found:
    sys.exit(f"{page}: no block in {language}")
print(found[1], end="")
