"""One answer per key: replays, refusals, held answers, zombies and lost replies."""

import dataclasses
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.kernel import clock
from remit.kernel.canonical import fingerprint
from remit.kernel.errors import Contended, Fault, NotFound, Refusal, Unavailable
from remit.store.commit import ATTEMPTS, Stale, commit
from remit.store.idempotency import (
    KEPT,
    Answer,
    Command,
    InFlight,
    KeyReused,
    answer_once,
    settle,
)
from remit.store.item import encode_item
from remit.store.write import put_new, update
from tests.integration.store.faulty import LOSE_REPLY, LOSE_REQUEST, TRIES
from tests.unit.store.scripted import cancelled, failure

NOW = 1_795_512_600_000
UNTIL = NOW + 10_000
COUNTER = {"pk": "counter", "sk": "0"}


class TooPoor(Refusal):
    title = "Not enough"


class NotMade(Exception):
    """Should never be seen."""


def command(
    body: str = "body", *, key: str = "key", tenant: str = "acme", now: int = NOW
) -> Command:
    return Command(
        tenant=tenant,
        key=key,
        fingerprint=fingerprint(body.encode()),
        path="/v1/things",
        actor="anna",
        now=now,
    )


class Shop:
    """Something to command: takes one from a counter, and answers with what is left."""

    def __init__(self, things, keys, *, stock: int = 5) -> None:
        self.things, self.keys = things, keys
        self.acts = 0
        self.set(stock)

    def set(self, stock: int) -> None:
        item = encode_item(COUNTER | {"stock": stock})
        self.things.client.client.put_item(TableName=self.things.name, Item=item)

    @property
    def stock(self) -> int:
        return self.things.get(COUNTER)["stock"]

    def take(self):
        self.acts += 1
        stock = self.stock
        if stock == 0:
            raise TooPoor("none is left")
        return Answer(status=201, body=f'{{"left":{stock - 1}}}'), [
            update(
                self.things.name,
                COUNTER,
                set_to={"stock": stock - 1},
                only_if={"stock": stock},
                failed=lambda _: Stale(),
            )
        ]

    def ask(self, command: Command, **more) -> Answer:
        return answer_once(self.keys, command, self.take, **more)


@pytest.fixture
def shop(things, keys) -> Shop:
    return Shop(things, keys)


def row(keys, asked: Command):
    return keys.get({"pk": f"{asked.tenant}#{asked.id}"})


# The same key.


def test_the_same_key_and_body_give_the_same_bytes_and_one_effect(shop):
    first = shop.ask(command())
    second = shop.ask(command(now=NOW + 5))

    assert first == Answer(status=201, body='{"left":4}', replayed=False)
    assert second == Answer(status=201, body='{"left":4}', replayed=True)
    assert shop.stock == 4


def test_another_body_under_the_same_key_is_refused_and_does_nothing(shop):
    shop.ask(command())

    with pytest.raises(KeyReused):
        shop.ask(command("other"))

    assert shop.stock == 4
    assert shop.ask(command()).replayed


def test_a_known_key_speaks_before_any_other_write(things, keys):
    def act():
        made = put_new(things.name, {"pk": "one", "sk": "0"}, exists=lambda _: NotMade())
        return Answer(status=201, body="{}"), [made]

    answer_once(keys, command(), act)

    assert answer_once(keys, command(now=NOW + 1), act).replayed


@pytest.mark.parametrize("other", [{"key": "other"}, {"tenant": "zeta"}])
def test_another_key_or_tenant_is_another_command(shop, other):
    shop.ask(command())

    assert not shop.ask(command(**other)).replayed
    assert shop.stock == 3


def test_tenant_and_key_do_not_run_together():
    assert command(tenant="ab", key="c").id != command(tenant="a", key="bc").id


def test_a_key_is_remembered_with_who_when_and_why(shop, keys):
    shop.ask(command())

    kept = row(keys, command())
    assert (kept["by"], kept["at"], kept["why"]) == ("anna", NOW, "/v1/things")
    assert kept["expires_at"] == (NOW + KEPT) // 1000
    assert KEPT >= 7 * clock.DAY


# Refusals.


def test_a_refusal_stays_the_answer_when_the_world_changes(shop):
    shop.set(0)
    first = shop.ask(command())
    shop.set(5)
    second = shop.ask(command())

    assert first.status == 422
    assert '"code":"too_poor"' in first.body
    assert '"instance":"/v1/things"' in first.body
    assert (second.status, second.body, second.replayed) == (422, first.body, True)
    assert shop.stock == 5


