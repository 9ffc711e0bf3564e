"""The life of a break: who has it, when its clock runs out, and who lets money move for it."""

import pytest
from botocore.exceptions import ReadTimeoutError

from remit.kernel.clock import DAY as A_DAY
from remit.kernel.clock import HOUR
from remit.kernel.page import cursor
from tests.builders import event, lambda_context
from tests.integration.cloud import START, Cloud, handler, let_in
from tests.integration.reconciliation.scenes import (
    adjustment,
    breaks,
    camt,
    kinds,
    line,
    move,
    nostro_balance,
    on_break,
    reconciled,
    send,
    statement,
    work_off,
)

FEE = "reason of a charge"


@pytest.fixture
def fee(cloud: Cloud) -> str:
    """A charge of 12.50 that the bank has taken and we know nothing of."""
    reconciled(cloud, statement(line(-12_50, "CHARGES")))
    (found,) = breaks(cloud)
    return found["id"]


def propose(cloud: Cloud, name: str, *, how: str = "resolved", **more):
    asked = adjustment(12_50, debit="external", credit="nostro") | more.pop("asked", {})
    body = {"resolution": how, "reason": FEE, "adjustment": asked}
    return on_break(cloud, name, "resolution", body, **more)


def cancelling(*others: str, **more):
    """Ending a break with others, as they come to nothing together."""
    told = {"resolution": "resolved", "because": "cancels_out", "cancels": list(others)}
    return told | {"reason": "one movement, seen in the bank's advice"} | more


def approve(cloud: Cloud, name: str, adjusted: str, **more):
    told = {"subject": "cleo@acme"} | more
    return on_break(cloud, name, "approval", {"adjustment": adjusted}, **told)


def test_an_adjustment_posts_only_when_a_second_person_approves_it(cloud: Cloud, fee: str):
    asked = propose(cloud, fee)
    assert (asked.status, asked.body["status"], nostro_balance(cloud)) == (202, "assigned", 0)
    adjusted = asked.body["adjustment"]["id"]
    alone = [approve(cloud, fee, adjusted, subject=name) for name in ("ben@acme", "BEN@acme")]
    assert [each.code for each in alone] == ["same_person", "same_person"]
    assert nostro_balance(cloud) == 0
    done = approve(cloud, fee, adjusted)

    assert (done.status, done.body["status"], nostro_balance(cloud)) == (200, "resolved", -12_50)
    shown = done.body["adjustment"]
    assert (shown["proposed_by"], shown["approved_by"]) == ("ben@acme", "cleo@acme")
    transfer = cloud.api("GET", "/ledger/transfers/{id}", role="auditor",
                         path={"id": shown["transfer"]}).body  # fmt: skip
    assert (transfer["kind"], transfer["reference"]) == ("adjustment", fee)
    assert cloud.trial()["balanced"]


def test_an_adjusted_break_is_gone_with_its_entry_and_the_books_tie_out(cloud: Cloud, fee: str):
    approve(cloud, fee, propose(cloud, fee).body["adjustment"]["id"])
    day = {"id": "STM-2", "number": 2, "opening": -12_50, "first": "2026-11-25"}
    cloud.clock.now += A_DAY
    run = reconciled(cloud, statement(last="2026-11-25", **day))

    assert (run["matches"], run["found"]) == (0, [])
    assert run["nostro"] == run["statement"]["closing"] == -12_50


def test_nobody_approves_another_adjustment_than_the_one_proposed(cloud: Cloud, fee: str):
    first = propose(cloud, fee).body["adjustment"]["id"]
    second = propose(cloud, fee, asked={"debit": "suspense"}).body["adjustment"]["id"]

    assert first != second
    assert approve(cloud, fee, first).code == "not_proposed"
    assert approve(cloud, fee, second).status == 200
    assert approve(cloud, fee, second).code == "break_ended"


def test_without_a_proposal_there_is_nothing_to_approve(cloud: Cloud, fee: str):
    never = f"adj_{'0' * 26}"
    assert approve(cloud, fee, never).code == "not_proposed"


@pytest.mark.parametrize("call", range(1, 8, 2))
def test_of_two_approvals_at_once_one_moves_money(cloud: Cloud, fee: str, call: int):
    adjusted = propose(cloud, fee).body["adjustment"]["id"]
    rivals = []

    def rival() -> None:
        rivals.append(approve(cloud, fee, adjusted, subject="dora@acme", key="dora"))

    cloud.dynamodb.watch({call: let_in(rival)})
    mine = approve(cloud, fee, adjusted, key="cleo")
    cloud.dynamodb.watch()

    told = sorted(each.status for each in (mine, *rivals))
    assert told in ([200, 409], [200])
    assert nostro_balance(cloud) == -12_50
    assert cloud.trial()["balanced"]


