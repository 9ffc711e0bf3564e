"""From a statement to its report: what is found, what is carried on, and that it is found again."""

import json

import pytest

from remit.kernel.clock import DAY as A_DAY
from tests.integration.cloud import START, Cloud
from tests.integration.reconciliation.scenes import (
    breaks,
    camt,
    kinds,
    line,
    move,
    nostro_balance,
    own,
    reconciled,
    send,
    shown,
    statement,
    task,
    work_off,
)

TOMORROW = "2026-11-25"


def three_breaks(cloud: Cloud):
    """Five entries of ours; the bank has one off by 1.00, one twice, and a charge of its own."""
    for number, amount in enumerate((100_00, -40_00, 7_77, -3_00, 250_00)):
        move(cloud, amount, f"REF-{number}")
    return statement(
        line(100_00, "REF-0"),
        line(-40_00, "REF-1"),
        line(8_77, "REF-2"),
        line(-3_00, "REF-3"),
        line(-3_00, "REF-3"),
        line(250_00, "REF-4"),
        line(-12_50, "CHARGES"),
    )


def test_what_agrees_is_matched_and_each_planted_break_is_found_and_nothing_else(cloud: Cloud):
    run = reconciled(cloud, three_breaks(cloud))

    assert kinds(cloud) == [("amount", 1_00), ("duplicate", -3_00), ("unexpected", -12_50)]
    assert sorted(run["found"]) == sorted(one["id"] for one in breaks(cloud))
    assert (run["matches"], run["breaks"]) == (4, 3)
    assert {one["rule"] for one in run["items"]} == {"reference"}
    assert all(one["confidence"] == 100 for one in run["items"])
    totals = {(one["relation"], one["side"]): one for one in run["totals"]}
    assert totals["bank", "ours"]["matched"] + totals["bank", "ours"]["broken"] == 314_77
    assert run["nostro"] == nostro_balance(cloud) == 314_77
    assert run["statement"]["closing"] == 314_77 + 1_00 - 3_00 - 12_50
    assert len(run["input_hash"]) == len(run["result_hash"]) == 64
    assert run["rules"].startswith("house-")


def test_matches_come_page_by_page(cloud: Cloud):
    run = reconciled(cloud, three_breaks(cloud))
    first = shown(cloud, run["id"], limit="3")
    second = shown(cloud, run["id"], limit="3", cursor=first["next_cursor"])

    assert (len(first["items"]), len(second["items"])) == (3, 1)
    assert second["next_cursor"] is None
    assert first["items"] + second["items"] == run["items"]


def test_runs_are_listed_newest_first_and_those_of_others_are_not_there(cloud: Cloud):
    first = reconciled(cloud, statement())
    cloud.clock.now += 1
    second = reconciled(cloud, statement(id="STM-2", number=2, first=TOMORROW, last=TOMORROW))
    listed = cloud.api("GET", "/reconciliations", role="auditor", query={"limit": "1"}).body
    rest = cloud.api("GET", "/reconciliations", role="auditor",
                     query={"limit": "1", "cursor": listed["next_cursor"]}).body  # fmt: skip

    assert [one["id"] for one in listed["items"] + rest["items"]] == [second["id"], first["id"]]
    assert second["previous"] == first["id"]
    other = cloud.api("GET", "/reconciliations", role="auditor", tenant="globex").body
    assert other["items"] == []
    unseen = cloud.api("GET", "/reconciliations/{id}", role="auditor", tenant="globex",
                       path={"id": first["id"]})  # fmt: skip
    assert unseen.code == "reconciliation_not_found"


