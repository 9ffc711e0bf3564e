"""`Prefer: wait=N`: the answer shows where the payment came to rest, and that answer stands."""

import pytest

from remit.payments.initiate import await_end
from tests.integration.cloud import Killed, kill_before
from tests.integration.losses import until_answered
from tests.integration.payments.scenes import EXTREME, LARGE, SMALL, accounts

WAIT = {"Prefer": "wait=5"}


@pytest.fixture
def pay(cloud):
    """A function that asks for the same payment under the same key, and waits."""
    debtor, creditor = accounts(cloud)
    cloud.clock.flows = True

    def ask(amount=SMALL, **request):
        return cloud.pay(debtor, creditor, amount, **{"key": "pay", "headers": WAIT} | request)

    return ask


def runs_while_waiting(cloud):
    """Let the machine do its work at the first pause."""

    def work():
        cloud.clock.at_pause = None
        cloud.run(cloud.machines.started[-1]["name"])

    cloud.clock.at_pause = work


@pytest.mark.parametrize(
    ("amount", "status"),
    [(SMALL, "completed"), (LARGE, "in_review"), (EXTREME, "declined")],
)
def test_a_client_that_waits_is_told_where_the_payment_came_to_rest(cloud, pay, amount, status):
    runs_while_waiting(cloud)
    answer = pay(amount)

    assert (answer.status, answer.body["status"], answer.replayed) == (202, status, False)
    assert answer.body == cloud.payment(answer.body["id"])
    again = pay(amount)
    assert (again.status, again.text, again.replayed) == (202, answer.text, True)


def test_a_client_that_waits_in_vain_is_told_the_first_state_after_its_time(cloud, pay):
    begun = cloud.clock.now
    answer = pay()

    assert (answer.status, answer.body["status"]) == (202, "received")
    assert 5_000 <= cloud.clock.now - begun < 5_600
    cloud.run(answer.body["id"])
    assert pay().text == answer.text


@pytest.mark.parametrize("preference", ["wait=0", "respond-async", "wait=soon"])
def test_a_client_that_does_not_wait_is_answered_at_once(cloud, pay, preference):
    answer = pay(headers={"Prefer": preference})
    assert answer.body["status"] == "received"
    assert cloud.clock.pauses == 0


def test_nobody_waits_longer_than_ten_seconds(cloud, pay):
    begun = cloud.clock.now
    pay(headers={"Prefer": "wait=3600"}, left=25_000)
    assert 10_000 <= cloud.clock.now - begun < 10_600


def test_a_repeated_request_during_the_wait_is_told_to_come_back(cloud, pay):
    seen = []

    def ask_again():
        cloud.clock.at_pause = None
        seen.append(pay())
        seen.append(pay(headers={}))

    cloud.clock.at_pause = ask_again
    answer = pay()

    assert [(reply.status, reply.code) for reply in seen] == [(409, "in_flight")] * 2
    assert seen[0].headers["Retry-After"] == "1"
    assert answer.status == 202
    assert len(cloud.machines.started) == 1


def test_another_body_during_the_wait_is_the_wrong_key_not_an_early_one(cloud, pay):
    seen = []
    cloud.clock.at_pause = lambda: seen.append(pay(SMALL + 1).code)
    pay()
    assert set(seen) == {"key_reused"}


def test_a_wait_that_died_is_answered_with_the_first_state_once_its_time_is_over(cloud, pay):
    def die():
        raise Killed

    cloud.clock.at_pause = die
    with pytest.raises(Killed):
        pay(left=10_000)
    cloud.clock.at_pause = None
    payment = cloud.machines.started[0]["name"]

    assert pay().code == "in_flight"
    assert cloud.run(payment) == "completed"
    cloud.clock.now += 10_000
    answer = pay()
    assert (answer.status, answer.body["status"], answer.replayed) == (202, "received", True)
    assert pay().text == answer.text
    assert len(cloud.machines.started) == 1


def test_a_call_thought_dead_cannot_change_the_answer_that_was_given_since(cloud, pay):
    given = []

    def overtaken():
        cloud.clock.at_pause = None
        cloud.clock.now += 20_000
        given.append(pay())
        cloud.run(given[0].body["id"])

    cloud.clock.at_pause = overtaken
    late = pay(left=10_000)

    assert given[0].body["status"] == "received"
    assert late.text == given[0].text
    assert pay().text == given[0].text


def test_a_refusal_is_answered_without_waiting(cloud, pay):
    refused = pay(more={"currency": "USD"})
    assert refused.code == "currency_mismatch"
    assert cloud.clock.pauses == 0
    assert pay(more={"currency": "USD"}).text == refused.text


def test_a_settled_answer_survives_the_loss_of_any_call(cloud, pay):
    before = cloud.world()
    runs_while_waiting(cloud)
    cloud.dynamodb.watch()
    settled = pay(left=8_000)
    calls = len(cloud.dynamodb.calls)
    assert settled.body["status"] == "completed"

    for call in range(calls):
        cloud.restore(before)
        cloud.dynamodb.watch({call: kill_before})
        runs_while_waiting(cloud)

        answer = until_answered(lambda: patient(cloud, pay))
        cloud.clock.at_pause = None
        cloud.dynamodb.watch()
        assert answer.status == 202
        assert patient(cloud, pay).text == answer.text
        assert len({start["name"] for start in cloud.machines.started}) <= 1


def patient(cloud, pay):
    """Ask, and where the first call is thought to be alive, ask again when it cannot be."""
    answer = pay(left=8_000)
    if answer.code == "in_flight":
        cloud.clock.now += 8_000
        answer = pay(left=8_000)
    return answer


def test_waiting_is_only_for_an_answer_that_this_call_gave(cloud):
    from remit.store.idempotency import Answer

    for answer in (Answer(status=404, body="{}"), Answer(status=202, body="{}", replayed=True)):
        assert await_end(None, None, answer, hold_until=0, pause=None) is answer
