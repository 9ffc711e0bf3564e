"""`python -m local evidence verify file=…`: check an evidence capsule, offline, with nothing else.

It says what is not as it was made. That the capsule is the customer's, and none made up, takes the
`evidence_hash` of the customer's record: give it as `hash=…`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from local.options import Misused, options

_USAGE = "usage: python -m local evidence verify file=<capsule.json> [hash=<evidence_hash>]"


class NotJson(ValueError):
    """The file is not JSON that means one thing."""


def main(arguments: list[str]) -> int:
    """0 when the capsule is whole, 1 when it is not, each trouble on a line of its own."""
    if not arguments or arguments[0] != "verify":
        raise Misused(_USAGE)
    given = options(arguments[1:], "file", "hash")
    if "file" not in given:
        raise Misused(_USAGE)
    try:
        found = troubles(Path(given["file"]).read_bytes(), given.get("hash"))
    except OSError as error:
        print(f"{given['file']}: {error.strerror}", file=sys.stderr)
        return 2
    for one in found:
        print(one)
    against = "" if "hash" in given else " (not compared with the customer's record: give hash=)"
    print(f"{len(found)} wrong" if found else f"the evidence is whole{against}")
    return 1 if found else 0


def troubles(content: bytes, evidence_hash: str | None = None) -> list[str]:
    """What is wrong with the capsule in a file's bytes."""
    from remit.customers.capsule import broken

    try:
        document = json.loads(content, object_pairs_hook=_once, parse_constant=_unknown)
    except (ValueError, RecursionError) as error:
        return [f"it cannot be read: {error}"]
    return list(broken(document, evidence_hash=evidence_hash))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What stands twice is read in two ways: whoever looks at it may see what was not checked.
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("a name is there twice")
    return found


def _unknown(name: str) -> Any:
    raise NotJson(f"{name} is no JSON")
