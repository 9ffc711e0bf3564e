"""How a check gets its outcome, once, and how its machine is told of it, at least once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from remit.identity import model, seals
from remit.identity.desk import Desk
from remit.identity.model import Attestation, Check, Outcome, Result, Told
from remit.identity.ports import Vault
from remit.identity.store import Kept, Proof
from remit.kernel.errors import Contended
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit
from remit.store.write import Write

How = Literal["callback", "poll"]

GONE = "subject_erased"
"""The reason of a check whose subject was erased before anybody answered."""

_SEALED = ("task", "request")


def changed(desk: Desk, check_id: str, decide: Callable[[Kept], list[Write]]) -> Kept:
    """The check after what `decide` wants; decided anew whenever somebody else was first."""
    for attempt in range(unit_of_work.ATTEMPTS):
        kept = desk.checks.get(check_id)
        writes = decide(kept)
        if not writes:
            return kept
        try:
            commit(desk.checks.table.client, writes)
        except Stale:
            desk.pause(attempt)
        else:
            return desk.checks.get(check_id)
    raise Contended


def answer(
    desk: Desk,
    vault: Vault,
    check: Check,
    result: Result,
    *,
    how: How,
    signature: Mapping[str, str],
    now: int,
) -> Told:
    """Give the check the provider's answer, or keep the answer beside it: the first one counts.

    Outcome, sealed attestation and its hash are one commit. Raises `Erased`.
    """
    attestation = Attestation(
        check_id=check.id,
        provider=check.provider,
        reference=result.reference,
        outcome=result.outcome,
        how=how,
        received_at=now,
        document=result.body.decode(),
        signature=signature,
    )
    told: Told = "answered"

    def decide(kept: Kept) -> list[Write]:
        nonlocal told
        told = model.judged(kept.check, result.outcome)
        if told == "answered":
            return _answered(desk, vault, kept, attestation, result.reason)
        if told == "repeated" or desk.checks.has_evidence(check.id, _name(attestation)):
            told = "repeated"
            return []
        return [_beside(desk, vault, kept, attestation, told)]

    changed(desk, check.id, decide)
    return told


def _answered(
    desk: Desk, vault: Vault, kept: Kept, attestation: Attestation, reason: str | None
) -> list[Write]:
    now = attestation.received_at
    proof = _proof(vault, kept.check, attestation, part="attestation")
    new = replace(
        model.answered(kept.check, attestation.outcome, reason, now=now),
        reference=kept.check.reference or attestation.reference,
        attestation_hash=proof.sha256,
    )
    return [
        *desk.checks.change(kept, new, forget=("request",)),
        desk.checks.attest(kept.check.id, proof),
    ]


def _beside(desk: Desk, vault: Vault, kept: Kept, attestation: Attestation, why: Told) -> Write:
    proof = _proof(vault, kept.check, attestation, part="evidence")
    return desk.checks.keep(kept.check.id, _name(attestation), proof, why=why)


def _name(attestation: Attestation) -> str:
    """What tells one answer from another, however often it is sent."""
    return hashlib.sha256(attestation.document.encode()).hexdigest()


def _proof(vault: Vault, check: Check, attestation: Attestation, *, part: str) -> Proof:
    subject = seals.keys(vault, check, kept=True)
    return Proof(
        sealed=seals.seal_attestation(subject, attestation, part=part),
        sha256=seals.sha256(attestation),
        at=attestation.received_at,
    )


def refuse(desk: Desk, check_id: str, reason: str, *, now: int) -> Kept:
    """The provider will not do the check: `failed`, with its reason."""
    return _without_answer(
        desk, check_id, lambda check: model.answered(check, "failed", reason, now=now)
    )


def give_up(desk: Desk, check_id: str, outcome: Outcome, reason: str, *, now: int) -> Kept:
    """Nobody answered: the check is abandoned, and what comes later changes nothing."""
    return _without_answer(
        desk, check_id, lambda check: model.abandoned(check, outcome, reason, now=now)
    )


def _without_answer(desk: Desk, check_id: str, ended: Callable[[Check], Check]) -> Kept:
    def decide(kept: Kept) -> list[Write]:
        if kept.check.status != "started":
            return []
        return desk.checks.change(kept, ended(kept.check), forget=("request",))

    return changed(desk, check_id, decide)


def tell(desk: Desk, vault: Vault, kept: Kept, *, now: int) -> Kept:
    """Resume the machine of a check that has its outcome, unless that was done.

    Told first, noted afterwards: after a crash between it is told again, which changes nothing.
    Raises what `desk.resume` raises; then the sweep tells it.
    """
    check = kept.check
    if check.status == "started" or check.is_settled or kept.task is None:
        return kept
    try:
        token = seals.open_task(seals.keys(vault, check, kept=True), check.id, kept.task)
    except seals.Erased:
        return close(desk, check.id, now=now)
    desk.resume(token, {"status": str(check.outcome), "check": check.id})

    def decide(found: Kept) -> list[Write]:
        if found.check.is_settled or found.check.token_hash != check.token_hash:
            return []
        return desk.checks.change(found, replace(found.check, resumed_at=now), forget=("task",))

    return changed(desk, check.id, decide)


def close(desk: Desk, check_id: str, *, now: int) -> Kept:
    """Be done with a check whose retention is over: its token opens for nobody any more."""

    def decide(kept: Kept) -> list[Write]:
        check = kept.check
        if check.is_settled:
            return []
        if check.status == "started":
            check = model.abandoned(check, "failed", GONE, now=now)
        return desk.checks.change(kept, replace(check, resumed_at=now), forget=_SEALED)

    return changed(desk, check_id, decide)
