"""An incoming payment for tests, and a table that keeps the writes it is given."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from remit.payments.incoming_model import Incoming, IncomingNotFound, IncomingStep
from remit.payments.incoming_store import IncomingStore

AT = 1_795_512_600_000


def incoming(*statuses: str, **other: Any) -> Incoming:
    """A payment that has come through `received` and then `statuses`."""
    steps = tuple(
        IncomingStep(status=status, at=AT + number, by="test", reason=None)  # type: ignore[arg-type]
        for number, status in enumerate(("received", *statuses))
    )
    made: dict[str, Any] = {
        "id": "inc_3C3QB0SN97E5CRHH1YZD8FMFMJ",
        "tenant": "acme",
        "rail": "sct_inst",
        "account": "acc_2D8F20N1CJBMXGP9DGXRSQ6KAD",
        "amount": 12_50,
        "currency": "EUR",
        "deadline": AT + 10_000,
        "message": "m" * 32,
        "message_id": "THEIRS-1",
        "end_to_end_id": "E2E-1",
        "digest": "d",
        "history": steps,
        "transaction_id": "TX-1",
        "uetr": "6d75daa0-1e92-4423-83ae-929947f36047",
        "debtor_bank": "ABNANL2AXXX",
    }
    return Incoming(**made | other)


@dataclass
class Kept:
    """A store of one payment: `later` is what it is at each further look."""

    found: Incoming
    later: list[Incoming] = field(default_factory=list)
    taken: list[IncomingStep] = field(default_factory=list)
    cases: int = 0
    table: Any = field(default_factory=lambda: SimpleNamespace(client=None, name="Payments"))

    def get(self, tenant: str, identifier: str) -> Incoming:
        if (tenant, identifier) != (self.found.tenant, self.found.id):
            raise IncomingNotFound
        now, self.found = self.found, self.later.pop(0) if self.later else self.found
        return now

    def take(self, was: Incoming, step: IncomingStep, *, listed: str | None = None) -> str:
        IncomingStore.of(None, "Payments").take(was, step, listed=listed)  # type: ignore[arg-type]
        self.taken.append(step)
        return "taken"

    def open_case(self, was: Incoming, *, at: int) -> str:
        self.cases += 1
        return "case"

    def answered(self, was: Incoming, *, at: int) -> str:
        return "answered"
