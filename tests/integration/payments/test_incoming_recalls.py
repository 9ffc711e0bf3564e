"""What other banks ask back, what the scheme would not have, and what lies in suspense."""

import pytest

from remit.kernel.clock import DAY
from remit.rails.iso20022 import camt029, pacs004
from tests.builders import lambda_context
from tests.integration.cloud import handler
from tests.integration.payments.incoming_cloud import Abroad
from tests.integration.payments.rail_cloud import URL
from tests.integration.payments.scenes import SMALL
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd


@pytest.fixture
def abroad(road) -> Abroad:
    return Abroad(road)


def asked(abroad: Abroad, account: str | None = None) -> tuple[str, str]:
    """A payment that was credited and is asked back; the ids of both."""
    identifier = abroad.arrived(account or abroad.account())
    assert abroad.settle(abroad.asked_back(abroad.paid)) == []
    (case,) = [one for one in abroad.recalls() if one["incoming_payment_id"] == identifier]
    return identifier, case["id"]


def deliver(abroad: Abroad, recall: str) -> list[str]:
    body = {"id": recall, "tenant": "acme", "request_id": "sweep"}
    return abroad.cloud.deliver("payments/send_recall", body)


def spend(abroad: Abroad, account: str) -> None:
    """All that is on the account goes to another one."""
    legs = [
        {"account": account, "side": "debit", "amount": SMALL},
        {"account": abroad.cloud.open(), "side": "credit", "amount": SMALL},
    ]
    body = {"kind": "transfer", "currency": "EUR", "legs": legs, "reason": "spent"}
    assert abroad.cloud.api("POST", "/ledger/transfers", role="operator", body=body).status == 201


def test_a_recall_is_a_case_with_a_clock(abroad):
    identifier, recall = asked(abroad)
    (case,) = abroad.recalls()
    assert case == {
        "id": recall,
        "incoming_payment_id": identifier,
        "rail": "sct_inst",
        "status": "open",
        "reason": "FRAD",
        "received_at": "2026-11-24T09:30:00.000Z",
        # Fifteen business days of TARGET after the 24th of November, and that day's end.
        "answer_due_at": "2026-12-16T00:00:00.000Z",
        "answer_reason": None,
        "answered_at": None,
        "answered_by": None,
    }
    assert abroad.recalls("auditor") == abroad.recalls()


def test_money_that_is_given_back_leaves_the_account_with_the_answer(abroad):
    account = abroad.account()
    identifier, recall = asked(abroad, account)
    answer = abroad.decide(recall, "return")
    assert (answer.status, answer.body["status"]) == (200, "returned")
    assert (answer.body["answer_reason"], answer.body["answered_by"]) == ("FOCR", "ada@acme")
    assert abroad.cloud.balance(account) == 0
    assert abroad.road.in_transit() == 0
    assert abroad.status(identifier) == "returned"
    assert abroad.recalls() == [answer.body]
    assert deliver(abroad, recall) == []
    (returned,) = pacs004.read(abroad.road.scheme.sent[-1][1]).returns
    assert (returned.amount.amount, returned.reasons[0].code.code) == (SMALL, "FOCR")
    assert returned.ids.transaction_id == "TX-1"


def test_a_refusal_moves_no_money_and_says_why(abroad):
    account = abroad.account()
    identifier, recall = asked(abroad, account)
    answer = abroad.decide(recall, "refuse", "CUST")
    assert (answer.status, answer.body["answer_reason"]) == (200, "CUST")
    assert abroad.cloud.balance(account) == SMALL
    assert abroad.status(identifier) == "credited"
    assert deliver(abroad, recall) == []
    message = camt029.read(abroad.road.scheme.sent[-1][1])
    (refused,) = message.recalls
    assert (message.confirmation, refused.status, refused.id) == ("RJCR", "RJCR", "CASE-1")
    assert refused.reasons[0].code.code == "CUST"


def test_an_answer_is_sent_until_the_rail_has_it_and_is_the_same_each_time(abroad):
    _, recall = asked(abroad)
    assert deliver(abroad, recall) == []
    sent = len(abroad.road.scheme.sent)
    assert abroad.decide(recall, "return").status == 200
    abroad.road.scheme.lose_answers()
    assert deliver(abroad, recall) == ["0"]
    abroad.road.scheme.trouble = None
    abroad.cloud.clock.now += 60_000
    assert deliver(abroad, recall) == []
    first, second = abroad.road.scheme.sent[sent:]
    assert first == second


