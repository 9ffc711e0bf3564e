"""The onboarding machine as deployed: every road that it can take, over HTTP, and its history."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local.cloud import Cloud
from local.demo.client import Client
from local.evidence import troubles
from local.lists import samples, upload
from remit.kernel.iban import is_iban
from remit.screening.store import ScreeningStore
from tests.integration.customers.office import BUSINESS, CANARIES, PERSON

PATIENCE_SECONDS = 60
ROLE = "arn:aws:iam::000000000000:role/any"


def until(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return answer


class Branch:
    """Who applies and who decides at the local cloud's bank, and the lists in force there."""

    def __init__(self, here: Cloud, http: httpx.Client) -> None:
        self.here, self.http = here, http
        self.client = self.who("client", "app@acme")
        self.ada, self.ben = (self.who("operator", f"{name}@acme") for name in ("ada", "ben"))
        self.store = ScreeningStore.of(
            here.client("dynamodb"),
            here.client("s3"),
            table=here.resources["ScreeningTable"],
            bucket=here.resources["ListsBucket"],
        )

    def who(self, role: str, subject: str) -> Client:
        return Client(self.http, self.here.token("acme", role, subject))

    def load(self, *rows: str) -> str:
        """Upload OFAC's list with `rows` more, as operations do; its version, once in force."""
        before = self.store.current()["ofac"]
        files = samples()["ofac"]
        files["sdn.csv"] = b"\r\n".join([files["sdn.csv"], *(row.encode() for row in rows)])
        bucket = self.here.resources["ListsBucket"]
        upload(self.here.client("s3"), bucket, "ofac", f"upload-{time.time_ns()}", files)

        def in_force() -> str | None:
            found = self.store.current()["ofac"]
            return found if found != before else None

        return until(in_force)

    def apply(self, application: dict[str, Any] = PERSON) -> str:
        answer = self.client.post("/customers", application)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def look(self, customer: str) -> Any:
        return self.client.look(f"/customers/{customer}")

    def until(self, customer: str, *statuses: str) -> Any:
        def found() -> Any:
            shown = self.look(customer)
            return shown if shown["status"] in statuses else None

        return until(found)

    def decide(self, customer: str, decision: str, who: Client | None = None) -> httpx.Response:
        body = {"decision": decision, "reason": "looked at"}
        return (who or self.ada).post(f"/customers/{customer}/decision", body)

    def history(self, customer: str) -> tuple[list[str], str]:
        """The states that the customer's machine entered, and all that its history says."""
        steps = self.here.client("stepfunctions")
        arn = self.here.outputs["OnboardingMachineArn"].replace(":stateMachine:", ":execution:")
        events = steps.get_execution_history(executionArn=f"{arn}:{customer}")["events"]
        entered = [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]
        return entered, json.dumps(events, default=str, ensure_ascii=False)


@pytest.fixture(scope="module")
def branch(here: Cloud, http: httpx.Client) -> Branch:
    return Branch(here, http)


def document(number: str) -> dict[str, Any]:
    return PERSON | {"document": PERSON["document"] | {"number": number}}


def test_a_person_who_passes_is_given_accounts(branch: Branch):
    customer = branch.apply()
    shown = branch.until(customer, "active")
    assert [one["currency"] for one in shown["accounts"]] == ["EUR", "JPY"]
    for one in shown["accounts"]:
        assert is_iban(one["iban"])
        assert branch.client.look(f"/accounts/{one['id']}")["customer_id"] == customer
    entered, told = branch.history(customer)
    assert entered == [
        "Verify identity",
        "Screen applicant",
        "Is there still something to do?",
        "Score risk",
        "Is a decision clear?",
        "Open accounts",
        "Are the accounts open?",
        "Customer activated",
    ]
    for canary in (*CANARIES, shown["accounts"][0]["iban"]):
        assert canary not in told


def test_a_business_is_given_an_account(branch: Branch):
    assert branch.until(branch.apply(BUSINESS), "active")["accounts"]


def test_an_expired_document_ends_it(branch: Branch):
    customer = branch.apply(document("SPECI2001"))
    shown = branch.until(customer, "rejected")
    assert shown["history"][-1]["reason"] == "DOCUMENT_EXPIRED"
    assert branch.history(customer)[0][-1] == "Customer rejected"


def test_who_needs_attention_goes_on_when_a_person_approves(branch: Branch):
    customer = branch.apply(document("SPECI2006"))
    assert branch.until(customer, "needs_attention")["accounts"] == []
    assert branch.decide(customer, "approve").status_code == 200
    branch.until(customer, "active")
    assert "Await decision" in branch.history(customer)[0]


