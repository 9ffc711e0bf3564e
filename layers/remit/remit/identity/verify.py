"""Verify an identity: the question is on record before it is asked, and asked only once.

`receive` takes the provider's answers, `sweep` looks for those that did not come.
"""

from dataclasses import replace

from remit.identity import model, seals, settle
from remit.identity.ask import ask
from remit.identity.desk import Desk
from remit.identity.model import Applicant, Attestation, AttestationMissing, Check, CheckNotFound
from remit.identity.ports import Vault
from remit.identity.receive import receive
from remit.identity.store import Kept
from remit.identity.sweep import sweep
from remit.kernel.errors import Contended
from remit.kernel.value import value
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit

__all__ = ["attestation", "begin", "receive", "sweep"]


@value
class _Question:
    """What `begin` was called with."""

    tenant: str
    subject: str
    attempt: int
    applicant: Applicant
    task_token: str
    now: int

    @property
    def check_id(self) -> str:
        return model.check_id(self.tenant, self.subject, self.attempt)


def begin(
    desk: Desk,
    vault: Vault,
    *,
    tenant: str,
    subject: str,
    attempt: int,
    applicant: Applicant,
    task_token: str,
    now: int,
) -> Check:
    """Record the check, then ask the provider. Called again, it asks nothing twice.

    The task behind `task_token` is resumed with `{"status": <outcome>, "check": <id>}`; a later
    call's token takes the place of an earlier one's. A provider that cannot be reached is no error
    here: the sweep asks it. Raises what the vault raises for the subject.
    """
    question = _Question(
        tenant=tenant,
        subject=subject,
        attempt=attempt,
        applicant=applicant,
        task_token=task_token,
        now=now,
    )
    kept = _recorded(desk, vault, question)
    if kept.check.status == "started" and kept.check.reference is None:
        kept = ask(desk, kept, applicant, now=now)
    return settle.tell(desk, vault, kept, now=now).check


def attestation(desk: Desk, vault: Vault, tenant: str, check_id: str) -> Attestation:
    """The provider's answer, opened, after its hash was compared with the check's.

    Raises `CheckNotFound`, `AttestationMissing`, `AttestationBroken`, and what the vault raises.
    """
    check = desk.checks.get(check_id).check
    if check.tenant != tenant:
        raise CheckNotFound
    proof = desk.checks.proof(check_id)
    if check.attestation_hash is None or proof is None:
        raise AttestationMissing
    subject = vault.retained(tenant, check.subject)
    return seals.open_attestation(subject, check_id, proof.sealed, sha256=check.attestation_hash)


def _recorded(desk: Desk, vault: Vault, question: _Question) -> Kept:
    """The check, on record with the token of this call."""
    for attempt in range(unit_of_work.ATTEMPTS):
        kept = desk.checks.find(question.check_id)
        hashed = seals.token_hash(question.task_token)
        if kept is not None and kept.check.token_hash == hashed:
            return kept
        subject = vault.subject(question.tenant, question.subject)
        task = seals.seal_task(subject, question.check_id, question.task_token)
        if kept is None:
            request = seals.seal_applicant(subject, question.check_id, question.applicant)
            writes = desk.checks.record(_new(desk, question, hashed), task=task, request=request)
        else:
            waiting = replace(
                kept.check,
                token_hash=hashed,
                resumed_at=None,
                look_at=question.now + model.FIRST_LOOK,
            )
            writes = desk.checks.change(kept, waiting, task=task)
        try:
            commit(desk.checks.table.client, writes)
        except Stale:
            desk.pause(attempt)
        else:
            return desk.checks.get(question.check_id)
    raise Contended


def _new(desk: Desk, question: _Question, hashed: str) -> Check:
    return Check(
        id=question.check_id,
        tenant=question.tenant,
        subject=question.subject,
        provider=desk.asks,
        status="started",
        at=question.now,
        deadline=question.now + desk.patience,
        look_at=question.now + model.FIRST_LOOK,
        token_hash=hashed,
    )