def test_of_two_who_decide_one_is_told_who_was_first(abroad):
    account = abroad.account()
    _, recall = asked(abroad, account)
    answers = []

    def rival(send):
        answers.append(abroad.decide(recall, "refuse", "NOAS"))
        return send()

    abroad.cloud.dynamodb.watch(every={"transact_write_items": rival})
    late = abroad.decide(recall, "return")
    abroad.cloud.dynamodb.watch()
    assert answers[0].status == 200
    assert (late.status, late.code) == (409, "recall_answered")
    assert abroad.cloud.balance(account) == SMALL
    assert abroad.decide(recall, "refuse", "CUST").code == "recall_answered"


def test_money_that_is_not_there_cannot_be_given_back(abroad):
    account = abroad.account()
    identifier, recall = asked(abroad, account)
    spend(abroad, account)
    answer = abroad.decide(recall, "return")
    assert (answer.status, answer.code) == (422, "insufficient_funds")
    assert abroad.recalls()[0]["status"] == "open"
    assert abroad.status(identifier) == "credited"
    abroad.cloud.deposit(account, SMALL)
    assert abroad.decide(recall, "return").status == 200


def test_what_was_never_credited_is_not_given_back(abroad):
    assert abroad.settle(abroad.transfer(abroad.account(), payer="Osvald Grimme")) == ["answered"]
    assert abroad.settle(abroad.asked_back(abroad.paid)) == []
    (case,) = abroad.recalls()
    answer = abroad.decide(case["id"], "return")
    assert (answer.status, answer.code) == (409, "not_credited")
    assert abroad.decide(case["id"], "refuse", "NOOR").status == 200


@pytest.mark.parametrize(
    "body",
    [{"decision": "refuse"}, {"decision": "refuse", "reason": "NOPE"}, {"decision": "maybe"}, {}],
)
def test_an_answer_says_what_and_why(abroad, body):
    _, recall = asked(abroad)
    answer = abroad.cloud.api(
        "POST", "/recalls/{id}/answer", role="operator", path={"id": recall}, body=body
    )
    assert answer.status == 400
    assert abroad.recalls()[0]["status"] == "open"


def test_only_an_operator_of_the_same_tenant_answers(abroad):
    _, recall = asked(abroad)
    assert abroad.decide(recall, "return", role="client").status == 403
    assert abroad.decide(recall, "return", role="auditor").status == 403
    assert abroad.decide(recall, "return", tenant="other").status == 404
    assert abroad.decide("rcl_nonsense", "return").status == 404
    assert abroad.cloud.api("GET", "/recalls", role="client").status == 403


def test_a_second_recall_of_a_payment_is_for_a_person(abroad, capsys):
    asked(abroad)
    assert abroad.settle(abroad.asked_back(1, "DUPL")) == []
    assert [case["reason"] for case in abroad.recalls()] == ["FRAD"]
    assert '"MessageUnclear":[1.0]' in capsys.readouterr().out


def test_the_same_recall_twice_is_one_case_and_calls_nobody_twice(abroad, capsys):
    abroad.arrived(abroad.account())
    body = abroad.asked_back(1)
    assert [abroad.road.send(body).body["duplicate"] for _ in range(2)] == [False, True]
    assert len(abroad.recalls()) == 1
    told = capsys.readouterr().out
    assert told.count('"RecallReceived":[1.0]') == 1
    assert "MessageUnclear" not in told


def test_a_recall_may_name_the_payment_by_its_transaction_alone(abroad):
    identifier = abroad.arrived(abroad.account())
    assert abroad.settle(abroad.asked_back(1, uetr=None)) == []
    assert abroad.recalls()[0]["incoming_payment_id"] == identifier


def test_a_recall_of_what_was_for_nobody_here_is_for_a_person(abroad, capsys):
    assert abroad.settle(abroad.transfer(iban="DE46999999990000000000")) == ["answered"]
    assert abroad.settle(abroad.asked_back(1)) == []
    assert abroad.recalls() == []
    assert '"MessageUnclear":[1.0]' in capsys.readouterr().out


