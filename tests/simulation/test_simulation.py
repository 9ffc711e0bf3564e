"""A small part of `make simulate` on every test run, and that the simulation itself can be trusted.

The whole matrix is `make simulate`'s.
"""

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.builders import ROOT
from tests.simulation import arriving, bank, bugs, modes, parts, scenario, settling, telling
from tests.simulation.faults import Fault, Site, planned
from tests.simulation.invariants import Watch
from tests.simulation.modes import Case, Tally
from tests.simulation.scheduler import Task
from tests.simulation.scheme import MANNERS
from tests.simulation.shrink import Trouble, shortest
from tests.simulation.simulation import run as simulate
from tests.simulation.world import installed

SEEDS = 25
QUICKLY = 40
LATE = {
    "accounts_opened_without_looking_at_the_decision": 303,
    "answer_to_an_earlier_attempt_taken": 41,
    "answered_once_and_for_all": 183,
    "check_noted_as_told_before_it_is": 107,
    "credited_though_rejected_meanwhile": 52,
    "credited_under_a_new_id": 52,
    "credited_without_screening": 91,
    "cut_off_beside_its_window": 396,
    "decision_older_than_its_payment": 55,
    "further_account_for_whoever_it_is": 65,
    "further_account_left_off_the_record": 65,
    "late_payment_not_screened": 191,
    "limit_not_looked_at": 53,
    "posted_more_than_is_held": 171,
    "queue_refusals_overlooked": 59,
    "recall_answered_by_whoever_is_last": 252,
    "recall_honoured_twice": 45,
    "recall_sent_once": 136,
    "resume_not_repeated": 486,
    "resumed_only_once": 50,
    "return_before_the_acceptance_dropped": 344,
    "rule_forgotten_by_the_next_entry": 50,
    "seal_told_before_the_member_is_put": 149,
    "taken_though_nothing_follows": 73,
    "time_out_overrules_a_decision": 164,
    "unknown_to_the_rail_taken_for_rejected": 163,
    "voided_after_it_was_posted": 63,
}
"""Of bugs that show in none of the first `QUICKLY` seeds the first that shows them."""

REGRESSIONS = {
    Case("payments", 55): "a payment was decided twice by the fraud check",
    Case("payments", 155): "clocks minutes apart: a payment was decided twice",
    Case("rails", 5): "a question after a person was called had the id of an earlier one",
    Case("rails", 6): "a payment that got lost was never sent again",
    Case("rails", 228): "a recall beside a return stayed open for ever",
    Case("rails", 197): "who is listed was paid for, as one clock took the payment for too late",
    Case("settlement", 15): "a machine was not told that its window was settled",
    Case("settlement", 62): "an early cut-off lay before the window that it was to end",
    Case("settlement", 67): "a dead function's record of a member made a difference",
    Case("settlement", 186): "an early cut-off came through when its window was sealed",
    Case("settlement", 264): "a cap held up what was to be booked",
    Case("settlement", 635): "two caps that were set at once were mixed, and payments never ended",
}
"""Seeds in which something was found once."""

DIGESTS = """
from tests.simulation import modes, telling
from tests.simulation.world import installed
with installed():
    others = (*modes.swarm(3, name="rails"), *modes.swarm(3, name="settlement"))
    for case in (*modes.swarm(5), *others):
        print(telling.digest(case.run()))
"""


@pytest.fixture(autouse=True)
def product():
    """The product's handlers in simulated worlds."""
    with installed():
        yield


def held(cases) -> Tally:
    """What came of these cases, none of which may break a rule."""
    tally = Tally()
    for case in cases:
        tally.count(case, case.run())
    assert tally.runs > 0
    assert [(telling.named(case), violation) for case, violation in tally.broken] == []
    return tally


def test_a_run_without_faults_keeps_every_rule_and_walks_every_road():
    run = Case("tour", 0, {}).run()

    assert run.violation is None
    assert run.struck == {}
    functions = {who.partition(":")[0] for _, who, what, _, _ in run.trace if "." in what}
    assert functions >= {
        "fraud/mark", "fraud/read", "ledger/deposit", "ledger/open", "ledger/read",
        "payments/accept_file", "payments/cancel", "payments/check", "payments/initiate",
        "payments/post", "payments/process_file", "payments/resume", "payments/review",
        "payments/sweep",
    }  # fmt: skip


def answers(run) -> set[tuple[str, str]]:
    """What was asked for in a run, and what the answers were."""
    asked = ("POST ", "GET ")
    return {(what, told.strip()) for _, _, what, _, told in run.trace if what.startswith(asked)}


