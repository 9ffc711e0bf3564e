"""Bugs to be planted where payments come in, and where other banks ask them back."""

from dataclasses import replace
from typing import Any

from remit.kernel.ids import derive
from remit.payments import (
    answer,
    answer_recall,
    credit,
    take_in,
)
from remit.payments.incoming_model import Incoming
from remit.payments.incoming_recalls import AskedBackStore
from remit.payments.incoming_store import IncomingStore
from remit.payments.screen import CLEAR, Screened
from remit.rails import arrived
from remit.store.commit import commit
from tests.simulation import present
from tests.simulation.bugs_ledger import Bug, Replacement, without_condition
from tests.simulation.bugs_rails import handler as _handler

BUGS: dict[str, Bug] = {}


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


# Payments that come in.


@bug
def credited_beside_the_status() -> list[Replacement]:
    """What comes in is credited in one commit, and its status follows in another."""

    def apart(client: Any, writes: Any) -> None:
        first, *others = writes
        commit(client, others)
        commit(client, [first])

    return [(credit, "commit", apart)]


@bug
def deadline_not_looked_at() -> list[Replacement]:
    """A payment is credited whatever time it is."""
    return [(Incoming, "is_late", lambda *_: False)]


@bug
def late_payment_not_screened() -> list[Replacement]:
    """What one clock takes for too late is not screened, and credited by another."""

    def refused(self: Any, now: int) -> Any:
        return _refused(self, present.world().time() if now == self.deadline else now)

    _refused = Incoming.refused
    return [(Incoming, "refused", refused)]


@bug
def credited_without_screening() -> list[Replacement]:
    """Nobody looks at who pays."""
    return [(_handler("payments/screen"), "screen", lambda *_, **__: Screened(status=CLEAR))]


@bug
def credited_under_a_new_id() -> list[Replacement]:
    """A credit that was made is made by another transfer, and the status is not looked at."""
    return [(credit, "transfer_id", _numbered(credit.transfer_id)), *_unconditioned("credited")]


@bug
def credited_though_rejected_meanwhile() -> list[Replacement]:
    """The scheme's no, or a hit on a list, is overlooked when it comes while money is moved."""
    return _unconditioned("credited")


@bug
def answer_of_the_moment() -> list[Replacement]:
    """The answer tells what the payment is now, and not what was decided."""

    def decided(self: Any) -> Any:
        step = self.history[-1]
        if step.status == "received":
            return None
        return replace(step, status="rejected") if step.status == "reversed" else step

    return [(Incoming, "decided", property(decided))]


@bug
def answer_stamped_when_it_is_sent() -> list[Replacement]:
    """An answer that is sent again tells another time."""

    def status(payment: Any, *, reason: Any, at: int) -> bytes:
        return _status(payment, reason=reason, at=present.world().true_time())

    _status = answer.status
    return [(answer, "status", status)]


@bug
def answered_once_and_for_all() -> list[Replacement]:
    """That the answer was sent counts, whether or not the scheme has taken it."""

    def answered(desk: Any, **named: Any) -> Any:
        try:
            return answer.answer(desk, **named)
        except answer.Unavailable:
            found = desk.incoming.get(named["tenant"], named["incoming_id"])
            if found.answered_at is None:
                commit(desk.incoming.table.client,
                       [desk.incoming.answered(found, at=named["now"])])  # fmt: skip
            return answer.Told(here=False)

    return [(_handler("payments/answer"), "answer", answered)]


@bug
def payment_known_by_its_message() -> list[Replacement]:
    """The same payment in another message is another payment."""
    return [(arrived.Arrived, "names", property(lambda self: (self.message_id,)))]


@bug
def other_content_under_a_reference_taken() -> list[Replacement]:
    """Another payment under a reference that was used is taken for the first."""
    return [(arrived.Arrived, "digest", property(lambda _: "d"))]


@bug
def names_taken_from_the_second_on() -> list[Replacement]:
    """A payment does not take its first name, as its id derives from that."""

    def create(self: Any, incoming: Any, names: Any, disowned: Any = ()) -> Any:
        whole, _, *others = _create(self, incoming, names, disowned)
        return [whole, *others]

    _create = IncomingStore.create
    return [(IncomingStore, "create", create)]