def test_a_break_is_assigned_looked_into_and_resolved_by_people(cloud: Cloud, fee: str):
    assigned = on_break(cloud, fee, "assign", {"owner": "dora@acme"})
    looked = on_break(cloud, fee, "investigate", subject="dora@acme")
    again = on_break(cloud, fee, "investigate", subject="dora@acme")
    assert propose(cloud, fee).status == 202
    adjusted = breaks(cloud)[0]["adjustment"]["id"]
    ended = approve(cloud, fee, adjusted)

    assert [each.body["status"] for each in (assigned, looked, again, ended)] == [
        "assigned",
        "investigating",
        "investigating",
        "resolved",
    ]
    assert [step["status"] for step in ended.body["history"]] == [
        "open",
        "assigned",
        "investigating",
        "resolved",
    ]
    assert on_break(cloud, fee, "assign", {"owner": "x"}).code == "break_ended"
    assert breaks(cloud, owner="dora@acme", status="resolved", type="unexpected") != []
    assert breaks(cloud, status="open") == []


def test_of_two_changes_at_once_none_is_lost(cloud: Cloud, fee: str):
    rival = let_in(lambda: on_break(cloud, fee, "assign", {"owner": "dora@acme"}, key="rival"))
    cloud.dynamodb.watch({1: rival})
    looked = on_break(cloud, fee, "assign", {"owner": "emil@acme"}, key="mine")
    cloud.dynamodb.watch()

    assert [step["status"] for step in looked.body["history"]] == ["open", "assigned", "assigned"]
    assert breaks(cloud)[0]["history"] == looked.body["history"]


def test_what_a_person_has_ended_is_not_found_again(cloud: Cloud):
    reconciled(cloud, statement(line(3_00, "WRONG"), line(-3_00, "BACK")))
    one, other = breaks(cloud)
    ended = on_break(cloud, one["id"], "resolution", cancelling(other["id"]))
    assert (ended.status, ended.body["cancels"]) == (200, [other["id"]])
    run = reconciled(cloud, statement(id="STM-2", number=2))

    assert (run["found"], breaks(cloud, status="open")) == ([], [])
    assert [each["status"] for each in breaks(cloud)] == ["resolved", "resolved"]


def test_who_ends_a_break_that_nobody_has_has_taken_it_on(cloud: Cloud, fee: str):
    asked = propose(cloud, fee, how="written_off")
    assert (asked.body["status"], asked.body["owner"]) == ("investigating", "ben@acme")
    done = approve(cloud, fee, asked.body["adjustment"]["id"])

    assert [step["status"] for step in done.body["history"]] == [
        "open",
        "assigned",
        "investigating",
        "written_off",
    ]


def test_nothing_is_written_off_without_an_adjustment(cloud: Cloud, fee: str):
    body = {"resolution": "written_off", "reason": "too small"}

    assert on_break(cloud, fee, "resolution", body).code == "not_approved"
    assert breaks(cloud)[0]["status"] == "open"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"amount": 12_49}, "adjustment_unfit"),
        ({"debit": "nostro", "credit": "external"}, "adjustment_unfit"),
        ({"credit": "suspense"}, "adjustment_unfit"),
        ({"debit": "nostro"}, "adjustment_unfit"),
        ({"currency": "USD"}, "adjustment_unfit"),
        ({"debit": f"acc_{'0' * 26}"}, "account_not_found"),
        ({"debit": "house.nostro.EUR.0"}, "invalid_request"),
        ({"amount": 0}, "invalid_request"),
    ],
)
def test_an_adjustment_that_would_not_put_the_break_right_is_refused(
    cloud: Cloud, fee: str, asked, code
):
    assert propose(cloud, fee, asked=asked).code == code
    assert breaks(cloud)[0]["adjustment"] is None


def test_an_adjustment_may_charge_a_customer_and_is_refused_where_there_is_no_money(
    cloud: Cloud, fee: str
):
    account, foreign = cloud.open(), cloud.open("USD")
    assert propose(cloud, fee, asked={"debit": foreign}).code == "adjustment_unfit"
    adjusted = propose(cloud, fee, asked={"debit": account}).body["adjustment"]["id"]
    poor = approve(cloud, fee, adjusted, key="poor")
    cloud.deposit(account, 20_00)

    assert poor.code == approve(cloud, fee, adjusted, key="poor").code == "insufficient_funds"
    assert approve(cloud, fee, adjusted).status == 200
    assert (cloud.balance(account), nostro_balance(cloud)) == (7_50, -12_50)