def test_recalls_are_listed_by_when_they_must_be_answered(abroad):
    ids = []
    for _ in range(3):
        ids.append(asked(abroad)[1])
        abroad.cloud.clock.now += 2 * DAY
    listed = abroad.cloud.api("GET", "/recalls", role="operator", query={"limit": "2"}).body
    more = {"limit": "2", "cursor": listed["next_cursor"]}
    rest = abroad.cloud.api("GET", "/recalls", role="operator", query=more).body
    assert [one["id"] for one in (*listed["items"], *rest["items"])] == ids
    assert rest["next_cursor"] is None
    assert abroad.decide(ids[0], "refuse", "CUST").status == 200
    assert [one["id"] for one in abroad.recalls()] == [ids[1], ids[2], ids[0]]
    for wrong in ("nonsense", "WyJyZWNhbGxzIGluY29taW5nIix7ImR1ZSI6IngifV0="):
        assert (
            abroad.cloud.api("GET", "/recalls", role="operator", query={"cursor": wrong}).code
            == "invalid_cursor"
        )


def test_one_that_we_should_have_answered_is_counted_until_we_have(abroad):
    _, recall = asked(abroad)
    assert overdue(abroad) == 0
    abroad.cloud.clock.now += 23 * DAY
    assert overdue(abroad) == 1
    assert abroad.decide(recall, "refuse", "NOAS").status == 200
    assert overdue(abroad) == 0


def overdue(abroad: Abroad) -> int:
    counted: int = handler("payments/remind")({}, lambda_context())["overdue_here"]
    return counted


@pytest.mark.parametrize("reason", ["AB05", "XX99", None])
def test_a_credit_that_the_scheme_would_not_have_is_taken_back(abroad, reason):
    account = abroad.account()
    identifier = abroad.arrived(account)
    body = abroad.verdict(1, "RJCT", reason)
    assert abroad.settle(body) == ["reversed"]
    assert abroad.cloud.balance(account) == abroad.road.in_transit() == 0
    view = abroad.look(identifier, role="client").body
    assert view["status"] == "reversed"
    assert view["history"][-1]["reason"] == (reason or "MS03")
    assert abroad.settle(body) == ["reversed"]
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB06")) == ["reversed"]
    assert abroad.cloud.balance(account) == 0


def test_money_that_is_spent_is_taken_from_suspense_and_calls_a_person(abroad, capsys):
    account = abroad.account()
    abroad.arrived(account)
    spend(abroad, account)
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["reversed"]
    assert (abroad.cloud.balance(account), abroad.road.in_transit()) == (0, 0)
    assert abroad.road.suspended() == SMALL
    assert '"FundsSuspended":[1.0]' in capsys.readouterr().out


def test_the_schemes_no_before_ours_means_that_nothing_is_credited(abroad):
    account = abroad.account()
    content = abroad.kept(abroad.transfer(account))
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["rejected"]
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["rejected"]
    assert abroad.run(content) == "answered"
    assert abroad.answers() == [("RJCT", "AB05")]
    assert abroad.cloud.balance(account) == 0


def test_the_schemes_yes_to_our_yes_changes_nothing_and_calls_nobody(abroad, capsys):
    account = abroad.account()
    abroad.arrived(account)
    assert abroad.settle(abroad.verdict(1, "ACSC")) == []
    assert abroad.cloud.balance(account) == SMALL
    assert "StrangerAnswered" not in capsys.readouterr().out


def test_what_was_given_back_already_is_not_taken_back_as_well(abroad):
    _, recall = asked(abroad)
    assert abroad.decide(recall, "return").status == 200
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["contradicted"]


def test_what_was_taken_back_already_is_not_given_back_as_well(abroad):
    _, recall = asked(abroad)
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["reversed"]
    assert abroad.decide(recall, "return").code == "not_credited"


def test_a_payment_between_two_of_ours_over_the_rail_is_undone_on_both_sides(abroad):
    payment = abroad.road.submitted()
    uetr = abroad.cloud.payment(payment)["uetr"]
    account = abroad.account()
    identifier = abroad.arrived(account, ids={"uetr": uetr})
    body = abroad.road.report(payment, "RJCT", "AB05")
    assert sorted(abroad.settle(body)) == ["declined", "reversed"]
    assert abroad.status(identifier) == "reversed"
    assert abroad.road.in_transit() == 0


def test_a_rail_without_recalls_has_a_person_look(abroad, monkeypatch, capsys):
    monkeypatch.setenv("FPS_HK_URL", URL)
    body = abroad.transfer(abroad.account("HKD"), currency="HKD")
    assert abroad.road.send(body, rail="fps_hk").status == 202
    assert abroad.road.send(abroad.asked_back(1), rail="fps_hk").status == 202
    assert abroad.recalls() == []
    assert '"MessageUnclear":[1.0]' in capsys.readouterr().out