@bug
def names_looked_at_and_not_taken() -> list[Replacement]:
    """That no name of a payment is taken is not a condition of the commit."""

    def create(self: Any, incoming: Any, names: Any, disowned: Any = ()) -> Any:
        whole, *others = _create(self, incoming, names, disowned)
        return [whole, *(replace(one, request=without_condition(one.request)) for one in others)]

    _create = IncomingStore.create
    return [(IncomingStore, "create", create)]


@bug
def early_no_forgotten() -> list[Replacement]:
    """A no that comes before its payment is nobody's."""
    return [(take_in, "_marks", lambda *_: [])]


@bug
def no_not_heard() -> list[Replacement]:
    """What the scheme rejects after our yes stays credited."""
    told = {key: told for key, told in take_in.OUTCOMES.items() if key != ("inc", "rejected")}
    return [(take_in, "OUTCOMES", told)]


# What other banks ask back.


@bug
def recall_honoured_twice() -> list[Replacement]:
    """Of two who give the money back both do, each by a transfer of its own."""
    return [
        (answer_recall, "transfer_id", _numbered(credit.transfer_id)),
        *_unconditioned("returned"),
        *recall_answered_by_whoever_is_last(),
    ]


@bug
def recall_answered_by_whoever_is_last() -> list[Replacement]:
    """Of two who answer one recall the second overrules the first."""

    def answered(self: Any, asked: Any, after: Any) -> Any:
        first, *lines = _answer(self, replace(asked, status="open", answered_at=None), after)
        lines = [replace(one, request=without_condition(one.request)) for one in lines]
        return [replace(first, request=_anyway(first.request)), *lines]

    _answer = AskedBackStore.answer
    return [(AskedBackStore, "answer", answered)]


@bug
def given_back_before_the_answer() -> list[Replacement]:
    """The money goes back in a commit of its own, before the answer is kept."""

    def moves(ledger: Any, store: Any, incoming: Any, command: Any) -> Any:
        if incoming.status == "credited":
            commit(ledger.table.client, _moves(ledger, store, incoming, command))
        return []

    _moves = answer_recall._moves
    return [(answer_recall, "_moves", moves)]


@bug
def clock_of_a_recall_not_stopped() -> list[Replacement]:
    """A recall that was answered is still counted as one that is not."""

    def answered(self: Any, asked: Any, after: Any) -> Any:
        first, _, *others = _answer(self, asked, after)
        return [first, *others]

    _answer = AskedBackStore.answer
    return [(AskedBackStore, "answer", answered)]


def _numbered(named: Any) -> Any:
    """Who moves a payment's money once more, in the same way, does so by another transfer."""

    def numbered(incoming: Any, kind: str = "credit") -> str:
        plain, world = str(named(incoming, kind)), present.world()
        key = {"pk": {"S": f"{incoming.tenant}#{plain}"}, "sk": {"S": "transfer"}}
        asked = {"TableName": "LedgerTable", "Key": key, "ConsistentRead": True}
        if "Item" not in world.database.call("get_item", asked):
            return plain
        return derive("tr", incoming.id, kind, world.number(f"planted {incoming.id}"))

    return numbered


def _unconditioned(status: str) -> list[Replacement]:
    """A payment is taken to that status from whatever state it is in by then."""

    def taken(self: Any, incoming: Any, step: Any, *, listed: Any = None) -> Any:
        made = _take(self, incoming, step, listed=listed)
        anyway = step.status == status
        return replace(made, request=_anyway(made.request)) if anyway else made

    _take = IncomingStore.take
    return [(IncomingStore, "take", taken)]


def _anyway(request: Any) -> Any:
    """The request with a condition that every payment meets."""
    (name,) = [alias for alias, one in request["ExpressionAttributeNames"].items()
               if one == "status"]  # fmt: skip
    used = {f"{alias}": value for alias, value in request["ExpressionAttributeValues"].items()
            if alias in request["UpdateExpression"]}  # fmt: skip
    condition = {"ConditionExpression": f"attribute_exists({name})"}
    return {**request, **condition, "ExpressionAttributeValues": used}
