# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""page_findings.py N FOLDER: sources with about N findings of several checks in several
folders, for the HTML page. Needs demo.h in the folder above, or -I."""
import os
import sys

count, root = int(sys.argv[1]) // 2, sys.argv[2]  # two findings a function
KINDS = (  # a loop, a chain of calls, a call without the token, and the same, suppressed
    """void sync_{n}(demo::token stop) {{
  while (more({n})) {{
    if (more({n} + 1))
      continue;
    wait_for_it();
  }}
}}
""",
    """inline void retry_{n}() {{ wait_for_it(); }}
inline void upload_{n}() {{ retry_{n}(); }}
void store_{n}(demo::token stop) {{
  if (stop.stopped())
    return;
  upload_{n}();
}}
""",
    """void load_{n}(demo::token stop) {{
  fetch({n});
}}
""",
    """void skip_{n}(demo::token stop) {{
  fetch({n}); // NOLINT
}}
""",
)
FOLDERS = ("net/http", "net/ftp", "core", "core/io", "ui/widgets", "ui/dialogs", "db", "tools/import")
parts = 16
includes = []
for part in range(parts):
    folder = f"src/{FOLDERS[part % len(FOLDERS)]}"
    os.makedirs(os.path.join(root, folder), exist_ok=True)
    name = f"{folder}/part_{part}.h"
    includes.append(name)
    with open(os.path.join(root, name), "w", encoding="utf-8") as f:
        f.write("#pragma once\n")
        for n in range(part, count, parts):
            f.write(KINDS[n // parts % len(KINDS)].format(n=n))
with open(os.path.join(root, "main.cpp"), "w", encoding="utf-8") as f:
    f.write('#include "demo.h"\nbool more(int);\nvoid wait_for_it();\n')
    f.writelines(f'#include "{name}"\n' for name in includes)
with open(os.path.join(root, ".cancel-tidy"), "w", encoding="utf-8") as f:
    f.write("Models:\n  - Family: demo\n    Tokens:\n      - Type: demo::token\n        Poll: [stopped]\n"
            "Costs:\n  Blocking: [wait_for_it]\n")
