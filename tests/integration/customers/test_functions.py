"""Onboarding as it is deployed, but for the cloud: functions, machine, lists, provider."""

import json

import pytest
from botocore.exceptions import ConnectTimeoutError

from remit.customers.schema import CustomersView, CustomerView, ErasureView, EvidenceView, RunView
from remit.kernel.iban import is_iban
from tests.integration.customers.deployed import Deployed, sdn
from tests.integration.customers.office import BUSINESS, CANARIES, PERSON

LISTED = sdn((7, "KAROLYI, Zsofia"), (8, "NAGY, Bela"))


def document(number: str) -> dict:
    return PERSON | {"document": PERSON["document"] | {"number": number}}


def entered(deployed: Deployed, customer: str) -> list[str]:
    run = deployed.machines.runs[customer]
    return [*run.entered, run.at]


def test_a_person_who_passes_walks_from_application_to_accounts(deployed):
    customer = deployed.onboard()
    shown = CustomerView.model_validate(deployed.look(customer))
    assert shown.status == "active"
    assert [one.currency for one in shown.accounts] == ["EUR", "JPY"]
    for one in shown.accounts:
        account = deployed.api("GET", "/accounts/{id}", path={"id": one.id}).body
        assert (account["customer_id"], account["iban"]) == (customer, one.iban)
        assert is_iban(one.iban)
    assert entered(deployed, customer) == [
        "Verify identity", "Screen applicant", "Is there still something to do?", "Score risk",
        "Is a decision clear?", "Open accounts", "Are the accounts open?", "Customer activated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "status", "reason"),
    [
        ("SPECI2001", "rejected", "DOCUMENT_EXPIRED"),
        ("SPECI2002", "rejected", "IDENTITY_MISMATCH"),
        ("SPECI2006", "needs_attention", "IDENTITY_UNREADABLE"),
    ],
)
def test_a_document_that_is_not_clear_ends_it_or_needs_a_person(deployed, number, status, reason):
    customer = deployed.onboard(document(number))
    shown = deployed.look(customer)
    assert (shown["status"], shown["history"][-1]["reason"]) == (status, reason)
    assert shown["accounts"] == []
    assert [one["outcome"] for one in shown["checks"] if one["check"] == "risk"] == [status]


def test_a_business_is_onboarded_with_its_owners_and_directors(deployed):
    customer = deployed.onboard(BUSINESS)
    assert deployed.look(customer)["status"] == "active"


def test_who_is_named_like_a_listed_person_waits_until_somebody_approves(deployed):
    deployed.load(LISTED)
    customer = deployed.onboard()
    assert deployed.look(customer)["status"] == "needs_attention"
    assert deployed.decide(customer, "approve").status == 200
    deployed.machines.go()
    assert deployed.look(customer)["status"] == "active"
    assert entered(deployed, customer)[-5:] == [
        "Await decision", "Was the customer approved?", "Open accounts", "Are the accounts open?",
        "Customer activated",
    ]  # fmt: skip


def test_an_owner_who_is_listed_holds_the_business_until_somebody_rejects(deployed):
    deployed.load(LISTED)
    customer = deployed.onboard(BUSINESS)
    assert deployed.decide(customer, "reject").status == 200
    deployed.machines.go()
    assert deployed.look(customer)["status"] == "rejected"
    assert entered(deployed, customer)[-1] == "Customer rejected"


def test_nobody_deciding_in_time_abandons_the_application(deployed):
    deployed.load(LISTED)
    customer = deployed.onboard()
    deployed.machines.time_out(customer)
    assert deployed.look(customer)["status"] == "abandoned"
    assert entered(deployed, customer)[-1] == "Application abandoned"
    late = deployed.decide(customer, "approve")
    assert (late.status, late.code) == (409, "not_to_be_decided")


