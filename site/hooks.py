# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What mkdocs does not do by itself for these pages."""

import os
import re

from mkdocs.structure.files import File

OUTSIDE = re.compile(r"\]\(\.\./((?!\.\.)[^)#]+)")


# Pages that do not say how to use the program; what is new is taken to do so.
BEHIND = ["accuracy.md", "speed.md", "scale.md", "design.md"]


def on_config(config):
    """One menu for use, one for checks, one for what is behind."""
    docs = config["docs_dir"]
    pages = sorted(n for n in os.listdir(docs) if n.endswith(".md"))
    checks = sorted(n for n in os.listdir(os.path.join(docs, "checks")) if n.startswith("cancel-"))
    first = ["usage.md", "models.md", "reports.md"]
    use = [n for n in pages if n not in [*first, *BEHIND, "index.md", "checks.md", "token.md"]]
    config["nav"] = [
        {"Start": "index.md"},
        {"Use": first + use},
        {"Checks": ["checks/list.md", "checks.md", *(f"checks/{n}" for n in checks)]},
        {"Token library": "token.md"},
        {"Figures and design": BEHIND},
    ]
    return config


def on_files(files, config):
    """Files of the source tree that pages point at come with the site."""
    root = os.path.dirname(config["docs_dir"])
    for page in list(files.documentation_pages()):
        if "/" in page.src_uri:
            continue  # what is .. there are other pages
        with open(page.abs_src_path, encoding="utf-8") as f:
            for name in OUTSIDE.findall(f.read()):
                if os.path.isfile(os.path.join(root, name)) and not files.get_file_from_path(name):
                    files.append(File(name, root, config["site_dir"], config["use_directory_urls"]))
    return files


def on_page_markdown(markdown, page, config, files):
    if "/" in page.file.src_uri:
        return markdown
    return OUTSIDE.sub(r"](\1", markdown)