def test_an_answer_stays_when_the_same_request_would_be_refused_now(shop):
    first = shop.ask(command())
    shop.set(0)

    assert shop.ask(command()).body == first.body


def test_a_refusal_that_a_failed_condition_means_is_stored_too(things, keys):
    item = {"pk": "one", "sk": "0"}
    commit(things.client, [put_new(things.name, item, exists=NotMade)])

    def act():
        taken = put_new(things.name, item, exists=lambda _: TooPoor("taken"))
        return Answer(status=201, body="{}"), [taken]

    first = answer_once(keys, command(), act)
    things.client.client.delete_item(TableName=things.name, Key=encode_item(item))
    second = answer_once(keys, command(), act)

    assert first.status == second.status == 422
    assert first.body == second.body
    assert second.replayed
    assert things.get(item) is None


def test_a_rejection_is_not_stored_and_the_key_stays_free(shop, keys):
    def act():
        raise NotFound

    with pytest.raises(NotFound):
        answer_once(keys, command(), act)

    assert row(keys, command()) is None
    assert not shop.ask(command()).replayed


def test_an_answer_stays_when_the_same_request_would_be_rejected_now(shop, keys):
    first = shop.ask(command())

    def gone():
        raise NotFound

    assert answer_once(keys, command(), gone) == dataclasses.replace(first, replayed=True)
    with pytest.raises(KeyReused):
        answer_once(keys, command("other"), gone)


def test_a_fault_stores_nothing_and_the_key_may_be_sent_again(shop, keys):
    def act():
        raise Fault("down")

    with pytest.raises(Fault):
        answer_once(keys, command(), act)

    assert row(keys, command()) is None
    assert shop.ask(command()).status == 201


# Others at the same time.


def test_a_decision_on_stale_records_is_made_again(shop):
    shop.things.client.plan = [lambda: shop.set(3)]

    answer = shop.ask(command())

    assert answer.body == '{"left":2}'
    assert shop.acts == 2


def test_a_decision_that_is_always_stale_ends_in_contended(shop, keys, pauses):
    shop.things.client.plan = [lambda n=n: shop.set(100 + n) for n in range(50)]

    with pytest.raises(Contended):
        shop.ask(command())

    assert shop.acts == ATTEMPTS
    assert len(pauses) == ATTEMPTS
    assert row(keys, command()) is None


def test_of_two_at_once_under_one_key_the_second_gets_the_first_ones_answer(shop):
    shop.things.client.plan = [lambda: shop.ask(command(now=NOW + 1))]

    answer = shop.ask(command())

    assert answer == Answer(status=201, body='{"left":4}', replayed=True)
    assert shop.stock == 4


def test_a_row_that_vanished_between_is_tried_again(shop):
    shop.things.client.plan = [cancelled({"Code": "ConditionalCheckFailed"}, "None")]

    assert shop.ask(command()).status == 201
    assert shop.acts == 2


def test_one_key_for_two_requests_at_once_is_reused(shop):
    shop.things.client.plan = [lambda: shop.ask(command("other"))]

    with pytest.raises(KeyReused):
        shop.ask(command())

    assert shop.stock == 4


# Lost requests and replies.


@pytest.mark.parametrize("fault", [LOSE_REQUEST, LOSE_REPLY])
def test_a_loss_on_the_way_neither_doubles_nor_drops_the_effect(shop, fault):
    shop.things.client.plan = [fault]

    answer = shop.ask(command())

    assert answer == Answer(status=201, body='{"left":4}', replayed=False)
    assert shop.stock == 4


@pytest.mark.parametrize("fault", [LOSE_REQUEST, LOSE_REPLY])
def test_after_an_outage_the_same_key_settles_what_happened(shop, fault):
    shop.things.client.plan = [fault] * TRIES

    with pytest.raises(Unavailable):
        shop.ask(command())
    answer = shop.ask(command(now=NOW + 60_000))

    assert answer.body == '{"left":4}'
    assert answer.replayed == (fault == LOSE_REPLY)
    assert shop.stock == 4