def test_a_decision_whose_machine_has_just_timed_out_still_counts(deployed):
    deployed.load(LISTED)
    customer = deployed.onboard()
    deployed.machines.trouble = ConnectTimeoutError(endpoint_url="states")
    assert deployed.decide(customer, "approve").status == 503
    deployed.machines.trouble = None
    deployed.machines.time_out(customer)
    assert deployed.look(customer)["status"] == "active"
    (queued,) = deployed.sweep() or [None]
    assert queued is None


def test_a_decision_that_the_machine_did_not_hear_of_is_told_by_the_sweep(deployed):
    deployed.load(LISTED)
    customer = deployed.onboard()
    deployed.machines.trouble = ConnectTimeoutError(endpoint_url="states")
    assert deployed.decide(customer, "approve", key="d").status == 503
    deployed.machines.trouble = None
    again = deployed.decide(customer, "approve", key="d")
    assert (again.status, again.replayed) == (200, True)
    deployed.machines.go()
    assert deployed.look(customer)["status"] == "needs_attention"
    assert deployed.deliver("customers/resume", *deployed.sweep()) == []
    deployed.machines.go()
    assert deployed.look(customer)["status"] == "active"


def test_a_start_that_was_lost_is_made_up_for_and_one_that_was_not_is_left(deployed):
    deployed.machines.trouble = ConnectTimeoutError(endpoint_url="states")
    customer = deployed.apply()
    assert deployed.machines.runs == {}
    queued = deployed.sweep()
    assert deployed.deliver("customers/resume", *queued) == ["0"]
    deployed.machines.trouble = None
    assert deployed.deliver("customers/resume", *queued) == []
    assert deployed.deliver("customers/resume", *queued) == []
    assert list(deployed.machines.runs) == [customer]
    deployed.machines.go()
    deployed.call_back(customer)
    assert deployed.look(customer)["status"] == "active"
    assert deployed.sweep() == []


def test_a_callback_that_comes_twice_changes_nothing(deployed):
    customer = deployed.onboard()
    before = deployed.everything()
    assert deployed.call_back(customer).status == 200
    assert deployed.everything() == before


# The API.


def test_who_may_do_what(deployed):
    customer = deployed.onboard()
    refused = [
        deployed.api("POST", "/customers", body=PERSON, role="auditor"),
        deployed.decide(customer, "approve", role="client"),
        deployed.decide(customer, "approve", role="auditor"),
        deployed.at(customer, "/evidence", "GET", role="client"),
        deployed.at(customer, "/erasure", body={"reason": "x"}, role="client"),
        deployed.at(customer, "/erasure/approval", body={"reason": "x"}, role="auditor"),
        deployed.at(customer, "/risk", body={"tier": "low", "reason": "x"}, role="client"),
        deployed.api("GET", "/customers", role="client"),
    ]
    assert [answer.status for answer in refused] == [403] * len(refused)
    assert deployed.look(customer, role="client")["status"] == "active"


def test_another_tenants_customer_is_not_there(deployed):
    customer = deployed.onboard()
    answers = [
        deployed.at(customer, "", "GET", tenant="globex"),
        deployed.at(customer, "/evidence", "GET", tenant="globex"),
        deployed.decide(customer, "approve", tenant="globex"),
        deployed.at(customer, "/erasure", body={"reason": "x"}, tenant="globex"),
        deployed.at(customer, "/erasure/approval", body={"reason": "x"}, tenant="globex"),
        deployed.at("cus_" + "0" * 26, "", "GET"),
        deployed.at("x", "", "GET"),
    ]
    assert [answer.status for answer in answers] == [404] * len(answers)


