"""A desk whose table and bucket are dictionaries, for the machine's steps."""

from dataclasses import dataclass, field, replace
from typing import Any

from remit.reconciliation.kept import Kept
from remit.reconciliation.records import (
    Looked,
    looked_of,
    result_of,
    statement_bytes,
)
from remit.reconciliation.result import Result
from remit.reconciliation.runs import ReconciliationNotFound, Run
from tests.unit.reconciliation.made import statement


def run(name: str = "rec_1", **more: Any) -> Run:
    """A run of `made.statement`, received."""
    told = {
        "tenant": "acme",
        "account": "nostro",
        "currency": "EUR",
        "statement_id": "stm_7",
        "number": 7,
        "first": "2026-03-10",
        "last": "2026-03-15",
        "opening": 1000,
        "closing": 1000,
        "line_count": 0,
        "digest": "d",
        "source": "camt.053.001.08",
        "raw_key": "raw",
        "statement_key": "statement",
        "place": 1,
        "previous": "",
        "at": 1,
        "by": "ben",
    }
    return Run(id=name, **told | more)


@dataclass
class FakeStore:
    runs: dict[str, Run] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)

    def get(self, tenant: str, name: str) -> Run:
        if name not in self.runs:
            raise ReconciliationNotFound
        return self.runs[name]

    def advance(self, before: Run, to: str, **found: Any) -> Run:
        return replace(before, status=to, **found)

    def breaks(self, tenant: str, ids: list[str]) -> dict[str, Kept]:
        return {each: self.kept[each] for each in ids if each in self.kept}


@dataclass
class FakeDesk:
    store: FakeStore = field(default_factory=FakeStore)
    bucket: dict[str, bytes] = field(default_factory=dict)
    ledger: Any = None
    payments: Any = None

    def keep(self, key: str, content: bytes) -> None:
        self.bucket[key] = content

    def fetch(self, key: str) -> bytes:
        return self.bucket[key]

    def looked(self, one: Run) -> Looked:
        return looked_of(self.fetch(one.input_key))

    def result(self, one: Run) -> Result:
        return result_of(self.fetch(one.result_key))

    def take(self, before: Run, after: Run) -> Run:
        self.store.runs[before.id] = after
        return after


def desk(*runs: Run) -> FakeDesk:
    """A desk with these runs, each of a statement without lines."""
    made = FakeDesk(store=FakeStore(runs={one.id: one for one in runs}))
    made.keep("statement", statement_bytes(statement(closing=1000)))
    return made