def test_a_proposal_falls_away_when_the_bank_brings_what_was_missing(cloud: Cloud):
    move(cloud, -12_50, "LATE")
    reconciled(cloud, statement())
    (late,) = breaks(cloud)
    asked = propose(cloud, late["id"], asked={"debit": "nostro", "credit": "external"})
    assert asked.status == 202
    found = line(-12_50, "LATE", day="2026-11-25")
    day = {"id": "STM-2", "number": 2, "first": "2026-11-25", "last": "2026-11-25"}
    reconciled(cloud, statement(found, **day))

    assert approve(cloud, late["id"], asked.body["adjustment"]["id"]).code == "break_ended"
    assert nostro_balance(cloud) == -12_50


def test_an_adjustment_that_was_approved_while_the_bank_brought_the_line_is_a_break(cloud: Cloud):
    move(cloud, -12_50, "LATE")
    reconciled(cloud, statement())
    (late,) = breaks(cloud)
    asked = propose(cloud, late["id"], asked={"debit": "nostro", "credit": "external"})
    found = line(-12_50, "LATE", day="2026-11-25")
    day = {"id": "STM-2", "number": 2, "first": "2026-11-25", "last": "2026-11-25"}
    run = send(cloud, camt(statement(found, **day))).body["id"]
    assert work_off(cloud, run, until="read") == "read"
    assert approve(cloud, late["id"], asked.body["adjustment"]["id"]).status == 200
    assert (work_off(cloud, run), nostro_balance(cloud)) == ("reported", 0)

    (left,) = breaks(cloud, status="open")
    assert (left["type"], left["difference"]) == ("duplicate", -12_50)
    again = propose(cloud, left["id"])
    assert approve(cloud, left["id"], again.body["adjustment"]["id"]).status == 200
    assert nostro_balance(cloud) == -12_50


def test_a_person_who_is_quicker_than_the_run_is_not_overruled(cloud: Cloud):
    move(cloud, -12_50, "LATE")
    move(cloud, 12_50, "OTHER")
    reconciled(cloud, statement())
    late, other = sorted(breaks(cloud), key=lambda one: -one["difference"])
    found = line(-12_50, "LATE", day="2026-11-25")
    day = {"id": "STM-2", "number": 2, "first": "2026-11-25", "last": "2026-11-25"}
    run = send(cloud, camt(statement(found, **day))).body["id"]
    work_off(cloud, run, until="matched")
    body = cancelling(other["id"])

    def rival() -> None:
        cloud.dynamodb.watch()
        on_break(cloud, late["id"], "resolution", body, key="quick")

    cloud.dynamodb.watch(every={"transact_write_items": let_in(rival)})
    assert work_off(cloud, run) == "reported"
    cloud.dynamodb.watch()

    ended = {one["id"]: one["history"][-1] for one in breaks(cloud)}
    assert [ended[one["id"]]["by"] for one in (late, other)] == ["ben@acme", "ben@acme"]
    (left,) = breaks(cloud, status="open")
    assert (left["type"], left["difference"]) == ("duplicate", -12_50)
    assert nostro_balance(cloud) + left["difference"] == -12_50


def sweep() -> dict:
    return handler("reconciliation/sweep")(
        event("reconciliation/sweep/happy"), lambda_context(60_000)
    )


def test_a_break_whose_clock_runs_out_is_counted_every_hour_and_gets_more_severe(
    cloud: Cloud, fee: str
):
    before = breaks(cloud)[0]
    assert (before["severity"], before["overdue"]) == ("medium", False)
    assert sweep()["overdue"] == 0
    cloud.clock.now = START + 48 * HOUR + 1
    assert [sweep()["overdue"], sweep()["overdue"]] == [1, 1]
    after = breaks(cloud)[0]
    assert (after["severity"], after["overdue"], after["age"]) == ("high", True, "a day")
    cloud.clock.now = START + 96 * HOUR + 1
    sweep()
    assert breaks(cloud)[0]["severity"] == "critical"
    approve(cloud, fee, propose(cloud, fee).body["adjustment"]["id"])
    assert sweep()["overdue"] == 0
    assert breaks(cloud)[0]["severity"] == "medium"


