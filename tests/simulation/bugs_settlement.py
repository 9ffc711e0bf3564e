"""Bugs to be planted where windows are settled: who is a member, what is ordered, what is moved."""

from dataclasses import replace
from typing import Any

from remit.kernel.ids import derive
from remit.ledger import headroom
from remit.ledger.model import between
from remit.settlement import (
    computed,
    confirm,
    instruct,
    join,
    kept,
    moves,
    operate,
    orders,
    post,
    store,
)
from remit.settlement.store import SettlementStore
from remit.store.commit import Stale, commit
from remit.store.write import update
from tests.simulation import present
from tests.simulation.bugs_ledger import Bug, Replacement
from tests.simulation.bugs_rails import handler

BUGS: dict[str, Bug] = {}


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


# Who is a member.


@bug
def seal_not_looked_at() -> list[Replacement]:
    """Whoever has put a member takes it to be in, sealed or not."""
    return [(join, "_is_in", lambda *_: True)]


@bug
def seal_told_before_the_member_is_put() -> list[Replacement]:
    """Whether a window is sealed is told first, by the consumer's clock, and not looked at."""

    def enters(place: Any, resume: Any, tenant: str, window: Any, member: Any, now: int) -> bool:
        if place.find(tenant, window.id) is None or now >= window.seals_at:
            return _enters(place, resume, tenant, window, member, now)
        place.join(tenant, window.id, member, at=now)
        return True

    _enters = join._enters
    return [(join, "_enters", enters)]


@bug
def late_member_stays_where_it_is() -> list[Replacement]:
    """A member that comes when its window has left is taken to be in it."""

    def enters(place: Any, resume: Any, tenant: str, window: Any, member: Any, now: int) -> bool:
        found = place.find(tenant, window.id)
        if found is not None and found.is_final:
            place.join(tenant, window.id, member, at=now)
            return True
        return _enters(place, resume, tenant, window, member, now)

    _enters = join._enters
    return [(join, "_enters", enters)]


@bug
def late_member_leaves_the_round() -> list[Replacement]:
    """A window that is computed anew keeps the parts of the round before."""

    def late(self: Any, *, at: int, by: str) -> Any:
        return replace(_late(self, at=at, by=by), round=self.round)

    _late = kept.Kept.late
    return [(kept.Kept, "late", late)]


@bug
def first_page_of_members() -> list[Replacement]:
    """Of a window's parts only the first page is read, and a page holds one member."""

    def members(self: Any, tenant: str, window_id: str, part: int) -> Any:
        page = self.members_page(tenant, window_id, part, limit=1, start=None)
        return iter([store.items.member_of(item) for item in page.items if "later" not in item])

    return [(SettlementStore, "members", members)]


@bug
def returns_do_not_settle() -> list[Replacement]:
    """What comes back of a payment joins no window."""

    def members(payment: Any, ours: str) -> Any:
        return _members(payment, ours)[:1]

    _members = join.members_of
    return [(handler("settlement/join"), "members_of", members)]


@bug
def cut_off_beside_its_window() -> list[Replacement]:
    """An early cut-off is stored whatever has become of its window meanwhile."""

    def cut(place: Any, command: Any, window: Any, moment: int, *, is_new: bool) -> Any:
        return _cut(place, command, window, moment, is_new=True)

    _cut = operate._cut
    return [(operate, "_cut", cut)]


# What it comes to.


@bug
def position_the_other_way_round() -> list[Replacement]:
    """Who owes is taken for who is owed."""

    def ordered(window: Any, positions: Any, *, ours: str, agent: str) -> Any:
        turned = [replace(each, debits=each.credits, credits=each.debits) for each in positions]
        return _orders(window, turned, ours=ours, agent=agent)

    _orders = orders.net_orders
    return [(instruct, "net_orders", ordered)]


@bug
def sent_before_it_is_instructed() -> list[Replacement]:
    """Orders leave while the window's members may still change: `INSTRUCTED` comes afterwards."""

    def prepare(desk: Any, lines: Any, *, tenant: str, window_id: str, **more: Any) -> Any:
        found = desk.store.get(tenant, window_id)
        if found.status == "COMPUTED":
            total = desk.store.total(found)
            made = orders.net_orders(found, total.positions, ours=desk.ours, agent=desk.agent)
            desk.store.prepare(found, made, at=more["now"])
            for order in made:
                body = instruct.message(order, found.window, at=found.history[-1].at)
                lines[found.window.rail].send(instruct.identifier(order), body, now=more["now"])
        return _instruct(desk, lines, tenant=tenant, window_id=window_id, **more)

    _instruct = instruct.instruct
    return [(handler("settlement/instruct"), "instruct", prepare)]


