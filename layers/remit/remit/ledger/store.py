"""The ledger's records in DynamoDB. Puts and reads only: nothing here can change what stands.

| pk | sk | what |
|---|---|---|
| `<tenant>#<account id>` | `000000000000` | the opening: name, customer, currency |
| `<tenant>#<account id>` | `000000000001`… | the account's state after a leg, a rule, a day's end |
| `<tenant>#<transfer id>` | `transfer` | the transfer; with `expires_at` a pending one |
| `<tenant>#<transfer id>` | `resolution` | the end of a pending transfer |
| `<tenant>#<transfer id>` | `reversal#000001`… | a reversal of it, with the sum so far |
| `<tenant>#accounts` | `<account id>` | the directory of accounts |
| `<tenant>#days#<currency>` | `000000000001`… | what became of business days |
| `due#<minute>` | `<tenant>#<transfer id>` | the hold expires in that minute |
| `number#…` | `number` | whose an account number is; see `numbers` |
| `due#swept` | `000000000001`… | until when holds have been ended; see `expire` |
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from remit.kernel.errors import Refusal
from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.ledger import items
from remit.ledger.chart import house_account
from remit.ledger.days import Days
from remit.ledger.items import account_after
from remit.ledger.model import Account, Rules, Transfer, day_ended, day_of
from remit.ledger.phases import (
    End,
    Hold,
    Operation,
    Recorded,
    Step,
    carry_out,
    check_by_hand,
    needed,
    touched,
)
from remit.ledger.refusals import (
    AccountNotFound,
    TransferConflict,
    TransferExpired,
    TransferNotFound,
)
from remit.store.chain import Chain, sequence_key
from remit.store.commit import Stale
from remit.store.idempotency import KeyReused
from remit.store.item import Item, integer
from remit.store.table import Page, Table
from remit.store.write import Write, not_reached, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["Ledger", "account_after"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


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

    def days(self, tenant: str, currency: str) -> Days:
        """The business days of the tenant's currency, as they stand."""
        return Days.read(Chain(table=self.table, pk=f"{tenant}#days#{currency}"))

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
        """The writes that make `transfer`; see `carry_out`."""
        return self.carry_out(transfer.tenant, [transfer])

    def carry_out(self, tenant: str, operations: Sequence[Operation]) -> list[Write]:
        """The writes that carry out all of `operations` or none; see `decide`."""
        return self.decide(tenant, operations)[1]

    def decide(
        self, tenant: str, operations: Sequence[Operation], *, by_hand: bool = False
    ) -> tuple[list[Step], list[Write]]:
        """The steps that `operations` are, and the writes that carry out all of them or none.

        Reads each account's newest record; when another transfer gets there first the commit
        fails with `Stale`. Raises the first refusal in the order of `refusals.PRECEDENCE`;
        `OwnedElsewhere` only for what is done `by_hand`.
        """
        steps, guards = self.steps(tenant, operations, by_hand=by_hand)
        return steps, [*self.writes(steps), *guards]

    def writes(self, steps: Sequence[Step], owed: Mapping[str, Rules] = NOTHING) -> list[Write]:
        """The writes that steps are; accounts in `owed` have those rules from then on."""
        # What is done comes first: when it has been done before, that is what the caller hears.
        done = [write for step in steps for write in self._done(step)]
        return done + [write for step in steps for write in self._entries(step, owed)]

    def steps(
        self,
        tenant: str,
        operations: Sequence[Operation],
        *,
        by_hand: bool = False,
        known: Mapping[str, Account] = NOTHING,
    ) -> tuple[list[Step], list[Write]]:
        """The steps that `operations` are, on accounts as `known` or else read, and what must hold
        of those without a record. Raises as `decide` does.
        """
        try:
            recorded = self._recorded(tenant, needed(operations))
            accounts = {
                name: known[name] if name in known else self.account(tenant, name)
                for name in touched(operations, recorded)
            }
            if by_hand:
                check_by_hand(operations, recorded)
            begun, guards = self._begun(tenant, accounts)
            holds = any(isinstance(one, Hold) for one in operations)
            swept = self.swept() if holds else 0
            steps = carry_out(operations, recorded, accounts | begun, swept=swept)
        except Refusal:
            made = [_transfer(one) for one in operations if not isinstance(one, End)]
            self.check_new(tenant, [one.id for one in made])
            raise
        return steps, guards

    def open(self, opening: Account, details: Item) -> list[Write]:
        """The writes that open an account: its first record, and its line in the directory."""
        pk, name = f"{opening.tenant}#{opening.id}", self.table.name
        days = self.days(opening.tenant, opening.currency)
        opened = replace(opening, day=max(day_of(opening.at), days.first_open))
        record: Item = {"pk": pk, "sk": sequence_key(0)}
        listed: Item = {"pk": f"{opening.tenant}#accounts", "sk": opening.id}
        return [
            put_new(name, record | details | items.state(opened), exists=_opened_before),
            put_new(name, listed | {"currency": opening.currency}, exists=_opened_before),
            days.unchanged(),
        ]

    def record(self, account: Account, *, by: str, why: str) -> Write:
        """The write of an account's next state without a leg: other rules, or a day's end."""
        record: Item = {"by": by, "why": why}
        return self.chain(account.tenant, account.id).append(
            account.sequence, record | items.state(account)
        )

    def end_day(self, account: Account, day: str, *, by: str, at: int) -> Write:
        """The write after which nothing more can be booked to `account` on `day`."""
        return self.record(day_ended(account, day, at=at), by=by, why=f"day_ended {day}")

    def accounts(self, tenant: str, *, limit: int, start: Item | None = None) -> Page:
        """The directory: `sk` is an account id, with its currency. House accounts are not in it."""
        return self.table.query(f"{tenant}#accounts", limit=limit, start=start)

    def _transfer(self, tenant: str, transfer_id: str) -> Item | None:
        """A transfer's record."""
        return self.table.get({"pk": f"{tenant}#{transfer_id}", "sk": "transfer"})

    def recorded(self, tenant: str, transfer_id: str) -> Recorded:
        """What stands of a transfer. Raises `TransferNotFound`."""
        pk = f"{tenant}#{transfer_id}"
        keys: list[Item] = [{"pk": pk, "sk": "transfer"}, {"pk": pk, "sk": "resolution"}]
        transfer, resolution = self.table.get_many(keys)
        if transfer is None:
            raise TransferNotFound
        # Sort keys run resolution, reversal#…, transfer: the newest reversal is before the last.
        page = self.table.query(pk, below="transfer", newest_first=True, limit=1)
        newest = page.items[0] if page.items else None
        return items.recorded(transfer, resolution, newest)

    def due(self, moment: int, *, limit: int, start: Item | None = None) -> Page:
        """The holds that expire in the minute of `moment`: `sk` is tenant and transfer id."""
        return self.table.query(items.due_key(moment), limit=limit, start=start)

    def marks(self) -> Chain:
        """The chain of marks that tell how far holds have been ended."""
        return Chain(table=self.table, pk=items.MARKS)

    def swept(self) -> int:
        """Every hold that expires before this moment has ended, in milliseconds; 0 at first."""
        newest = self.marks().newest().items
        return integer(newest[0], "reached") if newest else 0

    def _recorded(self, tenant: str, transfer_ids: Sequence[str]) -> dict[str, Recorded]:
        return {name: self.recorded(tenant, name) for name in transfer_ids}

    def begun(self, accounts: Sequence[Account]) -> tuple[dict[str, Account], list[Write]]:
        """Accounts of one tenant by id, those without a record on the first open day; and what
        must hold for those.
        """
        found = {account.id: account for account in accounts}
        if not found:
            return {}, []
        fresh, guards = self._begun(accounts[0].tenant, found)
        return found | fresh, guards

    def _begun(
        self, tenant: str, accounts: dict[str, Account]
    ) -> tuple[dict[str, Account], list[Write]]:
        """Accounts whose chains begin now, on the first open day, and what must hold for that."""
        fresh = [account for account in accounts.values() if not account.day]
        days = {
            currency: self.days(tenant, currency)
            for currency in dict.fromkeys(account.currency for account in fresh)
        }
        begun = {
            account.id: replace(account, day=days[account.currency].first_open) for account in fresh
        }
        return begun, [one.unchanged() for one in days.values()]

    def check_new(self, tenant: str, transfer_ids: Sequence[str]) -> None:
        """Raise `TransferConflict` when one of the transfers stands already."""
        for transfer_id in transfer_ids:
            if self._transfer(tenant, transfer_id) is not None:
                raise TransferConflict

    def _done(self, step: Step) -> list[Write]:
        """What the step itself leaves, beside its entries."""
        operation, name = step.operation, self.table.name
        if isinstance(operation, End):
            return self._ended(operation, step)
        item = items.transfer_item(operation, step.effects)
        writes = [put_new(name, item, exists=lambda _: TransferConflict())]
        if isinstance(operation, Hold):
            writes.append(put_new(name, items.due_item(operation), exists=lambda _: Stale()))
            operation = operation.transfer
        if step.touched is not None:
            amount = sum(effect.amount for effect in step.effects if effect.side == "debit")
            reversal = items.reversal_item(operation, step.touched, amount)
            writes.append(put_new(name, reversal, exists=lambda _: Stale()))
        return writes

    def _ended(self, end: End, step: Step) -> list[Write]:
        if step.touched is None or step.touched.resolution is None:
            raise ValueError("an end ends a transfer")
        name = self.table.name
        item = items.resolution_item(end, step.touched.resolution)
        writes = [put_new(name, item, exists=lambda _: Stale())]
        if end.outcome != "expired":
            key: Item = {"pk": item["pk"], "sk": "transfer"}
            writes.append(
                not_reached(name, key, "expires_at", end.at, reached=lambda _: TransferExpired())
            )
        return writes

    def _entries(self, step: Step, owed: Mapping[str, Rules]) -> list[Write]:
        return [
            self.chain(account.tenant, account.id).append(
                account.sequence, items.entry(step, effect, account, owed.get(account.id))
            )
            for effect, account in zip(step.effects, step.after, strict=True)
        ]


def _transfer(operation: Transfer | Hold) -> Transfer:
    return operation.transfer if isinstance(operation, Hold) else operation


def _opened_before(_: Item | None) -> Exception:
    # The account's id derives from the command: its key was used before and has been forgotten.
    return KeyReused()