def test_a_run_whose_start_was_lost_is_started_again_within_the_hour(cloud: Cloud):
    cloud.machines.trouble = ReadTimeoutError(endpoint_url="states")
    taken = send(cloud, camt(statement()))
    cloud.machines.trouble = None
    run = taken.body["id"]
    assert (taken.status, cloud.machines.started) == (202, [])
    sweep()
    assert cloud.machines.started == []
    cloud.clock.now += HOUR
    sweep()

    assert [one["input"]["id"] for one in cloud.machines.started] == [run]
    assert cloud.machines.started[0]["name"].startswith(f"{run}-")
    work_off(cloud, run)
    cloud.machines.started.clear()
    sweep()
    assert cloud.machines.started == []


def test_the_list_of_breaks_comes_page_by_page_and_by_filter(cloud: Cloud):
    move(cloud, 1_00, "A")
    some = [line(number, f"R{number}") for number in range(1, 5)]
    reconciled(cloud, statement(*some, line(2_00, "A")))
    pages, after = [], None
    while not pages or after:
        query = {"limit": "2", "type": "unexpected"} | ({"cursor": after} if after else {})
        body = cloud.api("GET", "/breaks", role="auditor", query=query).body
        pages.append([one["difference"] for one in body["items"]])
        after = body["next_cursor"]

    assert sorted(each for page in pages for each in page) == [1, 2, 3, 4]
    assert all(len(page) <= 2 for page in pages)
    assert kinds(cloud, type="amount") == [("amount", 1_00)]
    assert kinds(cloud, owner="nobody") == []


def test_a_list_gives_up_after_some_pages_and_goes_on_from_there(cloud: Cloud, monkeypatch):
    monkeypatch.setattr("remit.reconciliation.look._AT_ONCE", 1)
    monkeypatch.setattr("remit.reconciliation.look._MOST_PAGES", 2)
    reconciled(cloud, statement(*(line(number, f"R{number}") for number in range(1, 4))))
    found, after, asked = [], None, 0
    while not asked or after:
        query = {"type": "unexpected"} | ({"cursor": after} if after else {})
        body = cloud.api("GET", "/breaks", role="auditor", query=query).body
        found += [one["difference"] for one in body["items"]]
        after, asked = body["next_cursor"], asked + 1

    assert (sorted(found), asked) == ([1, 2, 3], 2)


@pytest.mark.parametrize("after", [-1, "", "x"])
def test_a_cursor_that_was_made_up_is_refused(cloud: Cloud, fee: str, after):
    run = breaks(cloud)[0]["reconciliation"]
    lists = {
        ("/breaks", None): "breaks None None None",
        ("/reconciliations", None): "reconciliations",
        ("/reconciliations/{id}", run): f"reconciliation {run}",
    }
    for (resource, name), scope in lists.items():
        if after == "x" and name is None:
            continue
        query = {"cursor": cursor(scope, {"after": after})}
        path = {"id": name} if name else None
        answer = cloud.api("GET", resource, role="auditor", path=path, query=query)
        assert answer.code == "invalid_cursor"


def test_a_break_that_changes_while_its_severity_is_raised_is_left_to_the_next_hour(
    cloud: Cloud, fee: str
):
    cloud.clock.now = START + 48 * HOUR + 1
    rival = let_in(lambda: on_break(cloud, fee, "assign", {"owner": "dora@acme"}, key="rival"))
    cloud.dynamodb.watch(every={"update_item": rival})
    assert sweep()["overdue"] == 1
    cloud.dynamodb.watch()

    assert breaks(cloud)[0]["owner"] == "dora@acme"


def test_breaks_are_a_tenants_own_and_only_operators_work_on_them(cloud: Cloud, fee: str):
    path = {"id": fee}
    unseen = cloud.api("GET", "/breaks/{id}", role="auditor", path=path, tenant="globex")
    auditor = on_break(cloud, fee, "assign", {"owner": "x"}, role="auditor")
    client = cloud.api("GET", "/breaks", role="client")
    foreign = on_break(cloud, fee, "assign", {"owner": "x"}, tenant="globex")

    assert [each.code for each in (unseen, auditor, client, foreign)] == [
        "break_not_found",
        "forbidden",
        "forbidden",
        "break_not_found",
    ]
    assert cloud.api("GET", "/breaks/{id}", role="auditor", path=path).body["id"] == fee


def refused(cloud: Cloud, name: str, **asked) -> str:
    body = {"resolution": "resolved", "reason": "all is well"} | asked
    answer = on_break(cloud, name, "resolution", body)
    assert breaks(cloud, status="open") != []
    return answer.code


@pytest.mark.parametrize("because", [None, "days_apart", "cancels_out", "bank_corrected"])
def test_a_break_with_money_in_it_is_not_resolved_without_an_adjustment(
    cloud: Cloud, fee: str, because
):
    assert refused(cloud, fee, because=because) == "money_is_off"


