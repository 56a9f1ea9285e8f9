# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""site_links.py FOLDER: whether what the pages of a site name is there.

Every link to a page, a place in a page or a file must lead to something in the
folder, and no page loads anything from elsewhere.
"""

import os
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        with open(path, encoding="utf-8") as f:
            self.feed(f.read())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        for name in ("id", "name"):
            if attrs.get(name):
                self.ids.add(attrs[name])
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        elif tag == "link" and attrs.get("rel") != "canonical" and attrs.get("href"):
            self.loads.append(attrs["href"])
        elif attrs.get("src"):
            self.loads.append(attrs["src"])


def main():
    root = os.path.realpath(sys.argv[1])
    pages = {
        os.path.join(folder, name): Page(os.path.join(folder, name))
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(".html")
    }
    wrong, count = [], 0
    for path, page in sorted(pages.items()):
        short = os.path.relpath(path, root)
        for target in page.links + page.loads:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.loads and parts.scheme != "data":
                    wrong.append(f"{short}: loads {target}")
                continue
            count += 1
            base = root if parts.path.startswith("/") else os.path.dirname(path)
            to = os.path.join(base, unquote(parts.path).lstrip("/")) if parts.path else path
            to = os.path.normpath(to)
            if os.path.isdir(to):
                to = os.path.join(to, "index.html")
            if not os.path.isfile(to):
                wrong.append(f"{short}: leads nowhere: {target}")
            elif parts.fragment and to in pages and unquote(parts.fragment) not in pages[to].ids:
                wrong.append(f"{short}: no such place: {target}")
    print("\n".join(wrong))
    print(f"{len(pages)} pages, {count} links, {len(wrong)} wrong")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
