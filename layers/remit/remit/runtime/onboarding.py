"""What onboarding's steps ask of others: the identity provider, and the lists in force."""

from remit.customers.score import Verification, Verified
from remit.customers.screen import Screener
from remit.customers.verify import ATTEMPT, Begin
from remit.identity import verify
from remit.identity.model import Applicant, Check, check_id
from remit.kernel import clock
from remit.runtime import identity, settings
from remit.runtime.screening import screening
from remit.runtime.vault import vault
from remit.screening.model import Party, Screening
from remit.screening.screen import screen


def begin() -> Begin:
    """How a check of somebody's identity is begun."""
    desk = identity.desk(site=settings.required("API_URL"))

    def ask(tenant: str, customer_id: str, applicant: Applicant, task_token: str) -> Check:
        return verify.begin(
            desk,
            vault(),
            tenant=tenant,
            subject=customer_id,
            attempt=ATTEMPT,
            applicant=applicant,
            task_token=task_token,
            now=clock.now(),
        )

    return ask


def verification() -> Verification:
    """How the outcome of a check is looked up, with the attestation if the provider gave one."""
    desk = identity.desk()

    def look(tenant: str, customer_id: str) -> Verified | None:
        kept = desk.checks.find(check_id(tenant, customer_id, ATTEMPT))
        if kept is None or kept.check.outcome is None:
            return None
        check = kept.check
        attested = check.attestation_hash is not None
        return Verified(
            check_id=check.id,
            outcome=kept.check.outcome,
            at=check.answered_at or check.at,
            attestation=verify.attestation(desk, vault(), tenant, check.id) if attested else None,
            attestation_hash=check.attestation_hash,
        )

    return look


def screener() -> Screener:
    """How names are screened against the lists in force."""
    store = screening()

    def look(tenant: str, customer_id: str, party: Party) -> Screening:
        return screen(store, tenant, customer_id, party, at=clock.now())

    return Screener(screen=look, current=store.current)
