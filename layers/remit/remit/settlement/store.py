"""Settlement in DynamoDB.

| pk | sk | what |
|---|---|---|
| `<tenant>#<window>` | `window` | where its settlement stands |
| `<tenant>#<window>` | `part#0001#07` | part 7 as the first round has computed it |
| `<tenant>#<window>` | `proof#0001` | positions, and what lies on which account in transit |
| `<tenant>#<window>#07` | `<member id>` | a member, in the part that its id decides on |
| `<tenant>#<window>#orders` | `0001#<order id>` | an instruction to the settlement bank |
| `<tenant>#windows` | `<opened>#<window>` | the directory, in the order of time |
| `<tenant>#early#<rail>#<currency>` | `<moment>` | an early cut-off |
| `unsettled` | `<tenant>#<window>` | the window is not settled yet |
| `order#<uetr>` | `order` | which order a settlement bank's answer is about |

Parts, proofs and members are put once and never changed, but for a member's being counted later.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.kernel.value import value
from remit.settlement import items
from remit.settlement.computed import Computed, Total
from remit.settlement.kept import Kept, WindowUnknown
from remit.settlement.model import Member, MemberDiffers
from remit.settlement.orders import Order
from remit.settlement.proof import part_of
from remit.store.commit import Stale, commit
from remit.store.item import Item, text
from remit.store.table import Page, Table
from remit.store.write import Write, delete, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PAGE = 1000
UNSETTLED = "unsettled"


@value
class SettlementStore:
    """The settlement table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "SettlementStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    # Windows.

    def find(self, tenant: str, window_id: str) -> Kept | None:
        """The window as last committed; None when nobody has opened it."""
        item = self.table.get(items.window_key(tenant, window_id))
        return items.kept_of(item) if item else None

    def get(self, tenant: str, window_id: str) -> Kept:
        """The window as last committed. Raises `WindowUnknown`."""
        found = self.find(tenant, window_id)
        if found is None:
            raise WindowUnknown
        return found

    def open(self, kept: Kept) -> list[Write]:
        """Put a new window; `Stale` when it is there."""
        name, key = self.table.name, {"sk": f"{kept.tenant}#{kept.id}"}
        listed = items.directory_key(kept.tenant, kept.window.opens_at, kept.id)
        stamp = items.stamp(kept, why="first member")
        return [
            put_new(name, items.window_item(kept), exists=lambda _: Stale()),
            put_new(name, listed | stamp, exists=lambda _: Stale()),
            put_new(name, {"pk": UNSETTLED} | key | stamp, exists=lambda _: Stale()),
        ]

    def change(self, before: Kept, after: Kept) -> Write:
        """Put the window as it is `after`; `Stale` when it has changed since it was read."""
        whole = items.window_item(replace(after, version=before.version + 1))
        return update(
            self.table.name,
            items.window_key(before.tenant, before.id),
            set_to={name: part for name, part in whole.items() if name not in ("pk", "sk")},
            only_if={"version": before.version},
            failed=lambda _: Stale(),
        )

    def end(self, kept: Kept) -> Write:
        """Take a window that is settled off the list of those that are not."""
        key: Item = {"pk": UNSETTLED, "sk": f"{kept.tenant}#{kept.id}"}
        return delete(self.table.name, key, missing=lambda _: Stale())

    def unsettled(self, *, start: Item | None = None) -> tuple[list[tuple[str, str]], Item | None]:
        """Tenants and ids of windows that are not settled yet, a page at a time."""
        page = self.table.query(UNSETTLED, limit=100, start=start)
        return [items.split(text(item, "sk")) for item in page.items], page.next_key

    def directory(self, tenant: str, *, limit: int, start: Item | None) -> Page:
        """The tenant's windows, newest first: `sk` ends with the id."""
        return self.table.query(f"{tenant}#windows", newest_first=True, limit=limit, start=start)

    def many(self, tenant: str, window_ids: list[str]) -> list[Kept]:
        """Up to 100 windows by their ids, in their order; absent ones are left out."""
        if not window_ids:
            return []
        found = self.table.get_many([items.window_key(tenant, each) for each in window_ids])
        return [items.kept_of(item) for item in found if item]

    # Early cut-offs.

    def early(self, tenant: str, rail: str, currency: str, moment: int) -> tuple[int, ...]:
        """The early cut-offs next to `moment`: the last up to it, and the first after it."""
        pk, limit = items.early_pk(tenant, rail, currency), f"{moment + 1:013d}"
        before = self.table.query(pk, below=limit, newest_first=True, limit=1).items
        after = self.table.query(pk, above=f"{moment:013d}", limit=1).items
        return tuple(int(text(item, "sk")) for item in (*before, *after))

    def cut(self, tenant: str, rail: str, currency: str, moment: int, *, by: str, at: int) -> Write:
        """Put an early cut-off at `moment`; `Stale` when there is one."""
        item: Item = {"pk": items.early_pk(tenant, rail, currency), "sk": f"{moment:013d}"}
        more: Item = {"by": by, "at": at, "why": "early cut-off"}
        return put_new(self.table.name, item | more, exists=lambda _: Stale())

    # Members.

    def join(self, tenant: str, window_id: str, member: Member, *, at: int) -> None:
        """Put a member, once. Raises `MemberDiffers` when it is there with other content."""

        def exists(found: Item | None) -> Exception:
            return _Known() if found and items.member_of(found) == member else MemberDiffers()

        item = items.member_item(tenant, window_id, member, at=at)
        try:
            commit(self.table.client, [put_new(self.table.name, item, exists=exists)])
        except _Known:
            return

    def has(self, tenant: str, window_id: str, member_id: str) -> bool:
        """Whether a member was put in the window, wherever it counts."""
        return self.table.get(items.member_key(tenant, window_id, member_id)) is not None

    def counted_later(self, tenant: str, window_id: str, member_id: str, later: str) -> None:
        """Note on a member that is here that it counts in window `later`."""
        key = items.member_key(tenant, window_id, member_id)
        note = update(
            self.table.name,
            key,
            set_to={"later": later},
            only_if={"sk": member_id},
            failed=lambda _: Stale(),
        )
        commit(self.table.client, [note])

    def members(self, tenant: str, window_id: str, part: int) -> Iterator[Member]:
        """The members of one part that do not count later, in the order of their ids."""
        start = None
        while True:
            page = self.members_page(tenant, window_id, part, limit=_PAGE, start=start)
            yield from (items.member_of(item) for item in page.items if "later" not in item)
            start = page.next_key
            if start is None:
                return

    def members_page(
        self, tenant: str, window_id: str, part: int, *, limit: int, start: Item | None
    ) -> Page:
        """Members of one part as they are kept."""
        return self.table.query(items.part_pk(tenant, window_id, part), limit=limit, start=start)

    # What was computed.

    def keep_part(self, kept: Kept, computed: Computed) -> None:
        """Put a part of the window's round; one that is there stands."""
        item = items.part_item(kept, computed)
        try:
            commit(
                self.table.client,
                [put_new(self.table.name, item, exists=lambda _: _Known())],
            )
        except _Known:
            return

    def parts(self, kept: Kept, numbers: range) -> list[Computed | None]:
        """Parts of the window's round by their numbers; None for what is not computed."""
        keys = [items.part_key(kept, number) for number in numbers]
        found = self.table.get_many(keys)
        return [
            items.computed_of(number, kept.window.currency, item) if item else None
            for number, item in zip(numbers, found, strict=True)
        ]

    def is_counted(self, kept: Kept, member_id: str) -> bool | None:
        """Whether a member is in the window's round; None while its part is not computed."""
        number = part_of(member_id)
        (found,) = self.parts(kept, range(number, number + 1))
        return None if found is None else found.has(member_id)

    def keep_total(self, kept: Kept, total: Total) -> Write:
        """Put the positions of the window's round; `Stale` when they are there."""
        return put_new(self.table.name, items.total_item(kept, total), exists=lambda _: Stale())

    def total(self, kept: Kept) -> Total | None:
        """The positions of the window's round; None before it is computed."""
        item = self.table.get(items.total_key(kept))
        return items.total_of(item, kept.window.currency) if item else None

    # Orders.

    def orders(
        self, kept: Kept, *, above: str = "", limit: int = _PAGE
    ) -> tuple[list[Order], str | None]:
        """Orders of the window's round after order id `above`, and where to go on."""
        prefix = items.round_prefix(kept)
        page = self.table.query(items.orders_pk(kept), above=f"{prefix}{above}", limit=limit)
        mine = [item for item in page.items if text(item, "sk").startswith(prefix)]
        found = [items.order_of(item) for item in mine]
        more = page.next_key is not None and len(mine) == len(page.items)
        return found, found[-1].id if more and found else None

    def all_orders(self, kept: Kept) -> Iterator[Order]:
        """Every order of the window's round, in the order of their ids."""
        place: str | None = ""
        while place is not None:
            found, place = self.orders(kept, above=place)
            yield from found

    def order(self, kept: Kept, order_id: str) -> Order | None:
        """One order of the window's round."""
        item = self.table.get(items.order_key(kept, order_id))
        return items.order_of(item) if item else None

    def prepare(self, kept: Kept, orders: list[Order], *, at: int) -> None:
        """Put orders, each with the line that leads from its answer to it; those there stand."""
        known = self.table.get_many([items.order_key(kept, each.id) for each in orders])
        missing = [each for each, found in zip(orders, known, strict=True) if found is None]
        name = self.table.name
        writes = [
            put_new(name, item, exists=lambda _: Stale())
            for each in missing
            for item in (items.order_item(kept, each, at=at), items.pointer(kept, each, at=at))
        ]
        if writes:
            commit(self.table.client, writes)

    def answer(self, kept: Kept, order: Order, answer: str, *, reason: str, at: int) -> Write:
        """Note the first answer to an order; `Stale` when it has one, or was sent anew."""
        return update(
            self.table.name,
            items.order_key(kept, order.id),
            set_to={"answer": answer, "reason": reason, "answered_at": at},
            only_if={"answer": "", "attempt": order.attempt},
            failed=lambda _: Stale(),
        )

    def anew(self, kept: Kept, order: Order, *, at: int) -> list[Write]:
        """Make a rejected order a new one to the bank, as attempt `order.attempt`."""
        return [
            update(
                self.table.name,
                items.order_key(kept, order.id),
                set_to={"answer": "", "reason": "", "attempt": order.attempt, "uetr": order.uetr},
                only_if={"answer": "rejected", "attempt": order.attempt - 1},
                failed=lambda _: Stale(),
            ),
            put_new(self.table.name, items.pointer(kept, order, at=at), exists=lambda _: Stale()),
        ]

    def led_to(self, uetr: str) -> items.Pointer | None:
        """Which order an answer is about; None when it is none of ours."""
        item = self.table.get(items.pointer_key(uetr))
        return items.pointer_of(item) if item else None


class _Known(Stale):
    """It is there as it would have been put."""
