"""Payments that leave the house, for tests."""

from remit.payments.model import Payment, Status, Step
from tests.unit.payments.made import CREATED, payment

UETR = "6d75daa0-1e92-4423-83ae-929947f36047"


def outside(*statuses: Status, **other: object) -> Payment:
    """A payment on `sct_inst` that has reached `statuses`, one second after the other."""
    steps = tuple(
        Step(status=status, at=CREATED + number * 1_000, by="test")
        for number, status in enumerate(("received", *statuses))
    )
    more = {"rail": "sct_inst", "creditor_account": "tok_iban_" + "0" * 26, "uetr": UETR}
    return payment(**{"history": steps} | more | other)