def test_who_keeps_the_ledger_walks_every_road_to_its_end():
    run = Case("books", 0, {}).run()

    assert run.violation is None
    assert answers(run) == {
        ("POST /accounts", "201"),
        ("POST /accounts/{id}/deposits", "201"),
        ("POST /ledger/transfers", "201"),
        ("POST /ledger/transfers", "200"),
        ("POST /ledger/transfers", "422 account_frozen"),
        ("POST /ledger/days/{date}/close", "200"),
        ("POST /accounts/{id}/rules", "200"),
        ("GET /ledger/transfers/{id}", "200"),
        ("GET /ledger/days/{date}", "200"),
        ("GET /accounts/{id}", "200"),
        ("GET /accounts/{id}/entries", "200"),
        ("GET /ledger/trial-balance", "200"),
    }
    ended = [
        who for _, who, what, _, _ in run.trace if who == "ledger/expire:1" and "trans" in what
    ]
    assert len(ended) == 1


def test_customers_walk_every_road_of_onboarding():
    run = Case("onboarding", 1, {}).run()

    assert run.violation is None
    assert {answer for answer in answers(run) if "POST" in answer[0]} == {
        ("POST /customers", "202"),
        ("POST /customers/{id}/decision", "200"),
        ("POST /customers/{id}/decision", "409 not_to_be_decided"),
        ("POST /customers/{id}/risk", "200"),
        ("POST /accounts", "201"),
        ("POST /customers/{id}/erasure", "202"),
        ("POST /customers/{id}/erasure/approval", "200"),
        ("POST /customers/{id}/erasure/approval", "403 same_person"),
    }
    functions = {who.partition(":")[0] for _, who, what, _, _ in run.trace if "." in what}
    assert functions >= {
        "customers/apply", "customers/await_decision", "customers/decide", "customers/erase",
        "customers/evidence", "ledger/open",
        "customers/open_accounts", "customers/read", "customers/rescreen", "customers/resume",
        "customers/score", "customers/screen", "customers/sweep", "customers/verify",
        "identity/receive", "screening/load_list",
    }  # fmt: skip


def test_keys_of_the_vault_are_asked_of_kms_where_people_are_onboarded():
    sites = Case("onboarding", 0, {}).run().sites
    labels = {(site.key.partition(":")[0], site.label) for site in sites}

    assert labels >= {("customers/apply", "kms.decrypt"), ("customers/erase", "kms.sign")}


@pytest.mark.parametrize("case", list(modes.jumps())[::4], ids=lambda case: case.name)
def test_clocks_that_leap_break_no_rule(case):
    run = case.run()

    assert run.violation is None
    assert run.scenario.leap != 0


def test_clocks_leap_by_minutes_days_and_months_in_some_seeds():
    leaps = {scenario.drawn(seed).leap for seed in range(600)}

    assert {abs(leap) for leap in leaps} == {0, *scenario.LEAPS.values()}
    assert min(leaps) < 0 < max(leaps)


ENDS = {
    "rail-accepted": "completed", "rail-rejected": "declined", "rail-silent": "completed",
    "rail-twice": "completed", "rail-torn": "completed", "rail-in_parts": "returned",
    "rail-back_first": "returned", "rail-at_once": "completed", "rail-mute": "unknown",
    "rail-raced": "completed", "rail-recalled": "returned", "rail-kept": "returned",
}  # fmt: skip
"""What a payment comes to on each road, where nothing goes wrong."""


@pytest.mark.parametrize(
    "name", [name for name in modes.RAILS if name[:5] == "rail-" and name != "rail-arrived"]
)
def test_payments_on_a_rail_walk_each_road_to_its_end(name, monkeypatch):
    worlds = []
    monkeypatch.setattr(Watch, "__init__", remembered(Watch.__init__, worlds))
    run = Case(name, 0, {}).run()

    assert run.violation is None
    (payment,) = worlds[0].transit.payments.values()
    assert payment["status"] == ENDS.get(name, "completed")
    assert 0 <= payment["returned"] <= payment["amount"]
    told = answers(run)
    assert ("POST /payments", "202") in told
    if worlds[0].transit.recalls:
        assert ("POST /payments/{id}/recall", "202") in told


