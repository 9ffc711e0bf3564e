"""How settlement's records stand in its table. Pure: from values to items and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from remit.kernel.value import value
from remit.settlement.computed import Computed, Total
from remit.settlement.kept import Change, Kept, Waits
from remit.settlement.model import Instruction, Member, Mode, Position, Status, Window
from remit.settlement.orders import Order
from remit.settlement.proof import Part, part_of
from remit.store.item import Item, Plain, binary, integer, text

BY = "settlement"


@value
class Pointer:
    """Which order of which window an answer is about."""

    tenant: str
    window_id: str
    order_id: str


def window_key(tenant: str, window_id: str) -> Item:
    """Where a window is kept."""
    return {"pk": f"{tenant}#{window_id}", "sk": "window"}


def directory_key(tenant: str, opens_at: int, window_id: str) -> Item:
    """The window's line in the directory."""
    return {"pk": f"{tenant}#windows", "sk": f"{opens_at:013d}#{window_id}"}


def early_pk(tenant: str, rail: str, currency: str) -> str:
    """The partition of early cut-offs."""
    return f"{tenant}#early#{rail}#{currency}"


def part_pk(tenant: str, window_id: str, part: int) -> str:
    """The partition of one part's members."""
    return f"{tenant}#{window_id}#{part:02d}"


def member_key(tenant: str, window_id: str, member_id: str) -> Item:
    """Where a member of a window is kept."""
    return {"pk": part_pk(tenant, window_id, part_of(member_id)), "sk": member_id}


def part_key(kept: Kept, number: int) -> Item:
    """Where a computed part of the window's round is kept."""
    return {"pk": f"{kept.tenant}#{kept.id}", "sk": f"part#{kept.round:04d}#{number:02d}"}


def total_key(kept: Kept) -> Item:
    """Where the positions of the window's round are kept."""
    return {"pk": f"{kept.tenant}#{kept.id}", "sk": f"proof#{kept.round:04d}"}


def orders_pk(kept: Kept) -> str:
    """The partition of the window's orders."""
    return f"{kept.tenant}#{kept.id}#orders"


def round_prefix(kept: Kept) -> str:
    """How the sort keys of the round's orders begin."""
    return f"{kept.round:04d}#"


def order_key(kept: Kept, order_id: str) -> Item:
    """Where an order is kept."""
    return {"pk": orders_pk(kept), "sk": round_prefix(kept) + order_id}


def pointer_key(uetr: str) -> Item:
    """The line that leads from an answer to its order."""
    return {"pk": f"order#{uetr}", "sk": "order"}


def split(key: str) -> tuple[str, str]:
    """Tenant and id from `<tenant>#<id>`."""
    tenant, _, identifier = key.partition("#")
    return tenant, identifier


def stamp(kept: Kept, *, why: str) -> Item:
    """When, by whom and why, for a record beside a window."""
    last = kept.history[-1]
    return {"at": last.at, "by": last.by, "why": why}


def window_item(kept: Kept) -> Item:
    """A window as it is stored."""
    history: list[Plain] = [dict(asdict(change)) for change in kept.history]
    item: Item = window_key(kept.tenant, kept.id) | {
        "facts": cast("dict[str, Plain]", asdict(kept.window)),
        "mode": kept.mode,
        "status": kept.status,
        "round": kept.round,
        "version": kept.version,
        "history": history,
        "done": kept.done,
        "asked": kept.asked,
        "again": kept.again,
        "waits": kept.waits,
        "token": kept.token,
        "others": list(kept.others),
        "count": -1 if kept.count is None else kept.count,
        "hash": kept.hash or "",
    }
    return item | stamp(kept, why=kept.status.lower())


def kept_of(item: Item) -> Kept:
    """The inverse of `window_item`."""
    tenant, _ = split(text(item, "pk"))
    facts = cast("dict[str, Plain]", item["facts"])
    count = integer(item, "count")
    return Kept(
        tenant=tenant,
        window=Window(**facts),  # type: ignore[arg-type]
        mode=cast("Mode", text(item, "mode")),
        status=cast("Status", text(item, "status")),
        round=integer(item, "round"),
        version=integer(item, "version"),
        history=tuple(
            Change(
                status=cast("Status", text(each, "status")),
                at=integer(each, "at"),
                by=text(each, "by"),
            )
            for each in cast("list[Item]", item["history"])
        ),
        done=text(item, "done"),
        asked=integer(item, "asked"),
        again=bool(item["again"]),
        waits=cast("Waits", text(item, "waits")),
        token=text(item, "token"),
        others=tuple(str(each) for each in cast("list[Plain]", item.get("others", []))),
        count=None if count < 0 else count,
        hash=text(item, "hash") or None,
    )


