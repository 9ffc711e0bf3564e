"""Ending expired holds: once, twice, disturbed at every call, late, many, and beside others."""

import pytest

from remit.kernel import clock
from remit.kernel.clock import DAY, HOUR, MINUTE, rfc3339
from remit.ledger import expire as expiry
from remit.ledger.items import due_key
from remit.ledger.phases import Hold
from remit.ledger.refusals import ExpiryPassed
from remit.ledger.store import Ledger
from remit.ledger.verify import verify
from remit.store.commit import commit
from remit.store.item import encode_item
from tests.builders import event, lambda_context
from tests.integration.cloud import START, Killed, handler, kill_after, let_in
from tests.integration.losses import FAULTS, hold_against, hold_when_repeated
from tests.unit.ledger.books import end, pay

ANNA_HAS = 1_000


@pytest.fixture(autouse=True)
def near(monkeypatch):
    """A first run that need not look at a whole day."""
    monkeypatch.setattr(expiry, "FIRST_LOOK", 10 * MINUTE)


@pytest.fixture
def accounts(cloud):
    anna, ben = cloud.open(), cloud.open()
    cloud.deposit(anna, ANNA_HAS)
    return anna, ben


@pytest.fixture
def hold(cloud, accounts):
    """Hold one unit of Anna's for Ben until a moment; the transfer's id."""
    made = []

    def make(expires_at=START - MINUTE):
        name = f"tr_{len(made):026}"
        made.append(name)
        transfer = pay(name, *accounts, 1, at=min(START, expires_at) - 2 * MINUTE)
        held = Hold(transfer=transfer, expires_at=expires_at)
        commit(cloud.dynamodb, books(cloud).carry_out("acme", [held]))
        return name

    return make


def books(cloud):
    return Ledger.of(cloud.dynamodb, "Ledger")


def run(left=60_000, due=None):
    """A run as the schedule makes it, when the functions' clock shows; or at another time `due`."""
    at = rfc3339(clock.now() if due is None else due)
    return handler("ledger/expire")(
        event("ledger/expire/minute") | {"time": at}, lambda_context(left)
    )


def outcome(cloud, name):
    found = books(cloud).recorded("acme", name).resolution
    return found.outcome if found else None


def marks(cloud):
    return [item for item in cloud.items("Ledger") if item["pk"] == "due#swept"]


def test_what_is_over_is_freed_and_what_is_not_stays_held(cloud, accounts, hold):
    over, running, this_minute = hold(), hold(START + MINUTE), hold(START + 1)
    assert cloud.balance(accounts[0]) == ANNA_HAS - 3
    run()
    assert [outcome(cloud, one) for one in (over, running, this_minute)] == ["expired", None, None]
    assert cloud.balance(accounts[0]) == ANNA_HAS - 2
    cloud.clock.now += MINUTE
    run()
    assert [outcome(cloud, one) for one in (running, this_minute)] == [None, "expired"]
    assert [mark["reached"] for mark in marks(cloud)] == [START, START + MINUTE]
    assert verify(cloud.items("Ledger")) == []


def test_a_run_repeated_changes_nothing(cloud, hold):
    hold()
    hold_when_repeated(cloud, run)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_disturbed_anywhere_comes_to_the_same_end(cloud, hold, fault, monkeypatch):
    monkeypatch.setattr(expiry, "LOOK_BACK", MINUTE)
    monkeypatch.setattr(expiry, "FIRST_LOOK", MINUTE)
    hold()
    hold(START - 2 * MINUTE)
    assert hold_against(cloud, run, fault) > 8


def test_a_process_that_dies_between_two_holds_is_followed_by_one_that_goes_on(cloud, hold):
    names = [hold() for _ in range(3)]
    cloud.dynamodb.watch(every={"transact_write_items": kill_after})
    with pytest.raises(Killed):
        run()
    cloud.dynamodb.watch()
    assert [outcome(cloud, one) for one in names] == ["expired", None, None]
    assert marks(cloud) == []
    run()
    assert {outcome(cloud, one) for one in names} == {"expired"}


def test_what_was_ended_before_is_skipped(cloud, accounts, hold):
    name = hold()
    posting = end(name, at=START - 2 * MINUTE)
    commit(cloud.dynamodb, books(cloud).carry_out("acme", [posting]))
    cloud.dynamodb.watch()
    run()
    assert outcome(cloud, name) == "posted"
    assert "transact_write_items" not in cloud.dynamodb.calls


@pytest.mark.parametrize("rival", ["posted", "another run", "a deposit"])
def test_a_rival_before_the_commit_is_met_by_deciding_again(cloud, accounts, hold, rival):
    name = hold()

    def act():
        cloud.dynamodb.watch()
        if rival == "posted":
            posting = end(name, at=START - 2 * MINUTE)
            commit(cloud.dynamodb, books(cloud).carry_out("acme", [posting]))
        elif rival == "another run":
            run()
        else:
            cloud.deposit(accounts[0], 5)

    cloud.dynamodb.watch(every={"transact_write_items": let_in(act)})
    run()
    assert outcome(cloud, name) == ("posted" if rival == "posted" else "expired")
    assert len(marks(cloud)) == 1
    assert verify(cloud.items("Ledger")) == []