def test_what_comes_in_is_credited_or_rejected_and_answered(monkeypatch):
    worlds = []
    monkeypatch.setattr(Watch, "__init__", remembered(Watch.__init__, worlds))
    run = Case("rail-arrived", 0, {}).run()

    assert run.violation is None
    came = sorted(item["status"] for item in worlds[0].arrivals.payments.values())
    assert came == ["credited", "rejected"]
    functions = {who.partition(":")[0] for _, who, what, _, _ in run.trace if "." in what}
    assert functions >= {"payments/screen", "payments/credit", "payments/answer", "rails/receive"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("in-disowned", "reversed"),
        ("in-impatient", "reversed"),
        ("in-again", "credited"),
        ("in-refused_before", "rejected"),
        ("in-bare", "credited"),
        ("in-given_back", "returned"),
        ("in-kept", "credited"),
        ("in-hasty", "returned"),
        ("in-both", "returned"),
        ("in-listed", "rejected"),
    ],
)
def test_what_comes_in_ends_as_its_scheme_says(name, status, monkeypatch):
    worlds = []
    monkeypatch.setattr(Watch, "__init__", remembered(Watch.__init__, worlds))
    run = Case(name, 1, {}).run()

    assert run.violation is None
    assert [item["status"] for item in worlds[0].arrivals.payments.values()] == [status]


ASTRAY = {"window-short": {"SHORT"}, "window-rejected": {"REJECTED"}}
"""What a window comes to on a road beside the states that each window reaches."""

USUAL = ["OPEN", "CLOSED", "COMPUTED", "INSTRUCTED", "CONFIRMED", "SETTLED"]


@pytest.mark.parametrize("name", modes.WINDOWS)
def test_windows_walk_each_road_to_the_ledger(name, monkeypatch):
    worlds = []
    monkeypatch.setattr(Watch, "__init__", remembered(Watch.__init__, worlds))
    run = Case(name, 0, {}).run()

    assert run.violation is None
    (watch,) = worlds
    windows = list(watch.windows.kept.values())
    assert len(windows) == 1 + (name == "window-two")
    for each in windows:
        states = [step["status"] for step in each["history"]]
        assert [*dict.fromkeys(state for state in states if state in USUAL)] == USUAL
        assert {*states} - {*USUAL} == ASTRAY.get(name, set())
        assert each["count"] > 0
    # Two windows that are closed early end by a change of tables, one whose time is over does not.
    assert (windows[0]["facts"]["cutoff"] == "noon") == (name == "window-cut_off")
    reasons = {each["history"][-1].get("reason") for each in watch.transit.payments.values()}
    assert ("AM23" in reasons) == (name == "window-capped")


def test_the_bank_is_asked_again_and_a_person_has_it_asked_once_more():
    sent = {
        name: [step for step in Case(f"window-{name}", 0, {}).run().trace
               if step[1].startswith("settlement/instruct") and step[2] == "scheme.send_message"]
        for name in ("settled", "silent", "unanswered")
    }  # fmt: skip

    assert {name: len(steps) for name, steps in sent.items()} == {
        "settled": 1, "silent": 2, "unanswered": 5,
    }  # fmt: skip


def test_every_manner_of_the_bank_is_drawn_and_windows_end_both_ways():
    drawn = [scenario.settlement(seed) for seed in range(300)]

    assert {manner for each in drawn for manner in each.settling.bank} == set(bank.MANNERS)
    assert {each.settling.line for each in drawn} == {
        settling.ENOUGH, settling.TOO_LITTLE, settling.NOTHING,
    }  # fmt: skip
    cut_off = [each for each in drawn if each.settling.later]
    assert 100 < len(cut_off) < 200
    verbs = {act.verb for each in drawn for act in each.then}
    assert verbs == {"send", "shut", "cap"}


def test_what_no_run_but_one_with_windows_does_is_left_out_of_others():
    run = Case("rail-accepted", 0, {}).run()

    assert not [step for step in run.trace if step[1].startswith("settlement/sweep")]


def remembered(make, made):
    """What `make` initialises is put down in `made`."""

    def remember(one, *given):
        make(one, *given)
        made.append(one)

    return remember


def test_each_function_of_the_rails_road_is_at_work():
    runs = [Case(name, 0, {}).run() for name in ("rail-kept", "rail-rejected", "rail-raced")]

    functions = {who.partition(":")[0] for run in runs for _, who, what, _, _ in run.trace
                 if "." in what}  # fmt: skip
    assert functions >= {
        "payments/reserve", "payments/submit", "payments/complete", "payments/release",
        "payments/return_funds", "payments/enquire", "payments/recall", "payments/send_recall",
        "payments/close_recall", "rails/receive",
    }  # fmt: skip


