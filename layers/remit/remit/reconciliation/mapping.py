"""How a bank's CSV is read, declared once under a name, and statements that come as CSV.

A mapping never changes: what was read by it can be read again. Another bank's layout is another
mapping under another name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from http import HTTPStatus
from typing import Any, cast

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Refusal, Rejection
from remit.kernel.ids import derive
from remit.reconciliation.csv import Columns, lines
from remit.reconciliation.from_camt import File
from remit.reconciliation.model import Statement
from remit.reconciliation.schema import NewMapping, StatementTerms
from remit.reconciliation.store import ReconciliationStore
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item, Plain
from remit.store.table import Table
from remit.store.write import Write

_WORDS = ("debit_words", "credit_words")


class MappingUnknown(Rejection):
    """The tenant has put no mapping of that name."""

    status = 422
    title = "No such mapping"


class MappingExists(Refusal):
    """The name stands for another mapping, which does not change."""

    status = 409
    title = "The mapping's name is taken"


class TermsMissing(Rejection):
    """A CSV came without what it cannot say itself, or a camt.053 with what it says itself."""

    status = 422
    title = "The statement's terms are not right"


def put_mapping(
    store: ReconciliationStore, idempotency: Table, command: Command, asked: NewMapping
) -> Answer:
    """Put a mapping and answer 201 with it, once per key; the same again is the same mapping.

    Refuses with `MappingExists`. Raises `InvalidStatement` for columns that contradict each other.
    """
    declared = asked.columns.model_dump(exclude_none=True)
    columns_of(declared, asked.currency)
    kept: dict[str, Plain] = {"account": asked.account, "currency": asked.currency}
    kept |= {"columns": cast(Plain, declared)}

    def act() -> tuple[Answer, list[Write]]:
        body = canonical_json({"name": asked.name, **kept})
        answer = Answer(status=HTTPStatus.CREATED, body=body)
        known = store.mapping(command.tenant, asked.name)
        if known is not None:
            if known != kept:
                raise MappingExists
            return answer, []
        item: Item = {"mapping": kept, "at": command.now, "by": command.actor, "why": "declared"}
        write = store.put_mapping(command.tenant, asked.name, item, exists=_taken)
        return answer, [write]

    return answer_once(idempotency, command, act)


def csv_file(
    store: ReconciliationStore, tenant: str, content: bytes, terms: StatementTerms
) -> File:
    """The statement that a CSV is, by the mapping that `terms` name.

    Raises `TermsMissing`, `MappingUnknown`, or `InvalidStatement` with lines and columns.
    """
    told = terms.complete()
    if told is None:
        raise TermsMissing("a CSV needs mapping, id, first, last, opening and closing")
    found = store.mapping(tenant, told.mapping)
    if found is None:
        raise MappingUnknown(f"put it first: {told.mapping}")
    account, currency = str(found["account"]), str(found["currency"])
    columns = columns_of(cast(Mapping[str, Any], found["columns"]), currency)
    name = derive("csv", tenant, account, currency, told.id)
    statement = Statement(
        id=told.id,
        account=account,
        currency=currency,
        first=told.first.isoformat(),
        last=told.last.isoformat(),
        opening=told.opening,
        closing=told.closing,
        lines=lines(content, columns, statement_id=name),
        number=told.number,
    )
    return File(source=f"csv {told.mapping}", statements=(statement,))


def columns_of(declared: Mapping[str, Any], currency: str) -> Columns:
    """The columns that a mapping declares; without a column for it, `currency` is every line's.

    Raises `InvalidStatement`.
    """
    known = {each.name for each in fields(Columns)} - {"fixed_currency"}
    told = {name: content for name, content in declared.items() if name in known}
    told |= {name: frozenset(cast(Sequence[str], told[name])) for name in _WORDS if name in told}
    return Columns(fixed_currency="" if told.get("currency") else currency, **told)


def _taken(_: Item | None) -> Exception:
    return MappingExists()
