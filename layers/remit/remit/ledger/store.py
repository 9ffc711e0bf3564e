"""The ledger's records in DynamoDB. Puts and reads only: nothing here can change what stands.

| pk | sk | what |
|---|---|---|
| `<tenant>#<account id>` | `000000000000` | the opening: name, customer, currency |
| `<tenant>#<account id>` | `000000000001`… | entry: the leg, and the account's state after it |
| `<tenant>#<transfer id>` | `transfer` | the transfer |
| `<tenant>#accounts` | `<account id>` | the directory of accounts |
"""

from typing import TYPE_CHECKING

from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.ledger.chart import house_account
from remit.ledger.model import Account, AccountNotFound, Leg, Transfer, TransferConflict, post
from remit.store.chain import Chain, sequence_key, sequence_of
from remit.store.idempotency import KeyReused
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")


@value
class Ledger:
    """The ledger's table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "Ledger":
        """The ledger kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def chain(self, tenant: str, account_id: str) -> Chain:
        """The chain of one account's records."""
        return Chain(table=self.table, pk=f"{tenant}#{account_id}")

    def account(self, tenant: str, account_id: str) -> Account:
        """The account's state now. A house account that was never used is empty.

        Raises `AccountNotFound`.
        """
        house = house_account(account_id)
        if house is None and not is_id("acc", account_id):
            raise AccountNotFound
        newest = self.chain(tenant, account_id).newest().items
        if newest:
            return account_after(tenant, account_id, newest[0])
        if house is None:
            raise AccountNotFound
        return Account(
            tenant=tenant, id=account_id, currency=house[1], may_overdraw=house[0].may_overdraw
        )

    def post(self, transfer: Transfer) -> list[Write]:
        """The writes that make `transfer`: itself, and one record on each account's chain.

        Reads each account's newest record; when another transfer gets there first the commit
        fails with `Stale`. Raises what `model.post` and `account` raise.
        """
        before = {
            leg.account_id: self.account(transfer.tenant, leg.account_id) for leg in transfer.legs
        }
        after = post(transfer, before)
        entries = [
            self.chain(account.tenant, account.id).append(
                account.sequence, _entry(transfer, leg, account)
            )
            for leg, account in zip(transfer.legs, after, strict=True)
        ]
        return [self._put_transfer(transfer), *entries]

    def open(self, opening: Account, details: Item) -> list[Write]:
        """The writes that open an account: its first record, and its line in the directory."""
        pk, name = f"{opening.tenant}#{opening.id}", self.table.name
        record: Item = {"pk": pk, "sk": sequence_key(0)}
        listed: Item = {"pk": f"{opening.tenant}#accounts", "sk": opening.id}
        return [
            put_new(name, record | details | _state(opening), exists=_opened_before),
            put_new(name, listed | {"currency": opening.currency}, exists=_opened_before),
        ]

    def accounts(self, tenant: str, *, limit: int, start: Item | None = None) -> Page:
        """The directory: `sk` is an account id, with its currency. House accounts are not in it."""
        return self.table.query(f"{tenant}#accounts", limit=limit, start=start)

    def _put_transfer(self, transfer: Transfer) -> Write:
        legs: list[Plain] = [
            {"account": leg.account_id, "side": leg.side, "amount": leg.amount}
            for leg in transfer.legs
        ]
        item: Item = {
            "pk": f"{transfer.tenant}#{transfer.id}",
            "sk": "transfer",
            "currency": transfer.currency,
            "legs": legs,
            "at": transfer.at,
            "by": transfer.by,
            "why": f"{transfer.kind} {transfer.reference}",
        }
        return put_new(self.table.name, item, exists=lambda _: TransferConflict())


def account_after(tenant: str, account_id: str, record: Item) -> Account:
    """The account's state that `record` holds."""
    counters = {name: integer(record, name) for name in _COUNTERS}
    return Account(
        tenant=tenant,
        id=account_id,
        currency=text(record, "currency"),
        may_overdraw=bool(record["may_overdraw"]),
        sequence=sequence_of(record),
        at=integer(record, "at"),
        **counters,
    )


def _opened_before(_: Item | None) -> Exception:
    # The account's id derives from the command: its key was used before and has been forgotten.
    return KeyReused()


def _state(account: Account) -> Item:
    counters: Item = {name: getattr(account, name) for name in _COUNTERS}
    return counters | {
        "currency": account.currency,
        "may_overdraw": account.may_overdraw,
        "at": account.at,
    }


def _entry(transfer: Transfer, leg: Leg, after: Account) -> Item:
    others = [other.account_id for other in transfer.legs if other is not leg]
    return {
        "transfer": transfer.id,
        "side": leg.side,
        "amount": leg.amount,
        "other": others[0] if len(others) == 1 else "several",
        "by": transfer.by,
        "why": f"{transfer.kind} {transfer.reference}",
        **_state(after),
    }
