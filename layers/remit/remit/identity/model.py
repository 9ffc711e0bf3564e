"""What a check of somebody's identity is, and what a provider's answer makes of it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from remit.kernel.clock import MINUTE, SECOND
from remit.kernel.errors import NotFound, RemitError
from remit.kernel.ids import derive
from remit.kernel.value import value

Outcome = Literal["clear", "expired", "mismatch", "unreadable", "timed_out", "failed"]
Status = Literal["started", "answered", "abandoned"]
Told = Literal["answered", "repeated", "late", "contradicted"]
"""What an answer of the provider came to: the first one counts, no later one changes it."""

ANSWERS: tuple[Outcome, ...] = ("clear", "expired", "mismatch", "unreadable", "failed")
"""What a provider may answer; that it did not in time is for us to say."""

FIRST_LOOK = MINUTE
"""How long a check is left alone before it is asked about."""

_SHORTEST_LOOK, _LONGEST_LOOK = 30 * SECOND, 10 * MINUTE
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


class CheckNotFound(NotFound):
    """No such check, or it is another's: all look the same."""


class AttestationMissing(NotFound):
    """The check has no attestation: it was not answered, or not by the provider."""

    title = "The check has no attestation"


class AttestationBroken(RemitError):
    """What is stored as the attestation is not what the check's hash stands for."""

    title = "The attestation is not the one that was received"


@value
class Applicant:
    """Whom a provider is asked about. In memory only, or sealed; never in a log or a message."""

    name: str
    birth_date: str
    nationality: str
    document_type: str
    document_number: str
    document_country: str
    document_expires_on: str

    def __repr__(self) -> str:
        return "Applicant(…)"


@value
class Check:
    """One question to a provider, from before it is asked until its machine goes on.

    Times are milliseconds. `look_at` is when the sweep looks at it next; `reference` is the
    provider's name for it once it has said so; `token_hash` stands for the task that waits, and
    `resumed_at` says that this one has been told. `reason` is a code, never a text.
    """

    id: str
    tenant: str
    subject: str
    provider: str
    status: Status
    at: int
    deadline: int
    look_at: int
    looks: int = 0
    token_hash: str = ""
    reference: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    attestation_hash: str | None = None
    answered_at: int | None = None
    resumed_at: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it has its outcome and the machine knows it: nothing is left to do."""
        return self.status != "started" and self.resumed_at is not None


@value
class Result:
    """A provider's answer: to which check, what, and the bytes that say so."""

    check_id: str
    reference: str
    outcome: Outcome
    reason: str | None
    completed_at: int
    body: bytes

    def __repr__(self) -> str:
        return f"Result({self.check_id}, {self.outcome})"


@value
class Attestation:
    """A provider's answer as it was received, opened: `document` is what it sent, to the letter.

    `how` says whether it was sent to us or fetched; `signature` are the headers that signed it.
    """

    check_id: str
    provider: str
    reference: str
    outcome: Outcome
    how: Literal["callback", "poll"]
    received_at: int
    document: str
    signature: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Attestation({self.check_id}, {self.outcome})"


def check_id(tenant: str, subject: str, attempt: int) -> str:
    """The id of a subject's check number `attempt`: the same question is the same check."""
    return derive("chk", tenant, subject, str(attempt))


def code(text: object) -> str | None:
    """`text` if it is a code such as `photo_differs`; else None: it might be about somebody."""
    return text if isinstance(text, str) and _CODE.fullmatch(text) else None


def judged(check: Check, outcome: Outcome) -> Told:
    """What an answer `outcome` comes to, now that the check stands as it does."""
    if check.status == "started":
        return "answered"
    if check.status == "abandoned":
        return "late"
    return "repeated" if check.outcome == outcome else "contradicted"


def answered(check: Check, outcome: Outcome, reason: str | None, *, now: int) -> Check:
    """The check with the provider's answer; its machine is still to be told."""
    return _ended(replace(check, status="answered", outcome=outcome, reason=reason), now)


def abandoned(check: Check, outcome: Outcome, reason: str, *, now: int) -> Check:
    """The check, given up without an answer; its machine is still to be told."""
    return _ended(replace(check, status="abandoned", outcome=outcome, reason=reason), now)


def _ended(check: Check, now: int) -> Check:
    # Whoever ends it tells its machine next; the sweep looks whether that was done.
    return replace(check, answered_at=now, look_at=now + _SHORTEST_LOOK)


def next_look(check: Check, *, now: int) -> int:
    """When to look at a check again: ever less often, spread by its id, at its deadline at last."""
    step = min(_SHORTEST_LOOK << min(check.looks, 16), _LONGEST_LOOK)
    spread = sum(check.id.encode()) * 7919 % (step // 2)
    at = now + step + spread
    return min(at, check.deadline) if now < check.deadline else at