def test_every_function_that_sees_to_what_comes_in_is_at_work():
    runs = [Case(name, 1, {}).run() for name in ("in-given_back", "in-disowned", "in-kept")]

    functions = {who.partition(":")[0] for run in runs for _, who, what, _, _ in run.trace
                 if "." in what}  # fmt: skip
    assert functions >= {
        "rails/receive", "payments/screen", "payments/credit", "payments/answer",
        "payments/take_back", "payments/answer_recall", "payments/send_recall",
    }  # fmt: skip
    told = set().union(*map(answers, runs))
    assert ("POST /recalls/{id}/answer", "200") in told


def test_every_manner_of_what_comes_in_is_drawn_to_accounts_of_ours_and_to_nobodys():
    came = [act for seed in range(200) for act in scenario.rails(seed).then if act.verb == "arrive"]

    assert {act.what["amount"] % 100 for act in came} == {0, *arriving.MANNERS}
    assert {act.what["account"] for act in came} == {"a", "b", None}
    assert {act.what["times"] for act in came} == {1, 2, 3}
    assert {scenario.rails(seed).answerers for seed in range(40)} == {0, 1, 2}


def test_what_nobody_answers_is_counted_when_its_time_is_over_and_answered_after_all(monkeypatch):
    worlds = []
    monkeypatch.setattr(Watch, "__init__", remembered(Watch.__init__, worlds))
    case = Case("in-kept", 1, {})
    run = simulate(replace(case.scenario(), answerers=0), case.faults())

    assert run.violation is None
    assert {who.partition(":")[0] for _, who, _, _, _ in run.trace} >= {"payments/remind"}
    (recall,) = worlds[0].arrivals.recalls.values()
    assert recall["answered_at"] > recall["due_at"]


def test_every_manner_of_the_scheme_is_drawn_and_payments_leave_the_house_in_swarms():
    drawn = [scenario.rails(seed) for seed in range(200)]
    sent = [act for each in drawn for act in each.then if act.verb == "send"]
    assert {act.what["amount"] % 100 for act in sent} >= set(MANNERS)

    swarms = [scenario.drawn(seed) for seed in range(100)]
    assert 10 < sum(any(act.verb == "send" for act in each.then) for each in swarms) < 30


def test_what_was_planned_for_another_call_does_not_strike():
    plan = {"a:1.0": Fault("conflict"), "a:1.1": Fault("conflict")}
    faults, task = planned(plan), Task("a:1")

    assert faults.at(task, "call", "dynamodb.query") is None
    assert faults.at(task, "call", "dynamodb.put_item") == Fault("conflict")


def test_providers_answer_late_twice_otherwise_and_never_in_some_seeds():
    drawn = [scenario.drawn(seed) for seed in range(200)]
    applied = [act for each in drawn for act in each.then if act.verb == "apply"]

    assert {act.what["who"] for act in applied} >= {"slow", "never", "twice", "late", "torn"}
    assert {each.patience for each in drawn} >= {None, 8_000_000, 40_000_000}
    assert {each.deciders for each in drawn if each.onboards} == {0, 1, 2}


def test_of_what_a_function_does_for_many_alike_one_is_struck():
    own = [Site(f"a:{run}.{place}", "call", "query") for run in (1, 2, 3) for place in (0, 1)]

    assert [site.key for site in modes._once(own, 1)] == ["a:2.0", "a:2.1"]


@pytest.mark.parametrize("name", ["tour", "duel"])
def test_payments_are_paid_for_in_the_runs_that_faults_are_planned_for(name):
    told = answers(Case(name, 0, {}).run())

    assert ("POST /accounts/{id}/deposits", "201") in told
    assert not [answer for _, answer in told if "account_not_found" in answer]


def test_the_ledgers_acts_come_on_top_of_a_seeds_payments():
    plain = [seed for seed in range(90) if scenario.drawn(seed) == scenario.payments(seed)]
    assert {*range(1, 90, 3)} <= {*plain}
    assert len(plain) < 45
    for seed in range(SEEDS):
        whole, part = scenario.drawn(seed), scenario.payments(seed)
        assert whole.then[: len(part.then)] == part.then
        assert whole.first == part.first


def test_of_alike_calls_in_a_row_some_are_struck_and_the_last_is():
    calls = [Site(f"a:1.{number}", "call", "query") for number in range(9)]
    other = [Site("b:1.0", "call", "query"), Site("a:1.9", "call", "put_item")]
    struck = list(modes._telling([*calls, *other]))

    assert [site.key for site in struck] == ["a:1.0", "a:1.1", "a:1.8", "a:1.9", "b:1.0"]