def test_who_is_rejected_by_a_person_has_no_account(branch: Branch):
    customer = branch.apply(document("SPECI2006"))
    branch.until(customer, "needs_attention")
    assert branch.decide(customer, "reject").status_code == 200
    assert branch.until(customer, "rejected")["accounts"] == []
    until(lambda: branch.history(customer)[0][-1] == "Customer rejected")


def test_of_two_who_decide_at_once_one_is_told_who_was_first(branch: Branch):
    customer = branch.apply(document("SPECI2006"))
    branch.until(customer, "needs_attention")
    with ThreadPoolExecutor(2) as both:
        approved = both.submit(branch.decide, customer, "approve", branch.ada)
        rejected = both.submit(branch.decide, customer, "reject", branch.ben)
    answers = {"active": approved.result(), "rejected": rejected.result()}
    assert sorted(one.status_code for one in answers.values()) == [200, 409]
    (won,) = [status for status, one in answers.items() if one.status_code == 200]
    (lost,) = [one for one in answers.values() if one.status_code == 409]
    assert "decided to" in lost.json()["detail"]
    branch.until(customer, won)


def test_nobody_deciding_in_time_abandons_the_application(branch: Branch, here: Cloud):
    """The machine with a clock of three seconds, on a customer whose own machine is at rest too."""
    steps = here.client("stepfunctions")
    deployed = steps.describe_state_machine(stateMachineArn=here.outputs["OnboardingMachineArn"])
    chart = json.loads(deployed["definition"])
    chart["States"]["Await decision"]["TimeoutSeconds"] = 3
    chart["StartAt"] = "Score risk"
    customer = branch.apply(document("SPECI2006"))
    branch.until(customer, "needs_attention")
    hasty = steps.create_state_machine(
        name=f"hasty-{time.time_ns()}", definition=json.dumps(chart), roleArn=ROLE
    )["stateMachineArn"]
    given = {"id": customer, "tenant": "acme", "request_id": "hasty"}
    run = steps.start_execution(stateMachineArn=hasty, input=json.dumps(given))["executionArn"]
    branch.until(customer, "abandoned")
    ended = until(lambda: _ended(steps, run))
    assert json.loads(ended["output"])["status"] == "abandoned"
    assert branch.decide(customer, "approve").status_code == 409


def _ended(steps: Any, run: str) -> Any:
    found = steps.describe_execution(executionArn=run)
    return found if found["status"] != "RUNNING" else None


def test_a_list_that_changes_reopens_exactly_whom_it_is_about(branch: Branch):
    name = f"Quirin {_word()} Zwetschke"
    listed, other = branch.apply(PERSON | {"name": name}), branch.apply()
    branch.until(listed, "active")
    branch.until(other, "active")
    nothing = ",".join(["-0- "] * 8)
    listed_name = f"ZWETSCHKE, {name.rsplit(' ', 1)[0]}"
    version = branch.load(f'7,"{listed_name}","individual","TEST",{nothing}')
    reopened = branch.until(listed, "needs_attention")
    assert reopened["history"][-1]["reason"] == "LIST_CHANGED"

    def finished() -> Any:
        answer = branch.ada.get(f"/screening/runs/{version}")
        return answer.status_code == 200 and answer.json()["finished_at"] and answer.json()

    run = until(finished)
    assert (run["hit"], run["reopened"]) == (1, 1)
    assert branch.look(other)["status"] == "active"
    assert branch.decide(listed, "approve").status_code == 200
    assert branch.look(listed)["status"] == "active"
    branch.load()


def _word() -> str:
    return "".join(chr(97 + int(digit)) for digit in str(time.time_ns())[-8:]).title()


def test_evidence_is_whole_and_a_customer_can_be_erased_by_two(branch: Branch):
    customer = branch.apply(document("SPECI2002"))
    shown = branch.until(customer, "rejected")
    exported = branch.ada.get(f"/customers/{customer}/evidence")
    assert troubles(exported.content, shown["evidence_hash"]) == []
    reason = {"reason": "asked for"}
    path = f"/customers/{customer}/erasure"
    assert branch.ada.post(path, reason).status_code == 202
    assert branch.ada.post(f"{path}/approval", reason).status_code == 403
    done = branch.ben.post(f"{path}/approval", reason)
    assert done.status_code == 200, done.text
    assert done.json()["certificate"]["jws"].count(".") == 2
    assert branch.look(customer)["erased_at"]


def test_nothing_secret_is_in_any_function_log(branch: Branch, here: Cloud):
    customer = branch.apply()
    iban = branch.until(customer, "active")["accounts"][0]["iban"]
    for file in here.logs.glob("*Function.log"):
        told = file.read_text(errors="replace")
        for canary in (*CANARIES, iban):
            assert canary not in told, (file.name, canary)
