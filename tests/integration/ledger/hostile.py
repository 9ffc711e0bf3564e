"""Ids and cursors as nobody honest would send them."""

import base64
import json

IDS = [
    "accounts",
    "x#y",
    "..",
    "%2e%2e",
    "a" * 1_000,
    "ключ",
    "acc_" + "0" * 25,
    "acc_" + "0" * 27,
    "acc_" + "8" * 26,
    "acc_" + "0" * 26,
    "acc_0000000000000000000000000\n",
    "pay_" + "0" * 26,
    "case_" + "0" * 26,
    "file_" + "0" * 26,
    "tr_" + "0" * 26,
    "house.external.EUR.99",
    "house.external.EUR.01",
    "house.external.ABC.1",
    "house.nowhere.EUR.1",
    "house.external.EUR.1#",
    " ",
    "\x00",
    "💶",
]


def cursor(content: object) -> str:
    """A cursor that says `content`, made as ours are."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def cursors(scope: str) -> list[str]:
    """Cursors that none of our answers gave; some of them name the right list."""
    positions: list[object] = [
        None,
        [],
        "0",
        {},
        {"after": None},
        {"after": -1},
        {"after": True},
        {"after": 1.5},
        {"after": "zero"},
        {"after": {"S": "x"}},
        {"created": 5},
        {"created": "yesterday"},
        {"created": "0000000000000#pay_" + "0" * 25},
        {"before": 3},
    ]
    return [
        "",
        "!",
        "e30=",
        "x" * 513,
        "юникод",
        "Ww==",
        cursor(5),
        cursor(["another list", {"after": 3}]),
        cursor([scope]),
        *(cursor([scope, position]) for position in positions),
    ]