@pytest.mark.parametrize(
    ("ours", "theirs", "type_"),
    [
        ((3_00, "A"), (3_01, "A"), "amount"),
        ((3_00, "A"), None, "timing"),
        (None, (3_00, "A"), "unexpected"),
    ],
)
def test_whatever_is_off_needs_an_adjustment(cloud: Cloud, ours, theirs, type_):
    if ours:
        move(cloud, *ours)
    reconciled(cloud, statement(*([line(*theirs)] if theirs else [])))
    (one,) = breaks(cloud)
    assert one["type"] == type_
    assert refused(cloud, one["id"], because="days_apart") == "money_is_off"


def test_what_is_only_days_apart_is_resolved_by_one_person(cloud: Cloud):
    move(cloud, 3_00, "A", at=START - 8 * A_DAY)
    reconciled(cloud, statement(line(3_00, "A"), first="2026-11-16"))
    (one,) = breaks(cloud)
    assert (one["type"], one["difference"]) == ("timing", 0)
    body = {"resolution": "resolved", "reason": "a holiday there", "because": "days_apart"}
    assert on_break(cloud, one["id"], "resolution", body).body["status"] == "resolved"


@pytest.mark.parametrize("others", [[], ["itself"], ["near"], ["unknown"]])
def test_what_does_not_come_to_nothing_does_not_cancel_out(cloud: Cloud, others):
    reconciled(cloud, statement(line(3_00, "A"), line(-2_99, "B")))
    one, other = sorted(breaks(cloud), key=lambda each: -each["difference"])
    names = {"itself": one["id"], "near": other["id"], "unknown": "brk_" + "0" * 26}
    named = [names[each] for each in others]
    answer = on_break(cloud, one["id"], "resolution", cancelling(*named))
    assert answer.code == ("break_not_found" if others == ["unknown"] else "money_is_off")
    assert len(breaks(cloud, status="open")) == 2


def test_of_two_that_cancel_out_none_ends_when_the_other_has_ended(cloud: Cloud):
    reconciled(cloud, statement(line(12_50, "A"), line(-12_50, "B")))
    fee, other = sorted(breaks(cloud), key=lambda each: each["difference"])
    approve(cloud, fee["id"], propose(cloud, fee["id"]).body["adjustment"]["id"])
    answer = on_break(cloud, other["id"], "resolution", cancelling(fee["id"]))
    assert answer.code == "break_ended"
    assert len(breaks(cloud, status="open")) == 1


def test_of_two_who_end_the_same_breaks_otherwise_one_is_told(cloud: Cloud):
    reconciled(cloud, statement(line(12_50, "A"), line(-12_50, "B")))
    fee, other = sorted(breaks(cloud), key=lambda each: each["difference"])
    adjusted = propose(cloud, fee["id"]).body["adjustment"]["id"]
    rival = let_in(lambda: approve(cloud, fee["id"], adjusted, key="rival"))
    cloud.dynamodb.watch(every={"transact_write_items": rival})
    answer = on_break(cloud, other["id"], "resolution", cancelling(fee["id"]), key="mine")
    cloud.dynamodb.watch()
    assert answer.code == "break_ended"
    assert [one["status"] for one in breaks(cloud, status="open")] == ["open"]
    assert nostro_balance(cloud) == -12_50


def test_that_a_bank_has_corrected_its_balance_is_accepted_by_two_people(cloud: Cloud):
    reconciled(cloud, statement(line(1_00, "A"), closing=5_00))
    (one,) = breaks(cloud, type="balance")
    assert refused(cloud, one["id"]) == "money_is_off"
    body = {"resolution": "resolved", "reason": "sent anew", "because": "bank_corrected"}
    asked = on_break(cloud, one["id"], "resolution", body)
    told = asked.body["adjustment"]
    assert (asked.status, told["amount"], told["debit"]) == (202, 0, None)
    assert approve(cloud, one["id"], told["id"], subject="ben@acme").code == "same_person"
    done = approve(cloud, one["id"], told["id"])
    assert (done.body["status"], done.body["adjustment"]["transfer"]) == ("resolved", None)
    assert nostro_balance(cloud) == 0


def test_with_an_adjustment_nothing_else_puts_a_break_right(cloud: Cloud, fee: str):
    asked = adjustment(12_50, debit="external", credit="nostro")
    assert refused(cloud, fee, adjustment=asked, because="days_apart") == "adjustment_unfit"
