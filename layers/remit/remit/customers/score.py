"""The state *Score risk*: weigh everything, and say whether a decision is clear."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from remit.customers import risk
from remit.customers.apply import day_of
from remit.customers.change import Told, changed, stepped
from remit.customers.model import Assessment, Customer, assess
from remit.customers.screen import SCREENING, is_screened
from remit.customers.store import CustomerStore, Dossier, Section
from remit.customers.verify import opened
from remit.identity.model import Attestation
from remit.kernel.errors import Contended, Fault
from remit.kernel.value import value
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.vault.seal import Vault

RISK, IDENTITY = "risk", "identity"
CLEAR, OUTDATED = "clear", "outdated"


class NotChecked(Fault):
    """The identity check has no outcome, or nobody was screened: the machine went too far."""

    title = "The checks are not complete"


@value
class Verified:
    """What the identity check came to, with the provider's attestation if it gave one."""

    check_id: str
    outcome: str
    at: int
    attestation: Attestation | None
    attestation_hash: str | None


Verification = Callable[[str, str], Verified | None]
"""The check of a tenant's customer, once it has an outcome."""


def score(
    customers: CustomerStore,
    vault: Vault,
    verification: Verification,
    lists: Callable[[], Mapping[str, str]],
    *,
    tenant: str,
    customer_id: str,
    now: int,
) -> str:
    """`clear` when accounts may be opened; otherwise the state that the customer is in.

    `outdated` when `lists` (those in force) are others than it was screened against: monitoring
    leaves whoever is on the way to be screened again, so nobody may get to a person without it.
    The score, what the identity check said, and the state that follows are one commit. Made again,
    it finds what was decided. Raises `CustomerNotFound`, `NotChecked` or `Contended`.
    """
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        if dossier.customer.status != "in_review":
            return dossier.customer.status
        screening, scored = dossier.newest(SCREENING), dossier.newest(RISK)
        verified = verification(tenant, customer_id)
        if screening is None or verified is None:
            raise NotChecked
        if not is_screened(dossier, lists()):
            return OUTDATED
        if is_scored(scored, screening):
            return CLEAR
        try:
            return _score(customers, vault, dossier, screening, verified, now)
        except Stale:
            pause(attempt)
    raise Contended


def is_scored(scored: Section | None, screening: Section) -> bool:
    """Whether the score is younger than the screening, and found nothing in the way."""
    return (
        scored is not None and scored.number > screening.number and scored.facts["outcome"] == CLEAR
    )


def _score(
    customers: CustomerStore,
    vault: Vault,
    dossier: Dossier,
    screening: Section,
    verified: Verified,
    now: int,
) -> str:
    customer = dossier.customer
    found = risk.score(
        opened(vault, dossier),
        identity=verified.outcome,
        screening=screening.facts["outcome"],
        dismissed=screening.facts["dismissed"] > 0,
        on=day_of(now),
    )
    assessment = assess(verified.outcome, screening.facts["outcome"], found.tier)
    told = [_risk(found, assessment)]
    if dossier.newest(IDENTITY) is None:
        told.insert(0, _identity(verified))
    change = changed(
        customers,
        vault.subject(customer.tenant, customer.id),
        customer,
        _after(customer, assessment, now),
        *told,
        by="onboarding",
        at=now,
        why="scored",
    )
    commit(customers.table.client, change.writes)
    return assessment.verdict


def _after(customer: Customer, assessment: Assessment, now: int) -> Customer:
    if assessment.verdict == "clear":
        return customer
    reason = assessment.reasons[0]
    return stepped(customer, assessment.verdict, by="onboarding", at=now, reason=reason)


def _risk(found: risk.Risk, assessment: Assessment) -> Told:
    facts: dict[str, Any] = {
        "outcome": assessment.verdict,
        "reasons": list(assessment.reasons),
        "score": found.score,
        "tier": found.tier,
        "version": found.version,
        "factors": dict(found.factors),
    }
    return Told(name=RISK, facts=facts, content={})


def _identity(verified: Verified) -> Told:
    facts: dict[str, Any] = {
        "outcome": verified.outcome,
        "reasons": [],
        "check": verified.check_id,
        "attestation_hash": verified.attestation_hash or "",
    }
    # All of it, as it was sealed: its hash is over all of it.
    content = asdict(verified.attestation) if verified.attestation else {}
    return Told(name=IDENTITY, facts=facts, content={"attestation": content})