def test_what_the_bank_books_a_day_later_is_carried_and_found(cloud: Cloud):
    move(cloud, 50_00, "LATE")
    reconciled(cloud, statement())
    assert kinds(cloud) == [("timing", -50_00)]
    cloud.clock.now += A_DAY
    run = reconciled(
        cloud,
        statement(line(50_00, "LATE", day=TOMORROW), id="STM-2", number=2, first=TOMORROW,
                  last=TOMORROW),
    )  # fmt: skip

    assert (run["matches"], run["breaks"]) == (1, 0)
    (found,) = breaks(cloud)
    assert found["status"] == "resolved"
    assert found["history"][-1]["reason"] == f"no longer found by {run['id']}"


def test_what_we_book_a_day_later_is_carried_and_found(cloud: Cloud):
    reconciled(cloud, statement(line(50_00, "EARLY")))
    assert kinds(cloud) == [("unexpected", 50_00)]
    cloud.clock.now += A_DAY
    move(cloud, 50_00, "EARLY", at=cloud.clock.now)
    day = {"id": "STM-2", "number": 2, "first": TOMORROW, "last": TOMORROW, "opening": 50_00}
    run = reconciled(cloud, statement(**day))

    assert (run["matches"], run["breaks"]) == (1, 0)
    assert breaks(cloud, status="open") == []


def test_a_break_that_is_found_again_is_the_same_break_and_keeps_its_owner(cloud: Cloud):
    reconciled(cloud, statement(line(9_00, "WHAT")))
    (found,) = breaks(cloud)
    cloud.api("POST", "/breaks/{id}/assign", role="operator", path={"id": found["id"]},
              body={"owner": "cleo@acme"})  # fmt: skip
    cloud.clock.now += A_DAY
    day = {"id": "STM-2", "number": 2, "first": TOMORROW, "last": TOMORROW, "opening": 9_00}
    run = reconciled(cloud, statement(**day))

    assert run["found"] == [found["id"]]
    (still,) = breaks(cloud)
    assert (still["owner"], still["reconciliation"]) == ("cleo@acme", found["reconciliation"])
    assert still["age"] == "a day"


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({"number": 3, "opening": 1_00}, [("gap", 0)]),
        ({"number": 2, "opening": 99}, [("the opening balance is not", -1)]),
        ({"number": 2, "opening": 1_00, "closing": 1_01}, [("opening balance and", 1)]),
    ],
)
def test_statements_must_add_up_and_follow_on_one_another(cloud: Cloud, second, found):
    move(cloud, 1_00, "A")
    reconciled(cloud, statement(line(1_00, "A")))
    reconciled(cloud, statement(id="STM-2", first=TOMORROW, last=TOMORROW, **second))
    told = [one for one in breaks(cloud) if one["type"] == "balance"]

    assert [(one["difference"],) for one in told] == [(difference,) for _, difference in found]
    for one, (words, _) in zip(told, found, strict=True):
        assert one["detail"].startswith(words)
        assert one["severity"] == "critical"


def test_a_statement_waits_until_the_one_before_is_reconciled(cloud: Cloud):
    first = send(cloud, camt(statement())).body["id"]
    second = send(cloud, camt(statement(id="STM-2", number=2))).body["id"]

    assert work_off(cloud, second) == "waiting"
    assert work_off(cloud, first) == "reported"
    assert work_off(cloud, second) == "reported"


def test_after_a_run_that_failed_nothing_is_left_out(cloud: Cloud):
    move(cloud, 5_00, "SEEN-LATER")
    first = send(cloud, camt(statement())).body["id"]
    assert task(cloud, "report", first, "failed") == "failed"
    assert shown(cloud, first)["failure"] == "it could not be reconciled once it was received"
    run = reconciled(cloud, statement(line(5_00, "SEEN-LATER"), id="STM-2", number=2))

    assert (run["matches"], run["breaks"]) == (1, 0)


def test_entries_after_the_statement_wait_for_the_next_and_none_is_looked_at_twice(cloud: Cloud):
    move(cloud, 1_00, "TODAY")
    move(cloud, 2_00, "TOMORROW", at=START + A_DAY)
    first = reconciled(cloud, statement(line(1_00, "TODAY")))
    second = reconciled(
        cloud,
        statement(line(2_00, "TOMORROW", day=TOMORROW), id="STM-2", number=2, first=TOMORROW,
                  last=TOMORROW, opening=1_00),
    )  # fmt: skip

    assert [first["breaks"], second["breaks"]] == [0, 0]
    assert [first["nostro"], second["nostro"]] == [1_00, 3_00]