@bug
def message_made_anew_when_it_is_sent() -> list[Replacement]:
    """An order that is sent again tells another time."""

    def message(order: Any, window: Any, *, at: int) -> bytes:
        return _message(order, window, at=present.world().time())

    _message = instruct.message
    return [(instruct, "message", message)]


@bug
def order_named_by_the_moment() -> list[Replacement]:
    """An order's reference is drawn when it is made, and again when it is sent."""

    def anew(window: Any, order: Any) -> Any:
        made = _anew(window, order)
        return replace(made, uetr=f"{present.world().time():08x}"[:8] + made.uetr[8:])

    _anew = orders.anew

    def send(desk: Any, lines: Any, found: Any, now: int, is_late: Any) -> Any:
        for order in desk.store.all_orders(found):
            if not order.answer and found.asked > 1:
                other = anew(found, order)
                body = instruct.message(other, found.window, at=found.history[-1].at)
                lines[found.window.rail].send(instruct.identifier(other), body, now=now)
        return _send(desk, lines, found, now, is_late)

    _send = instruct._send
    return [(instruct, "_send", send)]


# What the bank says.


@bug
def answer_to_an_earlier_attempt_taken() -> list[Replacement]:
    """What is said of an order that was rejected is taken for the one that was made anew."""

    def order(self: Any, window: Any, order_id: str) -> Any:
        found = _order(self, window, order_id)
        return found and _AnyReference(found)

    _order = SettlementStore.order
    return [(SettlementStore, "order", order)]


class _AnyReference:
    """An order that takes every reference for its own."""

    def __init__(self, order: Any) -> None:
        self._order = order

    def __getattr__(self, name: str) -> Any:
        return getattr(self._order, name)

    @property
    def uetr(self) -> Any:
        return _Any()


class _Any(str):
    """Equal to everything."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _: object) -> bool:
        return True

    def __ne__(self, _: object) -> bool:
        return False


@bug
def confirmation_of_a_stranger_taken() -> list[Replacement]:
    """What is said of an order that is none of ours is taken for the first that is."""

    def led_to(self: Any, uetr: str) -> Any:
        found = _led_to(self, uetr)
        if found is not None:
            return found
        kept_ = present.world().database.items("SettlementTable")
        pointers = [each["pk"]["S"] for each in kept_ if each["pk"]["S"].startswith("order#")]
        return _led_to(self, min(pointers).partition("#")[2]) if pointers else None

    _led_to = SettlementStore.led_to
    any_reference = answer_to_an_earlier_attempt_taken()
    return [(SettlementStore, "led_to", led_to), *any_reference]


@bug
def last_answer_stands() -> list[Replacement]:
    """A second answer takes the place of the first."""

    def answer(self: Any, window: Any, order: Any, word: str, *, reason: str, at: int) -> Any:
        return update(
            self.table.name,
            store.items.order_key(window, order.id),
            set_to={"answer": word, "reason": reason, "answered_at": at},
            only_if={"attempt": order.attempt},
            failed=lambda _: Stale(),
        )

    def order(self: Any, window: Any, order_id: str) -> Any:
        found = _order(self, window, order_id)
        return found and replace(found, answer="")

    _order = SettlementStore.order
    return [(SettlementStore, "answer", answer), (SettlementStore, "order", order)]


@bug
def answer_while_nobody_waits_dropped() -> list[Replacement]:
    """What the bank says before anybody waits for it is taken for a stranger's."""

    def confirmed(place: Any, resume: Any, *, uetr: str, said: Any, now: int) -> Any:
        found = place.led_to(uetr)
        if found is not None and not place.get(found.tenant, found.window_id).token:
            return confirm.Confirmed(outcome="stranger")
        return _confirm(place, resume, uetr=uetr, said=said, now=now)

    _confirm = confirm.confirm
    return [(handler("settlement/confirm"), "confirm", confirmed)]


