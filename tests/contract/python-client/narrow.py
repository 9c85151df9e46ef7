"""A copy of a document whose operations take JSON alone: narrow.py SERVED COPY.

openapi-python-client 0.29.1 makes code that cannot be imported of a required body in several media
types (its issue 1451), and where their schema is one, sends the last of them whatever was meant
(its issue 1276). A client of ours sends JSON.
"""

import json
import sys

served, copy = sys.argv[1:]
with open(served, encoding="utf-8") as file:
    document = json.load(file)
for path in document["paths"].values():
    for operation in path.values():
        if isinstance(operation, dict) and "requestBody" in operation:
            body = operation["requestBody"]
            body["content"] = {"application/json": body["content"]["application/json"]}
with open(copy, "w", encoding="utf-8") as file:
    json.dump(document, file)