def test_a_hold_committed_when_its_minute_was_swept_is_found(cloud, accounts):
    name = "tr_" + "9" * 26
    late = Hold(
        transfer=pay(name, *accounts, 1, at=START - 6 * MINUTE), expires_at=START - 5 * MINUTE
    )
    decided = books(cloud).carry_out("acme", [late])
    run()
    commit(cloud.dynamodb, decided)
    cloud.clock.now += MINUTE
    run()
    assert outcome(cloud, name) == "expired"


def test_a_hold_in_a_minute_that_was_swept_is_refused_whatever_its_clock_says(cloud, hold):
    run()
    with pytest.raises(ExpiryPassed):
        hold(START - 1)
    assert outcome(cloud, hold(START)) is None


@pytest.mark.parametrize("ahead", [MINUTE, DAY])
def test_a_clock_that_is_ahead_ends_nothing_early_and_moves_no_mark(cloud, hold, ahead):
    name = hold(START + ahead - MINUTE)
    cloud.clock.now += ahead
    assert run(due=START)["reached"].startswith("2026-11-24T09:30")
    assert outcome(cloud, name) is None


def test_a_clock_that_is_behind_ends_late(cloud, hold):
    name = hold()
    cloud.clock.now -= HOUR
    run(due=START)
    assert outcome(cloud, name) is None
    cloud.clock.now += HOUR
    run()
    assert outcome(cloud, name) == "expired"


def test_a_run_made_by_hand_goes_by_its_own_clock(cloud, hold):
    name = hold()
    assert handler("ledger/expire")({}, lambda_context(60_000))["status"] == "swept"
    assert outcome(cloud, name) == "expired"


def test_the_first_run_of_all_looks_back_and_records_how_far_it_came(cloud, hold):
    name = hold(START - 20 * MINUTE)
    run()
    assert outcome(cloud, name) == "expired"
    assert [(mark["sk"], mark["reached"]) for mark in marks(cloud)] == [("000000000001", START)]


def test_after_a_gap_of_days_runs_go_on_from_the_mark(cloud, hold):
    run()
    name = hold(START + DAY)
    cloud.clock.now += 2 * DAY
    assert run()["reached"].startswith("2026-11-26T09:30")
    assert outcome(cloud, name) == "expired"


def test_a_run_without_time_takes_up_nothing_and_the_next_goes_on(cloud, hold):
    run()
    name = hold(START + 1)
    cloud.clock.now += MINUTE
    assert run(left=1_000)["reached"].startswith("2026-11-24T09:30")
    assert outcome(cloud, name) is None
    run()
    assert outcome(cloud, name) == "expired"


def test_a_thousand_that_are_due_are_worked_off_in_bounded_runs(cloud, hold, monkeypatch):
    monkeypatch.setattr(expiry, "MOST", 10)
    for number in range(1_000):
        name = f"acme#tr_{'0' * 20}{number:06x}x"[:32]
        due = {"pk": due_key(START - MINUTE), "sk": name}
        ended = {"pk": name, "sk": "resolution"}
        for item in (due, ended):
            cloud.dynamodb.client.put_item(TableName="Ledger", Item=encode_item(item))
    names = [hold() for _ in range(25)]
    ended = []
    for _ in range(3):
        reached = run()["reached"]
        ended.append(sum(outcome(cloud, one) == "expired" for one in names))
    assert ended == [10, 20, 25]
    assert reached.startswith("2026-11-24T09:30")


def test_one_that_cannot_be_ended_keeps_the_mark_but_not_the_others(cloud, hold, caplog):
    broken = {"pk": due_key(START - 2 * MINUTE), "sk": "acme#tr_none"}
    cloud.dynamodb.client.put_item(TableName="Ledger", Item=encode_item(broken))
    name = hold()
    for _ in range(2):
        with pytest.raises(expiry.HoldsLeft, match="1 expired"):
            run()
        named = [record.holds for record in caplog.records if record.message == "holds left"]
        assert named[-1] == ("acme#tr_none TransferNotFound",)
        assert outcome(cloud, name) == "expired"
    assert [mark["reached"] for mark in marks(cloud)] == [START - 2 * MINUTE]


def test_ended_holds_and_the_lag_are_measured(cloud, hold, capsys):
    hold()
    run()
    told = capsys.readouterr().out
    assert '"HoldExpired":[1.0]' in told.replace(" ", "")
    assert '"ExpiryLag":[0.0]' in told.replace(" ", "")
