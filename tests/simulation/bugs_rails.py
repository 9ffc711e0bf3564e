"""Bugs to be planted where payments leave the house: what is sent, ends them, and comes back."""

from dataclasses import replace
from typing import Any

from remit.kernel.ids import derive
from remit.payments import (
    complete,
    enquire,
    give_back,
    messages,
    receive,
    release,
    return_funds,
    send_recall,
    submit,
    sweep,
)
from remit.payments import store as payment_store
from remit.payments.model import RAIL_ROADS, Step
from remit.payments.orders import outgoing
from remit.payments.store import PaymentStore
from remit.rails import heard
from remit.runtime import rails
from remit.store.commit import commit
from remit.vault.model import SubjectErased
from tests.simulation import deployment, present
from tests.simulation.bugs_ledger import Bug, Replacement, without_condition

BUGS: dict[str, Bug] = {}

_ANYWHERE: dict[str, Any] = {"status": tuple(RAIL_ROADS)}
"""A condition that every payment on a rail's road meets."""


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


# What is sent.


@bug
def submitted_after_it_was_sent() -> list[Replacement]:
    """The status is written once the rail has the payment."""

    def submitted(desk: Any, *, tenant: str, payment_id: str, now: int) -> Any:
        def move(payment: Any) -> Any:
            if payment.status not in ("reserved", "submitted"):
                return submit.Submitted(status=payment.status)
            parties = desk.orders.of_payment(payment).opened(desk.vault)
            step = Step(status="submitted", at=now, by="rails")
            is_new = payment.status == "reserved"
            sent = submit.send(desk, payment.after(step) if is_new else payment, parties, now=now)
            if is_new:
                commit(desk.payments.table.client, [desk.payments.take(payment, step)])
            return submit.Submitted(status="submitted", sent=sent)

        return submit.walk(desk.payments, tenant, payment_id, move)

    return [(handler_names("payments/submit"), "submit", submitted)]


@bug
def message_stamped_when_it_is_sent() -> list[Replacement]:
    """A message that is sent again tells another time."""

    def sent(desk: Any, payment: Any, parties: Any, *, now: int) -> Any:
        told = outgoing(payment, parties, accepted_at=now)
        identifier = submit.message_id(submit.TRANSFER, told.uetr)
        return desk.lines[payment.rail].send(identifier, submit.transfer(told), now=now)

    return [(submit, "send", sent), (enquire, "send", sent)]


@bug
def sent_anew_under_another_id() -> list[Replacement]:
    """A message's id derives from the moment, so that a payment may be sent as two."""

    def sent(desk: Any, payment: Any, parties: Any, *, now: int) -> Any:
        told = outgoing(payment, parties, accepted_at=payment.reached("submitted"))
        identifier = submit.message_id(submit.TRANSFER, told.uetr, now % 1000)
        body = submit.transfer(told).replace(
            submit.message_id(submit.TRANSFER, told.uetr).encode(), identifier.encode()
        )
        return desk.lines[payment.rail].send(identifier, body, now=now)

    return [(submit, "send", sent), (enquire, "send", sent)]


@bug
def enquiries_numbered_by_looks() -> list[Replacement]:
    """The first question after a person was called has the id of the very first one."""

    def question(since: int, now: int) -> tuple[int, int]:
        return 1 + (now - since) // 60_000 % 20, now

    return [(enquire, "_question", question)]


@bug
def silent_payment_not_sent_again() -> list[Replacement]:
    """A payment that got lost is asked about for ever, and never sent again."""

    def erased(*_: Any, **__: Any) -> None:
        raise SubjectErased

    return [(enquire, "send", erased)]


@bug
def nobody_looks_after_submitted_payments() -> list[Replacement]:
    """The stream tells nobody of what a rail was given."""

    def kind(item: Any) -> Any:
        found = _kind(item)
        return None if found == "rail" else found

    _kind = sweep._kind
    return [(sweep, "_kind", kind)]


@bug
def recall_sent_once() -> list[Replacement]:
    """A recall that the rail has not taken is not sent again."""

    def sent(desk: Any, recalls: Any, **named: Any) -> None:
        try:
            send_recall.send_recall(desk, recalls, **named)
        except send_recall.RecallNotTaken:
            return

    return [(handler_names("payments/send_recall"), "send_recall", sent)]


# What ends a payment.


@bug
def time_out_releases() -> list[Replacement]:
    """A payment about which its rail was asked in vain is given back."""

    def asked(desk: Any, *, tenant: str, payment_id: str, look: int, now: int) -> None:
        try:
            enquire.enquire(desk, tenant=tenant, payment_id=payment_id, look=look, now=now)
        except enquire.NotAnswered:
            if look < 3:
                raise
            named = {"tenant": tenant, "payment_id": payment_id, "reason": "AB05", "now": now}
            release.release(desk.payments, desk.ledger, **named)

    return [(handler_names("payments/enquire"), "enquire", asked)]


@bug
def error_of_the_line_taken_for_a_rejection() -> list[Replacement]:
    """What HTTP answers decides: a rail that refuses to take a message is believed."""

    def submitted(desk: Any, **named: Any) -> Any:
        made = submit.submit(desk, **named)
        if made.sent != "refused":
            return made
        release.release(desk.payments, desk.ledger, reason="MS03", **named)
        return replace(made, status="declined")

    return [(handler_names("payments/submit"), "submit", submitted)]