def test_run_again_it_has_the_same_hash_and_compares_as_the_same(cloud: Cloud):
    run = reconciled(cloud, three_breaks(cloud))
    move(cloud, 1, "LATER")
    again = cloud.api("POST", "/reconciliations/{id}/rerun", role="operator",
                      path={"id": run["id"]}, key="again")  # fmt: skip

    assert again.status == 201
    assert (again.body["result_hash"], again.body["input_hash"]) == (
        run["result_hash"],
        run["input_hash"],
    )
    assert (again.body["rerun_of"], again.body["status"]) == (run["id"], "reported")
    compared = cloud.api("GET", "/reconciliations/{id}/compare", role="auditor",
                         path={"id": run["id"]}, query={"with": again.body["id"]})  # fmt: skip
    assert compared.body["differs"] == ""
    assert len(breaks(cloud)) == 3


def test_two_statements_compare_as_different_in_their_input(cloud: Cloud):
    one = reconciled(cloud, statement(line(1, "A")))
    own(cloud, "NOSTRO-2")
    other = reconciled(cloud, statement(line(2, "B"), account="NOSTRO-2"))
    compared = cloud.api("GET", "/reconciliations/{id}/compare", role="auditor",
                         path={"id": one["id"]}, query={"with": other["id"]}).body  # fmt: skip

    assert compared["differs"] == "input"
    assert (compared["gone"], compared["came"]) == (one["found"], other["found"])


def test_what_has_not_ended_is_neither_run_again_nor_compared(cloud: Cloud):
    run = send(cloud, camt(statement())).body["id"]
    path = {"id": run}
    again = cloud.api("POST", "/reconciliations/{id}/rerun", role="operator", path=path)
    compared = cloud.api("GET", "/reconciliations/{id}/compare", role="auditor", path=path,
                         query={"with": run})  # fmt: skip

    assert (again.code, compared.code) == ("not_reconciled", "not_reconciled")
    assert shown(cloud, run)["items"] == []


def test_a_file_of_several_statements_makes_a_run_of_each(cloud: Cloud):
    own(cloud, "NOSTRO-2", "USD")
    second = statement(account="NOSTRO-2", currency="USD")
    answer = send(cloud, camt(statement(), second, statement(id="STM-2")))

    assert answer.status == 202
    ids = [one["id"] for one in answer.body["statements"]]
    assert answer.body["id"] == ids[0]
    assert len(set(ids)) == 3
    assert [one["name"] for one in cloud.machines.started] == ids
    assert [shown(cloud, one)["previous"] for one in ids] == [None, None, ids[0]]


def test_more_breaks_than_one_call_raises_are_raised_by_several(cloud: Cloud, monkeypatch):
    monkeypatch.setattr("remit.reconciliation.raise_breaks.AT_ONCE", 2)
    run = send(cloud, camt(statement(*(line(number, f"R{number}") for number in range(1, 6)))))
    name = run.body["id"]
    assert work_off(cloud, name, until="matched") == "matched"
    told = [task(cloud, "raise_breaks", name, "matched") for _ in range(4)]

    assert told == ["raising", "raising", "raised", "raised"]
    assert len(breaks(cloud)) == 5


def test_no_step_carries_more_than_ids_and_statuses(cloud: Cloud):
    run = send(cloud, camt(three_breaks(cloud))).body["id"]

    assert [json.dumps(one["input"]) for one in cloud.machines.started] == [
        json.dumps(
            {
                "id": run,
                "request_id": cloud.machines.started[0]["input"]["request_id"],
                "tenant": "acme",
            }
        )
    ]
