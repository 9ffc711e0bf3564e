"""What the fraud check remembers, in DynamoDB.

| pk | sk | what |
|---|---|---|
| `<tenant>#<account>` | `000000000001`… | risk record: one decision, and the counters after it |
| `<tenant>#<account>#payees` | `<payee>` | a payee that this account has paid |
| `<tenant>#marks` | `<payee>` | the house's mark on a payee |

Cases are in `fraud.cases`. Risk records form a chain, as an account's entries do: nothing in it is
ever changed.
"""

from typing import TYPE_CHECKING, Literal, cast

from remit.fraud.model import Counters, Decision, Facts, Feature, Outcome, Pair, Payee
from remit.kernel.value import value
from remit.store.chain import Chain, sequence_of
from remit.store.commit import Stale
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FIRST_PAGE, _NEXT_PAGE = 4, 100
_MOST_LATER = 1_000


@value
class RiskRecord:
    """A decision as it stands in the account's chain, with the counters after it."""

    sequence: int
    payment_id: str
    at: int
    decision: Decision
    counters: Counters


@value
class History:
    """An account's newest risk record, and the one of the payment in question if it has one."""

    newest: RiskRecord | None
    decided: RiskRecord | None


@value
class RiskStore:
    """The fraud table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "RiskStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def history(self, facts: Facts) -> History:
        """The account's newest record, and the payment's own.

        No record is older than its payment, however far clocks are apart, so the search goes back
        from the newest record just as far as that.
        """
        chain = self._chain(facts)
        page = chain.newest(_FIRST_PAGE)
        newest = _record(page.items[0]) if page.items else None
        while True:
            for item in page.items:
                if text(item, "payment") == facts.payment_id:
                    return History(newest=newest, decided=_record(item))
                if integer(item, "at") < facts.created_at:
                    return History(newest=newest, decided=None)
            if page.next_key is None:
                return History(newest=newest, decided=None)
            page = chain.newest(_NEXT_PAGE, start=page.next_key)

    def decision(self, facts: Facts, *, latest: int) -> RiskRecord | None:
        """The payment's decision, made by `latest` (milliseconds), however long ago that is.

        Found by its time, not by going back. A clock ahead of the others may have pushed the times
        on, so that some records that say they are later must be looked at too.
        """
        chain = self._chain(facts)
        before = chain.last_at(facts.created_at - 1)
        sequence, later = sequence_of(before) if before else 0, 0
        while page := chain.after(sequence, limit=_NEXT_PAGE).items:
            for item in page:
                if text(item, "payment") == facts.payment_id:
                    return _record(item)
                later += integer(item, "at") > latest
            if later > _MOST_LATER:
                return None
            sequence = sequence_of(page[-1])
        return None

    def payee(self, facts: Facts) -> Payee:
        """What is known of the payee of this payment."""
        known_key = self._payee_key(facts)
        mark_key = _mark_key(facts.tenant, facts.payee)
        known, mark = self.table.get_many([known_key, mark_key])
        marked = cast(Literal["watched", "blocked"], mark["mark"]) if mark else "none"
        if facts.payee_listed and marked != "blocked":
            return Payee(known=known is not None, mark="listed")
        return Payee(known=known is not None, mark=marked)

    def append(self, facts: Facts, record: RiskRecord) -> Write:
        """Put the record on the account's chain; `Stale` when another was put first."""
        return self._chain(facts).append(record.sequence, _item(record))

    def know_payee(self, facts: Facts, *, at: int) -> Write:
        """Remember that this account has paid this payee."""
        item = self._payee_key(facts) | {"at": at, "by": "fraud", "why": facts.payment_id}
        return put_new(self.table.name, item, exists=lambda _: Stale())

    def put_mark(self, tenant: str, payee: str, mark: Item) -> Write:
        """Set the house's mark on a payee, whatever it was."""
        return put(self.table.name, _mark_key(tenant, payee) | mark)

    def _chain(self, facts: Facts) -> Chain:
        return Chain(table=self.table, pk=f"{facts.tenant}#{facts.account}")

    def _payee_key(self, facts: Facts) -> Item:
        return {"pk": f"{facts.tenant}#{facts.account}#payees", "sk": facts.payee}


def _mark_key(tenant: str, payee: str) -> Item:
    return {"pk": f"{tenant}#marks", "sk": payee}


def _item(record: RiskRecord) -> Item:
    decision = record.decision
    return {
        "payment": record.payment_id,
        "at": record.at,
        "by": "fraud",
        "why": decision.rules,
        "outcome": decision.outcome,
        "score": decision.score,
        "reasons": list(decision.reasons),
        "features": dict(decision.features),
        # Flat, so that with every bucket in use the record still is one write unit of 1 KB.
        "counters": {
            window: [number for bucket, pair in by_bucket.items() for number in (bucket, *pair)]
            for window, by_bucket in record.counters.items()
        },
    }


def _record(item: Item) -> RiskRecord:
    counters = cast(dict[str, list[int]], item["counters"])
    decision = Decision(
        outcome=cast(Outcome, text(item, "outcome")),
        score=integer(item, "score"),
        reasons=tuple(cast(list[str], item["reasons"])),
        rules=text(item, "why"),
        features=cast(dict[str, Feature], item["features"]),
    )
    return RiskRecord(
        sequence=sequence_of(item),
        payment_id=text(item, "payment"),
        at=integer(item, "at"),
        decision=decision,
        counters={window: _by_bucket(flat) for window, flat in counters.items()},
    )


def _by_bucket(flat: list[int]) -> dict[int, Pair]:
    triples = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    return {bucket: (payments, total) for bucket, payments, total in triples}