@bug
def second_answer_overrides() -> list[Replacement]:
    """A rejection takes back what was accepted before."""

    def released(payments: Any, ledger: Any, **named: Any) -> Any:
        def move(payment: Any) -> Any:
            if payment.status == "completed":
                # Back to where it waits, as the new answer says that it was no end.
                payment = replace(payment, history=payment.history[:-1])
                return _forced(payments, ledger, payment, named)
            return release.release(payments, ledger, **named)

        return release.walk(payments, named["tenant"], named["payment_id"], move)

    return [(handler_names("payments/release"), "release", released)]


@bug
def completed_without_a_look_at_the_status() -> list[Replacement]:
    """An acceptance completes whatever there is, also what has been given back."""

    def completed(payments: Any, *, tenant: str, payment_id: str, now: int) -> Any:
        payment = payments.get(tenant, payment_id)
        step = Step(status="completed", at=now, by=payment.rail)
        commit(payments.table.client, [payments._change(payment, [step], {}, only_if=_ANYWHERE)])
        return complete.Outcome(status="completed", here=True)

    return [(handler_names("payments/complete"), "complete", completed)]


@bug
def pending_taken_for_accepted() -> list[Replacement]:
    """That a rail is at work is taken for its answer."""
    scheme = heard.SCHEMES["sct_inst"]
    eager = replace(scheme, accepted=scheme.accepted | {"ACSP"})
    return [(heard, "SCHEMES", {**heard.SCHEMES, "sct_inst": eager})]


@bug
def unknown_to_the_rail_taken_for_rejected() -> list[Replacement]:
    """A rail that does not know a payment yet is taken to have rejected it."""
    return [(heard, "_NOT_FOUND", frozenset())]


@bug
def released_beside_the_status() -> list[Replacement]:
    """The money goes back in one commit, and the status follows in another."""

    def apart(client: Any, writes: Any) -> None:
        first, *others = writes
        commit(client, others)
        commit(client, [first])

    return [(release, "commit", apart)]


# What comes in, and what comes back.


@bug
def started_before_it_is_kept() -> list[Replacement]:
    """The machine is started first, and then the message is kept."""

    def kept(desk: Any, rail: str, told: Any, body: bytes, now: int) -> Any:
        class Store:
            table = desk.messages.table
            find = desk.messages.find

            def keep(self, message: Any) -> Any:
                for start in receive.starts(message):
                    desk.start(start)
                return desk.messages.keep(message)

        return _kept(replace(desk, messages=Store()), rail, told, body, now)

    _kept = receive._kept
    return [(receive, "_kept", kept)]


@bug
def taken_though_nothing_follows() -> list[Replacement]:
    """A message whose machine could not be started is confirmed all the same."""

    def started(start: Any, request_id: str) -> bool:
        return _started(start, request_id) or True

    _started = rails._started
    return [(rails, "_started", started)]


@bug
def message_put_over_another() -> list[Replacement]:
    """Another message under a known id takes the place of the first."""

    def keep(self: Any, message: Any) -> Any:
        made = _keep(self, message)
        return replace(made, request=without_condition(made.request))

    _keep = messages.MessageStore.keep
    return [
        (messages.MessageStore, "keep", keep),
        (messages.MessageStore, "find", lambda _, __: None),
    ]


@bug
def return_moves_money_under_a_new_id() -> list[Replacement]:
    """A return's transfer is named by chance, so that the same return may come back twice."""

    def named(payment: Any, return_id: str) -> str:
        return derive("tr", payment.id, return_id, str(present.world().chance.random()))

    return [(return_funds, "transfer_id", named)]


@bug
def more_returned_than_was_paid() -> list[Replacement]:
    """Whatever a rail gives back is given on."""

    def given(self: Any, payment: Any, back: Any, step: Any) -> Any:
        backs = [payment_store._back_item(one) for one in (*payment.returns, back)]
        total = {"returned": payment.returned + back.amount, "returns": backs}
        only_if = {"returned": payment.returned}
        return self._change(payment, [step] if step else [], total, only_if=only_if)

    return [
        (return_funds, "_fits", lambda payment, _: payment.status == "completed"),
        (PaymentStore, "give_back", given),
    ]


@bug
def parts_of_a_return_not_counted_together() -> list[Replacement]:
    """Two parts that come back at once are counted as one."""

    def changed(self: Any, payment: Any, steps: Any, set_to: Any, *, only_if: Any = None) -> Any:
        return _change(self, payment, steps, set_to)

    _change = PaymentStore._change
    return [(PaymentStore, "_change", changed)]


@bug
def return_before_the_acceptance_dropped() -> list[Replacement]:
    """A return of a payment that waits for its answer is taken for a mistake of the rail's."""
    return [(return_funds, "WAITS_FOR_RAIL", ())]


@bug
def frozen_account_stops_what_comes_back() -> list[Replacement]:
    """What a debtor's account cannot take is tried for ever."""
    return [(give_back, "_CANNOT_TAKE_IT", ())]


def handler_names(path: str) -> Any:
    """The function's module, as far as a replacement needs it: its names."""
    handler: Any = deployment.functions()[path].handler
    return _Names(handler.__wrapped__.__globals__)


class _Names:
    """The names of a module, as attributes that can be replaced."""

    def __init__(self, names: dict[str, Any]) -> None:
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, content: Any) -> None:
        self._names[name] = content

    def __delattr__(self, name: str) -> None:
        del self._names[name]


def _forced(payments: Any, ledger: Any, payment: Any, named: Any) -> Any:
    """Decline a completed payment as if it still waited."""

    class Store:
        table = payments.table

        def take(self, one: Any, step: Any) -> Any:
            return payments._change(one, [step], {}, only_if=_ANYWHERE)

    store: Any = Store()
    told = {"reason": named["reason"], "by": payment.rail, "now": named["now"]}
    return release.give_up(store, ledger, payment, **told)