@pytest.mark.parametrize("fault", [LOSE_REQUEST, LOSE_REPLY])
def test_a_refusal_survives_a_loss_on_the_way(shop, fault):
    shop.set(0)
    shop.things.client.plan = [fault]

    first = shop.ask(command())
    shop.set(5)

    assert first.status == 422
    assert shop.ask(command()).body == first.body


# Held answers.

SETTLED = Answer(status=201, body='{"status":"completed"}')


def test_while_an_answer_is_held_the_same_key_is_told_to_come_back(shop):
    first = shop.ask(command(), hold_until=UNTIL)

    assert not first.replayed
    with pytest.raises(InFlight):
        shop.ask(command(now=UNTIL - 1))
    with pytest.raises(KeyReused):
        shop.ask(command("other", now=UNTIL - 1))
    assert shop.stock == 4


def test_a_settled_answer_is_the_answer_from_then_on(shop, keys):
    shop.ask(command(), hold_until=UNTIL)

    assert settle(keys, command(), SETTLED, hold_until=UNTIL) == SETTLED
    assert shop.ask(command(now=NOW + 1)) == dataclasses.replace(SETTLED, replayed=True)


def test_a_hold_that_ran_out_is_settled_to_its_first_answer(shop):
    first = shop.ask(command(), hold_until=UNTIL)

    again = shop.ask(command(now=UNTIL))

    assert again == dataclasses.replace(first, replayed=True)
    assert shop.stock == 4


def test_a_zombie_that_settles_late_loses(shop, keys):
    first = shop.ask(command(), hold_until=UNTIL)
    shop.ask(command(now=UNTIL))

    assert settle(keys, command(), SETTLED, hold_until=UNTIL).body == first.body
    assert shop.ask(command(now=UNTIL + 1)).body == first.body


def test_of_two_that_settle_one_wins_and_both_know_the_answer(shop, keys):
    shop.ask(command(), hold_until=UNTIL)

    one = settle(keys, command(), SETTLED, hold_until=UNTIL)
    other = settle(keys, command(), Answer(status=201, body="{}"), hold_until=UNTIL)

    assert one.body == other.body == SETTLED.body


def test_a_settler_overtaken_at_the_last_moment_gives_the_winners_answer(shop, keys):
    shop.ask(command(), hold_until=UNTIL)
    shop.things.client.plan = [
        lambda: settle(keys, command(), SETTLED, hold_until=UNTIL) and None,
    ]

    late = shop.ask(command(now=UNTIL))

    assert late == dataclasses.replace(SETTLED, replayed=True)


@pytest.mark.parametrize("fault", [LOSE_REQUEST, LOSE_REPLY])
def test_settling_survives_a_loss_on_the_way(shop, keys, fault):
    shop.ask(command(), hold_until=UNTIL)
    shop.things.client.plan = [fault]

    assert settle(keys, command(), SETTLED, hold_until=UNTIL).body == SETTLED.body
    assert shop.ask(command(now=NOW + 1)).body == SETTLED.body


def test_a_refusal_is_never_held(shop):
    shop.set(0)
    shop.ask(command(), hold_until=UNTIL)

    assert shop.ask(command(now=NOW + 1)).replayed


# Any mixture of the above.

TROUBLE = st.sampled_from(
    [None, LOSE_REQUEST, LOSE_REPLY, "conflict", "throttled", "somebody else takes one"]
)
ANOTHER = count()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stock=st.integers(0, 2),
    calls=st.lists(st.lists(TROUBLE, max_size=4), min_size=1, max_size=4),
)
def test_whatever_goes_wrong_one_key_has_one_effect_and_one_answer(shop, stock, calls):
    shop.set(stock)
    taken_by_others = 0

    def somebody() -> None:
        nonlocal taken_by_others
        if shop.stock > 0:
            taken_by_others += 1
            shop.set(shop.stock - 1)

    meaning = {
        "conflict": cancelled("TransactionConflict", "None"),
        "throttled": failure("ThrottlingException"),
        "somebody else takes one": somebody,
    }
    asked, answers = command(key=f"key {next(ANOTHER)}"), set()
    for number, plan in enumerate([*calls, []]):
        shop.things.client.plan = [meaning.get(fault, fault) for fault in plan]
        try:
            answer = shop.ask(dataclasses.replace(asked, now=NOW + number))
            answers.add((answer.status, answer.body))
        except Unavailable:
            continue

    ((status, _),) = answers
    assert shop.stock == stock - taken_by_others - (status == 201)
