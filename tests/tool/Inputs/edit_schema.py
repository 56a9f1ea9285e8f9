# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""edit_schema.py FROM LACKS MORE: copies of the schemas, each with a mistake."""

import json
import os
import sys

source, lacks, more = sys.argv[1:]
for name in os.listdir(source):
    with open(os.path.join(source, name), encoding="utf-8") as f:
        schema = json.load(f)
    for folder in (lacks, more):
        edited = json.loads(json.dumps(schema))
        parts = edited.get("definitions", {})
        if parts and folder == lacks:
            del parts["TokenType"]["properties"]["Poll"]
        elif parts:
            del parts["FunctionNames"]["additionalProperties"]
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            json.dump(edited, f)
