"""A statement that came in, and the run of reconciliation that it is given, as we keep them. Pure.

Statements of one account are reconciled one after the other, in the order in which they came in:
what one leaves open is carried into the next.
"""

from dataclasses import fields
from typing import Literal

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Fault, Refusal, Rejection
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.reconciliation.model import Statement

Status = Literal["received", "read", "matched", "raised", "reported", "failed"]

FINAL: tuple[Status, ...] = ("reported", "failed")

MOST_STATEMENTS = 20
"""Statements in one file: each takes three writes of a commit that holds a hundred."""

MOST_LINES = 100_000
"""Lines of one side that a run looks at."""


class ReconciliationNotFound(Rejection):
    """No reconciliation of this tenant has that id."""

    status = 404
    title = "No such reconciliation"


class StatementReused(Refusal):
    """Another statement of that account has this id: which of the two is meant is unclear."""

    status = 409
    title = "The statement's id belongs to another statement"


class NotReconciled(Refusal):
    """The run has not come to its end, so there is nothing to run again or to compare."""

    status = 409
    title = "The reconciliation has not come to its end"


class TooManyLines(Fault):
    """One side has more lines than a run looks at: a person must see to what was left open."""

    title = "There are too many lines for one reconciliation"


@value
class Run:
    """One run. `place` counts the statements of its account, `previous` is the run before it.

    `statement_key`, `input_key` and `result_key` tell where the lines are kept, `digest` what the
    statement holds. `of` names the run that this one is a repetition of, and is empty for a first.
    `raised` is how many breaks have been put on record so far. Balances are signed minor units.
    """

    id: str
    tenant: str
    account: str
    currency: str
    statement_id: str
    number: int
    first: str
    last: str
    opening: int
    closing: int
    line_count: int
    digest: str
    source: str
    raw_key: str
    statement_key: str
    place: int
    previous: str
    at: int
    by: str
    status: Status = "received"
    of: str = ""
    input_key: str = ""
    result_key: str = ""
    input_hash: str = ""
    result_hash: str = ""
    rules: str = ""
    match_count: int = 0
    break_count: int = 0
    raised: int = 0
    finished_at: int = 0
    failure: str = ""

    @property
    def header(self) -> Statement:
        """The statement without its lines."""
        return Statement(
            id=self.statement_id,
            account=self.account,
            currency=self.currency,
            first=self.first,
            last=self.last,
            opening=self.opening,
            closing=self.closing,
            lines=(),
            number=self.number,
        )


RUN_FIELDS = tuple(each.name for each in fields(Run))


def run_id(tenant: str, statement: Statement) -> str:
    """The id of a statement's first run: one statement of an account has one."""
    return derive("rec", tenant, statement.account, statement.currency, statement.id)


def folder(tenant: str, run: str) -> str:
    """Where in the bucket the lines of a run are kept."""
    return f"{tenant}/{run}"


def run_view(run: Run) -> dict[str, object]:
    """The run as clients see it, without its matches."""
    return {
        "id": run.id,
        "status": run.status,
        "rerun_of": run.of or None,
        "previous": run.previous or None,
        "source": run.source,
        "statement": {
            "id": run.statement_id,
            "number": run.number or None,
            "account": run.account,
            "currency": run.currency,
            "first": run.first,
            "last": run.last,
            "opening": run.opening,
            "closing": run.closing,
            "lines": run.line_count,
        },
        "input_hash": run.input_hash or None,
        "rules": run.rules or None,
        "result_hash": run.result_hash or None,
        "matches": run.match_count,
        "breaks": run.break_count,
        "created_at": rfc3339(run.at),
        "finished_at": rfc3339(run.finished_at) if run.finished_at else None,
        "failure": run.failure or None,
    }


def accepted_view(runs: list[tuple[Run, bool]]) -> str:
    """The answer to a file: the first run, and each with whether its statement was known before."""
    first, duplicate = runs[0]
    return canonical_json(
        {
            "id": first.id,
            "status": first.status,
            "duplicate": duplicate,
            "statements": [
                {
                    "id": run.id,
                    "statement_id": run.statement_id,
                    "lines": run.line_count,
                    "duplicate": known,
                }
                for run, known in runs
            ],
        }
    )