def member_item(tenant: str, window_id: str, member: Member, *, at: int) -> Item:
    """A member as it is stored: well under 1 KB, so one write unit."""
    item: Item = member_key(tenant, window_id, member.id) | {
        "rail": member.rail,
        "currency": member.currency,
        "payer": member.payer,
        "payee": member.payee,
        "amount": member.amount,
        "counted_at": member.counted_at,
        "held_on": member.held_on,
        "at": at,
        "by": BY,
        "why": "accepted by its rail",
    }
    return item | {"is_void": True} if member.is_void else item


def member_of(item: Item) -> Member:
    """The inverse of `member_item`."""
    return Member(
        id=text(item, "sk"),
        rail=text(item, "rail"),
        currency=text(item, "currency"),
        payer=text(item, "payer"),
        payee=text(item, "payee"),
        amount=integer(item, "amount"),
        counted_at=integer(item, "counted_at"),
        held_on=text(item, "held_on"),
        is_void=bool(item.get("is_void")),
    )


def part_item(kept: Kept, computed: Computed) -> Item:
    """A computed part as it is stored."""
    part = computed.part
    return (
        part_key(kept, part.number)
        | {
            "count": part.count,
            "hash": part.hash,
            "positions": _positions(part.positions),
            "held": dict(computed.held),
            "names": computed.names,
        }
        | stamp(kept, why="computed")
    )


def computed_of(number: int, currency: str, item: Item) -> Computed:
    """The inverse of `part_item`."""
    part = Part(
        number=number,
        count=integer(item, "count"),
        hash=text(item, "hash"),
        positions=_positions_of(item, currency),
    )
    return Computed(part=part, held=_held_of(item), names=binary(item, "names"))


def total_item(kept: Kept, total: Total) -> Item:
    """The positions of a round as they are stored."""
    return (
        total_key(kept)
        | {
            "positions": _positions(total.positions),
            "held": dict(total.held),
        }
        | stamp(kept, why="computed")
    )


def total_of(item: Item, currency: str) -> Total:
    """The inverse of `total_item`."""
    return Total(positions=_positions_of(item, currency), held=_held_of(item))


def order_item(kept: Kept, order: Order, *, at: int) -> Item:
    """An order as it is stored."""
    facts = order.instruction
    return order_key(kept, order.id) | {
        "window": facts.window_id,
        "debtor": facts.debtor,
        "creditor": facts.creditor,
        "amount": facts.amount,
        "currency": facts.currency,
        "day": facts.day,
        "uetr": order.uetr,
        "attempt": order.attempt,
        "answer": order.answer,
        "reason": order.reason,
        "at": at,
        "by": BY,
        "why": "instructed",
    }


def order_of(item: Item) -> Order:
    """The inverse of `order_item`."""
    return Order(
        instruction=Instruction(
            id=text(item, "sk").partition("#")[2],
            window_id=text(item, "window"),
            debtor=text(item, "debtor"),
            creditor=text(item, "creditor"),
            amount=integer(item, "amount"),
            currency=text(item, "currency"),
            day=text(item, "day"),
        ),
        uetr=text(item, "uetr"),
        attempt=integer(item, "attempt"),
        answer=text(item, "answer"),
        reason=text(item, "reason"),
    )


def pointer(kept: Kept, order: Order, *, at: int) -> Item:
    """The line that leads from an answer to its order."""
    return pointer_key(order.uetr) | {
        "tenant": kept.tenant,
        "window": kept.id,
        "order": order.id,
        "at": at,
        "by": BY,
        "why": "instructed",
    }


def pointer_of(item: Item) -> Pointer:
    """The inverse of `pointer`."""
    return Pointer(
        tenant=text(item, "tenant"),
        window_id=text(item, "window"),
        order_id=text(item, "order"),
    )


def _positions(positions: tuple[Position, ...]) -> list[Plain]:
    return [[each.participant, each.debits, each.credits] for each in positions]


def _positions_of(item: Item, currency: str) -> tuple[Position, ...]:
    return tuple(
        Position(participant=str(name), currency=currency, debits=int(out), credits=int(into))
        for name, out, into in cast("list[tuple[str, int, int]]", item["positions"])
    )


def _held_of(item: Item) -> Mapping[str, int]:
    return cast("Mapping[str, int]", item["held"])