@bug
def pending_taken_for_settled() -> list[Replacement]:
    """That the bank is at work is taken for its having paid."""
    eager = confirm.FINAL | {"ACSP"}

    def answer(self: Any) -> Any:
        return "confirmed" if self.meaning == "pending" else _answer(self)

    _answer = confirm.Said.answer.fget
    assert _answer is not None
    return [(confirm, "FINAL", eager), (confirm.Said, "answer", property(answer))]


@bug
def silence_taken_for_confirmed() -> list[Replacement]:
    """What the bank has not rejected by the time that it is asked again has been paid."""

    def send(desk: Any, lines: Any, found: Any, now: int, is_late: Any) -> Any:
        if found.asked > 1:
            for order in desk.store.all_orders(found):
                if not order.answer:
                    noted = desk.store.answer(found, order, "confirmed", reason="", at=now)
                    commit(desk.store.table.client, [noted])
        return _send(desk, lines, found, now, is_late)

    _send = instruct._send
    return [(instruct, "_send", send)]


@bug
def only_the_newest_machine_is_told() -> list[Replacement]:
    """Of two machines that wait for a window the one that came first is forgotten."""

    def waiting(self: Any, waits: Any, token: str) -> Any:
        return replace(self, waits=waits, token=token, others=())

    return [(kept.Kept, "waiting", waiting)]


# What moves.


@bug
def moved_before_the_bank_has_confirmed() -> list[Replacement]:
    """What is in transit is taken out of it as soon as the order is sent."""

    def send(desk: Any, lines: Any, found: Any, now: int, is_late: Any) -> Any:
        total = desk.store.total(found)
        transfers = moves.taken(found.window, total.held, desk.books(found, at=now))
        if transfers and found.done == instruct.ALL_SENT:
            commit(desk.store.table.client, desk.ledger.carry_out(found.tenant, transfers))
        return _send(desk, lines, found, now, is_late)

    _send = instruct._send
    return [(instruct, "_send", send)]


@bug
def move_named_by_chance() -> list[Replacement]:
    """A transfer's id is drawn, so that carrying it out again moves the money again."""

    def made(window: Any, books: Any, cause: str, **named: Any) -> Any:
        chance = str(present.world().chance.random())
        return replace(
            _transfer(window, books, cause, **named),
            id=derive("tr", books.tenant, window.id, cause, chance),
        )

    _transfer = moves._transfer
    return [(moves, "_transfer", made)]


@bug
def moved_beside_its_progress() -> list[Replacement]:
    """Money moves in one commit, and how far that has come is noted in another."""

    def carried(desk: Any, found: Any, transfers: Any, done: str) -> str:
        if transfers:
            commit(desk.store.table.client, desk.ledger.carry_out(found.tenant, transfers))
        commit(desk.store.table.client, [desk.store.change(found, found.going(done=done))])
        return "posting"

    return [(post, "_commit", carried)]


@bug
def what_is_owed_to_us_paid_out() -> list[Replacement]:
    """Settlement moves what we are owed as if we owed it."""

    def taken(window: Any, sums: Any, books: Any) -> Any:
        return tuple(
            replace(each, legs=between(*sorted(leg.account_id for leg in each.legs),
                                       each.legs[0].amount))
            for each in _taken(window, sums, books)
        )  # fmt: skip

    _taken = moves.taken
    return [(post, "taken", taken)]


@bug
def room_made_out_of_nothing() -> list[Replacement]:
    """A shard that lacks room under the cap is given it, and no other one has less."""

    def make_room(
        ledger: Any, found: Any, account_id: str, amount: int, *, by: str, at: int
    ) -> Any:
        if any(each.rules.limit is None for each in found):
            return []
        rules = {
            each.id: replace(each.rules, limit=each.expected + amount)
            if each.id == account_id
            else each.rules
            for each in found
        }
        return headroom._ruled(ledger, found, rules, by=by, at=at, why="room moved between shards")

    return [(headroom, "make_room", make_room)]


@bug
def what_came_back_left_in_transit() -> list[Replacement]:
    """What lies on the accounts in transit is summed up without what came back."""

    def held(members: Any, ours: str) -> Any:
        return _held([each for each in members if each.payer == ours], ours)

    _held = computed.held
    return [(computed, "held", held)]
