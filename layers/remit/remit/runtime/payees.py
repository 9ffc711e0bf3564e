"""What verifying and looking up payees needs, from the function's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from remit.customers.look import holder
from remit.kernel.errors import LimitReached
from remit.ledger.store import Ledger
from remit.payees.addressing import FpsAddressing
from remit.payees.answer import AnswerDesk
from remit.payees.house import House
from remit.payees.limits import Limits
from remit.payees.look_up import LookupDesk
from remit.payees.meter import Meter
from remit.payees.store import PayeeStore
from remit.payees.verify import VerifyDesk
from remit.rails.payee import Holder
from remit.rails.question import HttpQuestions
from remit.runtime import clients, lines, observability, settings
from remit.runtime.customers import customers
from remit.runtime.vault import vault

if TYPE_CHECKING:
    from urllib3 import PoolManager

VOP_RAIL = "sct_inst"
"""Whose keys sign questions to the scheme of verification: both are SEPA's."""

ADDRESSED = "fps_hk"
ADDRESSING = "addressing"
"""Where a scheme's addressing service is, beside where it takes messages."""


def verify_desk() -> VerifyDesk:
    """Where clients ask about payees."""
    url = settings.required("VOP_URL")
    return VerifyDesk(
        store=store(),
        meter=_meter(),
        house=_house(),
        scheme=_questions(url, VOP_RAIL) if url != lines.NOT_CONNECTED else None,
        bic=settings.required("BIC"),
        vault=vault,
    )


def answer_desk() -> AnswerDesk:
    """Where other banks ask about our customers."""
    keys = {rail: lines.keys(rail, "theirs") for rail in lines.connected()}
    return AnswerDesk(meter=_meter(), house=_house(), keys=keys)


def lookup_desk() -> LookupDesk:
    """Where clients ask whose a proxy is."""
    addressing = {
        rail: FpsAddressing(questions=_questions(urljoin(url, ADDRESSING), rail))
        for rail, url in lines.connected().items()
        if rail == ADDRESSED
    }
    return LookupDesk(store=store(), meter=_meter(), addressing=addressing, vault=vault)


def store() -> PayeeStore:
    """The payees' table."""
    return PayeeStore.of(clients.dynamodb(), settings.required("PAYEES_TABLE"))


@contextmanager
def limited() -> Iterator[None]:
    """Count whoever runs out of points."""
    try:
        yield
    except LimitReached:
        observability.count("QuestionsLimited")
        raise


def _questions(url: str, rail: str) -> HttpQuestions:
    return HttpQuestions(pool=_pool(), url=url, keys=lines.keys(rail, "ours"))


def _pool() -> "PoolManager":
    return lines.pool()


def _meter() -> Meter:
    try:
        limits = Limits.read(settings.required("PAYEE_LIMITS"))
    except ValueError as error:
        raise settings.SettingMissing(f"PAYEE_LIMITS: {error}") from error
    return Meter(store=store(), limits=limits)


def _house() -> House:
    ledger = Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE"))
    return House(ledger=ledger, holder=_holder)


def _holder(tenant: str, customer: str) -> Holder | None:
    found = holder(customers(), vault(), tenant, customer)
    if found is None:
        return None
    name, is_business = found
    return Holder(names=(name,), business=is_business)
