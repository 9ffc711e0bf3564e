"""A payment for tests."""

from remit.payments.model import Payment, Step

CREATED = 1_795_512_600_000


def payment(**other: object) -> Payment:
    """A payment that was just received."""
    made: dict[str, object] = {
        "id": "pay_3C3QB0SN97E5CRHH1YZD8FMFMJ",
        "tenant": "acme",
        "debtor_account": "acc_2D8F20N1CJBMXGP9DGXRSQ6KAD",
        "creditor_account": "acc_4FTRW6RSDSTW65172B22TMPX49",
        "amount": 12_50,
        "currency": "EUR",
        "created_at": CREATED,
        "created_by": "ada@acme",
        "history": (Step(status="received", at=CREATED, by="ada@acme"),),
        "remittance": "Invoice 4711",
    }
    return Payment(**made | other)  # type: ignore[arg-type]
