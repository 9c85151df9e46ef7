"""Compares what TraceCov and the sandbox's own report say was covered by the same calls.

    compare.py THREDFI_OURS THREDFI_THEIRS DAYZERO_OURS DAYZERO_THEIRS

Both count operations, documented statuses, query parameters and headers, each with its calls. Every
count that differs needs a line in EXPLAINED; what none explains fails, and so does, over many examples, a
line that explains nothing any more. Of each document three operations of four must have answered 2xx:
a server that finds nothing refuses nothing wrongly.
"""

import collections
import json
import os
import sys

# With fewer examples for each operation a difference may not come up.
ENOUGH = 50

PLACES = {"query_parameter": "query", "header": "header"}

Item = collections.namedtuple("Item", "method path kind name")


def ours(report, provider):
    """Item -> calls, of everything that our report lists for a provider."""
    calls = {}
    for operation in report["operations"]:
        if operation["provider"] == provider:
            key = operation["method"], operation["path"]
            calls[Item(*key, "operation", "")] = operation["calls"]
            for item in operation["covered"] + operation["never"]:
                kind = PLACES.get(item["kind"], item["kind"])
                if kind in ("status", "query", "header"):
                    calls[Item(*key, kind, item["name"].lower())] = item.get("calls", 0)
    return calls


def theirs(report):
    """The same of TraceCov's."""
    calls = {}
    for operation in report["operations"]:
        key = operation["method"].upper(), operation["path"]
        calls[Item(*key, "operation", "")] = operation["hits"]
        for reply in operation.get("responses", []) + operation.get("unexpected_responses", []):
            calls[Item(*key, "status", reply["status"])] = reply["hits"]
        for parameter in operation.get("parameters", []):
            if parameter["location"] in PLACES.values():
                name = parameter["name"].lower()
                calls[Item(*key, parameter["location"], name)] = parameter["hits"]
    return calls


def is_token(item):
    return item.path.endswith("/oauth2/token/")


def answered(calls, item, statuses):
    """How many calls of an item's operation were answered with statuses that begin so."""
    return sum(
        count
        for other, count in calls.items()
        if other[:2] == item[:2] and other.kind == "status" and other.name.startswith(statuses)
    )


def unread(calls, item, they):
    """How many calls may have brought a parameter that was not read: of who is not let in, or sends
    another media type, nothing is, and of filters about one in ten comes empty."""
    empty = they // 10 + 1 if item.kind == "query" else 0
    return answered(calls, item, ("401", "403", "404", "415")) + empty


EXPLAINED = {
    "The hooks fetch tokens themselves, and TraceCov sees the cases alone.": (
        lambda item, we, they, calls: is_token(item)
        and item.kind in ("operation", "status")
        and we > they
    ),
    "What a call without credentials brings along is not read, nor is a filter left empty.": (
        lambda item, we, they, calls: item.kind in ("query", "header")
        and 0 < we < they <= we + unread(calls, item, they)
    ),
}


def main(paths):
    used, unexplained, total, same = collections.Counter(), [], 0, 0
    for provider, our_path, their_path in zip(("thredfi", "dayzero"), paths[::2], paths[1::2]):
        with open(our_path, encoding="utf-8") as our_file, open(their_path, encoding="utf-8") as file:
            we, they = ours(json.load(our_file), provider), theirs(json.load(file))
        total += len(we)
        operations = [item for item in we if item.kind == "operation"]
        idle = [item for item in operations if not answered(we, item, "2")]
        if len(idle) * 4 > len(operations):
            names = ", ".join(f"{item.method} {item.path}" for item in idle)
            unexplained.append(f"{provider}: too many operations never answered 2xx: {names}")
        for item in sorted(we.keys() | they.keys()):
            pair = we.get(item, -1), they.get(item, -1)
            if pair[0] == pair[1]:
                same += 1
                continue
            listed = -1 not in pair
            reasons = [why for why, fits in EXPLAINED.items() if listed and fits(item, *pair, we)]
            used.update(reasons[:1])
            if not reasons:
                unexplained.append(f"{' '.join(item)}: we count {pair[0]}, TraceCov {pair[1]}")
    if total == 0:
        unexplained.append("our report has no operation of either provider")
    if int(os.environ.get("EXAMPLES", "10")) >= ENOUGH:
        unexplained += [f"explains nothing any more: {why}" for why in EXPLAINED if not used[why]]
    print(f"{total} items, {same} with the same count")
    for why, times in used.items():
        print(f"  {times:4} differ: {why}")
    for line in unexplained:
        print(f"tracecov (-1 is not listed): {line}", file=sys.stderr)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
