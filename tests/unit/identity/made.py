"""Made things that identity tests share: applicants, checks, header fields, signed callbacks."""

import json
from collections.abc import Sequence
from typing import Any

from remit.identity.model import Applicant, Check, check_id
from remit.kernel.signature import sign

NOW = 1_795_512_600_000  # 2026-11-24T09:30:00Z
KEY = bytes(range(32))
OLD_KEY = bytes(range(32, 64))
CHECK_ID = check_id("acme", "cus_1", 1)


def applicant(number: str = "L01X00T47", **more: str) -> Applicant:
    given = {
        "name": "Ada Example",
        "birth_date": "1985-12-10",
        "nationality": "GB",
        "document_type": "passport",
        "document_number": number,
        "document_country": "GB",
        "document_expires_on": "2031-01-31",
    }
    return Applicant(**(given | more))


def check(**more: Any) -> Check:
    given = {
        "id": CHECK_ID,
        "tenant": "acme",
        "subject": "cus_1",
        "provider": "simulator",
        "status": "started",
        "at": NOW,
        "deadline": NOW + 86_400_000,
        "look_at": NOW + 60_000,
        "token_hash": "h",
    }
    return Check(**(given | more))


class Fields:
    """Header fields, each with one value or several."""

    def __init__(self, fields: dict[str, str | list[str]]) -> None:
        self.fields = {
            name.lower(): [content] if isinstance(content, str) else content
            for name, content in fields.items()
        }

    def all(self, name: str) -> Sequence[str]:
        return self.fields.get(name.lower(), [])


def answer(check: str = CHECK_ID, outcome: str = "clear", **more: Any) -> bytes:
    """A callback's body."""
    data = {
        "check": check,
        "reference": "ver_1",
        "outcome": outcome,
        "reasons": [],
        "completed_at": "2026-11-24T09:30:00.000Z",
    }
    return json.dumps({"type": "check.completed", "data": data | more}).encode()


def signed(body: bytes, *keys: bytes, at: int = NOW, identifier: str = "msg_1") -> Fields:
    """The header fields that sign `body` with each of `keys`."""
    made = [sign(key, identifier=identifier, timestamp=at // 1000, body=body) for key in keys]
    return Fields(
        {
            "Webhook-Id": identifier,
            "Webhook-Timestamp": str(at // 1000),
            "Webhook-Signature": " ".join(made),
        }
    )