def test_the_same_key_gives_the_same_answer_and_makes_one_customer(deployed):
    first = deployed.api("POST", "/customers", body=PERSON, key="k")
    again = deployed.api("POST", "/customers", body=PERSON, key="k")
    other = deployed.api("POST", "/customers", body=BUSINESS, key="k")
    assert (again.text, again.replayed) == (first.text, True)
    assert other.status == 422
    CustomerView.model_validate(first.body)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"address": {name: one for name, one in PERSON["address"].items() if name != "town"}},
         "/address/town"),
        ({"address": PERSON["address"] | {"country": "XX"}}, "/address/country"),
        ({"name": "  "}, "/name"),
        ({"name": "Ann\u200bMarie"}, "/name"),
        ({"birth_date": "1990-02-30"}, "/birth_date"),
        ({"birth_date": "2010-01-01"}, "/birth_date"),
        ({"nationality": "HUN"}, "/nationality"),
        ({"email": "nobody"}, "/email"),
        ({"currencies": []}, "/currencies"),
        ({"currencies": ["EUR", "EUR"]}, "/currencies"),
        ({"currencies": ["XXQ"]}, "/currencies/0"),
        ({"document": PERSON["document"] | {"type": "library_card"}}, "/document/type"),
        ({"document": PERSON["document"] | {"number": "a b"}}, "/document/number"),
        ({"device": PERSON["device"] | {"ip": "999.1.1.1"}}, "/device/ip"),
        ({"more": 1}, "/more"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_an_application_is_named_and_nothing_is_kept(
    deployed, change, pointer
):
    before = deployed.everything()
    answer = deployed.api("POST", "/customers", body=PERSON | change)
    assert answer.status == 400
    pointers = [one["pointer"] for one in answer.body["errors"]]
    assert any(one == pointer or one.endswith(pointer) for one in pointers), pointers
    assert deployed.everything() == before


def test_customers_are_listed_by_status_for_operators(deployed):
    active, waiting = deployed.onboard(), deployed.apply()
    page = deployed.api("GET", "/customers", role="operator", query={"status": "active"})
    found = CustomersView.model_validate(page.body)
    assert [one.id for one in found.items] == [active]
    everybody = deployed.api("GET", "/customers", role="auditor").body["items"]
    assert {one["id"] for one in everybody} == {active, waiting}
    unknown = deployed.api("GET", "/customers", role="operator", query={"status": "gone"})
    assert unknown.status == 400


def test_evidence_is_exported_and_that_it_was_is_on_record(deployed):
    from local.evidence import troubles

    customer = deployed.onboard()
    answer = deployed.at(customer, "/evidence", "GET", role="auditor", subject="vera@acme")
    EvidenceView.model_validate(answer.body)
    whole = deployed.look(customer)["evidence_hash"]
    assert troubles(answer.text.encode(), whole) == []
    identity = next(one for one in answer.body["sections"] if one["name"] == "identity")
    assert identity["content"]["attestation"]["provider"] == "simulator"
    tampered = answer.text.replace("Zsófia", "Ilona")
    assert troubles(tampered.encode(), whole) == [
        "section 1 (application) is not what its hash stands for"
    ]
    assert "vera@acme" in deployed.everything()


def test_an_erasure_takes_two_people_over_http_too(deployed):
    customer = deployed.onboard()
    for one in deployed.look(customer)["accounts"]:
        closed = deployed.api(
            "POST", "/accounts/{id}/rules", path={"id": one["id"]}, role="operator",
            body={"closed": True, "reason": "left"},
        )  # fmt: skip
        assert closed.status == 200, closed.text
    body = {"reason": "asked for"}
    asked = deployed.at(customer, "/erasure", body=body)
    assert (asked.status, ErasureView.model_validate(asked.body).status) == (202, "requested")
    alone = deployed.at(customer, "/erasure/approval", body=body)
    assert (alone.status, alone.code) == (403, "same_person")
    done = deployed.at(customer, "/erasure/approval", body=body, subject="ben@acme")
    assert ErasureView.model_validate(done.body).certificate["jws"]
    again = deployed.at(customer, "/erasure/approval", body=body, subject="cara@acme")
    assert again.body == done.body


def test_a_tier_is_set_by_hand_over_http(deployed):
    customer = deployed.onboard()
    body = {"tier": "high", "reason": "known to us"}
    answer = deployed.at(customer, "/risk", body=body)
    assert answer.body["risk"] == deployed.look(customer)["risk"]
    assert (answer.body["risk"]["tier"], answer.body["risk"]["overridden"]) == ("high", True)
    soon = deployed.at(customer, "/risk", body=body)
    assert (soon.status, soon.code) == (409, "cooling_down")


# Monitoring.


def test_a_list_with_one_changed_entry_reopens_exactly_the_one_it_is_about(deployed):
    hit = deployed.onboard()
    other = deployed.onboard(PERSON | {"name": "Anna Kovács"})
    version = deployed.load(LISTED)
    assert deployed.rescreen(version) == 17
    assert deployed.look(hit)["status"] == "needs_attention"
    assert deployed.look(other)["status"] == "active"
    path = {"version": version.id}
    run = deployed.api("GET", "/screening/runs/{version}", path=path, role="operator")
    shown = RunView.model_validate(run.body)
    assert (shown.seen, shown.hit, shown.reopened) == (2, 1, 1)
    assert shown.finished_at
    unknown = deployed.api(
        "GET", "/screening/runs/{version}", path={"version": "x"}, role="operator"
    )
    assert unknown.status == 404

    assert deployed.decide(hit, "approve").status == 200
    assert deployed.look(hit)["status"] == "active"
    again = deployed.load(sdn((7, "KAROLYI, Zsofia"), (8, "NAGY, Bela"), (9, "OTHER, One")))
    deployed.rescreen(again)
    assert deployed.look(hit)["status"] == "active"


def test_a_version_that_comes_back_is_screened_against_again(deployed):
    version = deployed.load(LISTED)
    deployed.rescreen(version)
    deployed.rescreen(deployed.load(sdn((1, "NOBODY, At All"))))
    customer = deployed.onboard()
    assert deployed.look(customer)["status"] == "active"
    back = deployed.load(LISTED)
    assert back.id == version.id
    deployed.rescreen(back)
    assert deployed.look(customer)["status"] == "needs_attention"


# Secrets.


def test_nothing_secret_is_found_where_it_has_no_business(deployed, log):
    deployed.load(LISTED)
    said = []
    for application in (PERSON, BUSINESS, document("SPECI2006")):
        customer = deployed.onboard(application)
        said += [deployed.decide(customer, "approve").text, json.dumps(deployed.look(customer))]
        deployed.machines.go()
        deployed.rescreen(deployed.load(sdn((7, f"KAROLYI, Zsofia {len(said)}"))))
        body = {"tier": "low", "reason": "known to us"}
        said.append(deployed.at(customer, "/risk", body=body).text)
    deployed.rescreen(deployed.load(sdn((7, "KAROLYI, Zsofia"))))
    said.append(deployed.decide(customer, "approve").text)
    said.append(deployed.api("POST", "/customers", body=PERSON | {"name": 7}).text)
    said.append(deployed.api("POST", "/customers", body=PERSON | {"birth_date": "x"}).text)
    ibans = [one["iban"] for one in deployed.look(customer)["accounts"]]
    assert ibans
    runs = deployed.machines.runs.values()
    carried = json.dumps([one for run in runs for one in run.carried], ensure_ascii=False)
    places = {
        "tables": deployed.everything(),
        "logs": json.dumps(log(), ensure_ascii=False),
        "machine": carried,
        "answers": json.dumps(said, ensure_ascii=False),
        "queues": json.dumps(deployed.queues.sent, ensure_ascii=False),
    }
    for place, text in places.items():
        for canary in (*CANARIES, "Kék", "Malom", "Béla", "NAGY", "KAROLYI", "01-09-123456"):
            assert canary not in text, (place, canary)
            assert json.dumps(canary)[1:-1] not in text, (place, canary)
        assert "task-token-" not in text, place
        for iban in ibans if place != "answers" else ():
            assert iban not in text, (place, iban)
    assert "iban" not in said[-3]


def test_only_ids_and_statuses_are_carried_by_the_machine(deployed):
    customer = deployed.onboard()
    for carried in deployed.machines.runs[customer].carried:
        assert set(carried) <= {"id", "tenant", "request_id", "status", "traceparent"}