def test_the_same_seed_gives_the_same_run_step_by_step():
    others = (*modes.swarm(8, name="rails"), *modes.swarm(5, name="settlement"))
    for case in (*modes.swarm(SEEDS), *others):
        assert case.run().trace == case.run().trace


def test_the_same_seed_gives_the_same_run_in_another_process():
    # Another process hashes texts differently, so that sets come in another order.
    told = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": "layers/remit:.", "PYTHONHASHSEED": "4711"},
    ).stdout

    others = (*modes.swarm(3, name="rails"), *modes.swarm(3, name="settlement"))
    cases = (*modes.swarm(5), *others)
    assert told.split() == [telling.digest(case.run()) for case in cases]


def test_planning_the_faults_that_struck_gives_the_same_run():
    for case in modes.swarm(SEEDS):
        run = case.run()
        assert Trouble(run.scenario, run.struck).run().trace == run.trace


@pytest.mark.parametrize("tour", parts.TOURS)
def test_the_parts_of_a_tour_make_every_call_that_it_makes(tour):
    acts = {act.name for act in parts.TOURS[tour]().then}
    cases = [Case(name, 0, {}) for name in modes.PARTS[tour]]

    assert {act.name for case in cases for act in case.scenario().then} == acts
    assert calls(Case(tour, 0, {})) <= set().union(*map(calls, cases))


def calls(case) -> set[tuple[str, str]]:
    """Which function makes which calls in a case."""
    return {(function, label) for function, _, label in map(modes._place, case.run().sites)}


@pytest.mark.parametrize("name", ["tour", "books", "onboarding"])
def test_single_faults_break_no_rule(name):
    assert held(list(modes.singles(name, 0))[::80]).faults > 15


@pytest.mark.parametrize("name", modes.RAILS)
def test_single_faults_on_a_rail_break_no_rule(name):
    cases = list(modes.singles(name, 0))
    assert held(cases[:: min(60, len(cases) // 3)]).faults > 2


@pytest.mark.parametrize("name", modes.WINDOWS)
def test_single_faults_on_a_windows_road_break_no_rule(name):
    assert held(list(modes.singles(name, 0))[::30]).faults > 0


def test_pairs_of_faults_where_an_answer_races_the_time_out_break_no_rule():
    tally = Tally()
    for first in list(modes.firsts(modes.RACE, 0))[::60]:
        modes.pairs(first, tally)

    assert tally.broken == []
    assert tally.faults > 80


def test_pairs_of_faults_on_the_way_of_a_payment_break_no_rule():
    tally = Tally()
    for first in list(modes.firsts("duel", 0))[::90]:
        modes.pairs(first, tally)

    assert tally.broken == []
    assert tally.faults > 150


@pytest.mark.parametrize("name", ["swarm", "rails", "settlement"])
def test_swarms_of_faults_break_no_rule(name):
    assert held(modes.swarm(SEEDS, start=1_000, name=name)).faults > SEEDS


@pytest.mark.parametrize("case", REGRESSIONS, ids=str)
def test_a_seed_that_found_something_once_finds_nothing_any_more(case):
    held([case])


@pytest.mark.parametrize("name", sorted(bugs.BUGS))
def test_a_planted_bug_is_found(name):
    seeds = [LATE[name]] if name in LATE else range(QUICKLY)
    assert bugs.found(name, seeds) is not None, "the simulation is too weak"


def test_a_run_that_went_wrong_is_told_at_its_shortest():
    with bugs.planted("cancelled_payment_keeps_its_case"):
        seed, violation = bugs.found("cancelled_payment_keeps_its_case", range(QUICKLY))
        whole = Case("swarm", seed).run()
        short = shortest(whole)

    assert short.violation.rule == violation.rule
    assert len(short.struck) <= 2 < len(whole.struck)
    assert f"violated: {violation.rule}" in telling.account(short)


def test_a_planned_case_is_read_back_from_its_name():
    first = next(modes.firsts("duel", 0))
    sites = modes.sites_by_key(first).values()
    case = first.with_fault([site for site in sites if site.what == "call"][-1], "zombie")

    name = telling.named(case)
    seeded = telling.named(Case("payments", 55))

    assert telling.read(seeded.removeprefix("case='").removesuffix("'")) == Case("payments", 55)
    assert telling.read(name.removeprefix("case='").removesuffix("'")) == case