@needs_shared_data
def test_both_answers_to_a_recall_are_valid_by_their_schemas(abroad):
    for decision, reason in (("return", None), ("refuse", "LEGL")):
        _, recall = asked(abroad)
        assert abroad.decide(recall, decision, reason).status == 200
        assert deliver(abroad, recall) == []
    for kind in ("pacs.004.001.09", "camt.029.001.09"):
        (message,) = abroad.sent(kind)
        xsd(kind).assertValid(message)


def clear(abroad: Abroad, transfer: str, account: str, **more):
    body = {"account": account, "reason": "case 4711"}
    asked = {"role": "operator", "path": {"id": transfer}, "body": body}
    return abroad.cloud.api("POST", "/ledger/suspense/{id}/clearance", **asked | more)


def suspended(abroad: Abroad) -> str:
    """The transfer that has last moved money into or out of suspense."""
    (entry,) = [
        item
        for item in abroad.cloud.items("Ledger")
        if "house.suspense" in str(item["pk"]) and "side" in item
    ]
    return str(entry["transfer"])


def stuck(abroad: Abroad) -> tuple[str, str]:
    """A payment of ours that came back to an account which takes nothing any more."""
    payment = abroad.road.submitted()
    debtor = abroad.cloud.payment(payment)["debtor_account"]
    rules = {"frozen": "both", "reason": "a test"}
    path = {"id": debtor}
    abroad.cloud.api("POST", "/accounts/{id}/rules", role="operator", path=path, body=rules)
    assert abroad.road.settle(abroad.road.report(payment, "RJCT", "AC04")) == ["declined"]
    return payment, suspended(abroad)


def balance_of_suspense(abroad: Abroad) -> int:
    newest = {}
    for item in sorted(abroad.cloud.items("Ledger"), key=lambda each: str(each["sk"])):
        if "house.suspense" in str(item["pk"]) and str(item["sk"]).isdigit():
            newest[item["pk"]] = item["credits_posted"] - item["debits_posted"]
    return sum(newest.values())


def test_what_lies_in_suspense_is_moved_to_an_account_once_and_names_the_payment(abroad):
    payment, transfer = stuck(abroad)
    other = abroad.cloud.open()
    answer = clear(abroad, transfer, other)
    assert answer.status == 201, answer.text
    assert (answer.body["kind"], answer.body["reference"]) == (
        "clearance",
        f"{payment} case 4711",
    )
    assert (abroad.cloud.balance(other), balance_of_suspense(abroad)) == (SMALL, 0)
    again = clear(abroad, transfer, other)
    assert (again.status, again.code) == (409, "already_cleared")
    assert clear(abroad, answer.body["id"], other).code == "not_suspended"
    assert abroad.cloud.balance(other) == SMALL


def test_what_suspense_has_stood_in_for_is_taken_from_the_account_later(abroad):
    account = abroad.account()
    abroad.arrived(account)
    spend(abroad, account)
    assert abroad.settle(abroad.verdict(1, "RJCT", "AB05")) == ["reversed"]
    transfer = suspended(abroad)
    assert clear(abroad, transfer, account).code == "insufficient_funds"
    abroad.cloud.deposit(account, SMALL)
    assert clear(abroad, transfer, account).status == 201
    assert (abroad.cloud.balance(account), balance_of_suspense(abroad)) == (0, 0)


def test_two_who_clear_at_once_move_it_once(abroad):
    _, transfer = stuck(abroad)
    first, second = abroad.cloud.open(), abroad.cloud.open()
    answers = []

    def rival(send):
        answers.append(clear(abroad, transfer, first))
        return send()

    abroad.cloud.dynamodb.watch(every={"transact_write_items": rival})
    late = clear(abroad, transfer, second)
    abroad.cloud.dynamodb.watch()
    assert answers[0].status == 201
    assert (late.status, late.code) == (409, "already_cleared")
    assert (abroad.cloud.balance(first), abroad.cloud.balance(second)) == (SMALL, 0)


def test_only_what_is_in_suspense_is_cleared_and_by_an_operator_of_the_tenant(abroad):
    account = abroad.account()
    made = abroad.cloud.deposit(account, SMALL).body["id"]
    assert clear(abroad, made, account).code == "not_suspended"
    _, transfer = stuck(abroad)
    assert clear(abroad, transfer, "acc_4FTRW6RSDSTW65172B22TMPX49").code == "account_not_found"
    assert clear(abroad, transfer, "house.nostro.EUR.0").status == 400
    assert clear(abroad, transfer, account, role="client").status == 403
    assert clear(abroad, transfer, account, tenant="other").code == "transfer_not_found"
    assert balance_of_suspense(abroad) == SMALL
