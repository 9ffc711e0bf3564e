"""Identity checks on the local cloud: a machine that waits, the provider, callbacks, the sweep."""

import json
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from local.cloud import Cloud
from remit.identity import http, verify
from remit.identity.desk import Desk, House
from remit.identity.model import Attestation, Check, check_id
from remit.identity.store import CheckStore
from remit.kernel import clock
from remit.vault.seal import Vault
from tests.builders import event
from tests.unit.identity.made import applicant

ROLE = "arn:aws:iam::000000000000:role/any"
PATIENCE_SECONDS = 20
WAITING = {
    "StartAt": "Verify",
    "States": {
        "Verify": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
        }
    },
}


class Onboarding:
    """A machine that waits for a check, and what asks for the check; stands in for customers'."""

    numbers = count(1)

    def __init__(self, here: Cloud) -> None:
        self.here, self.steps = here, here.client("stepfunctions")
        self.dynamodb = here.client("dynamodb")
        name = f"check-{next(self.numbers)}-{time.time_ns()}"
        self.subject = f"cus_{name}"
        self.queue = here.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        definition = json.loads(json.dumps(WAITING))
        definition["States"]["Verify"]["Parameters"]["QueueUrl"] = self.queue
        arn = self.steps.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        self.execution = self.steps.start_execution(stateMachineArn=arn)["executionArn"]
        names = here.resources
        self.vault = Vault.of(
            self.dynamodb,
            here.client("kms"),
            vault_table=names["VaultTable"],
            subject_keys_table=names["SubjectKeysTable"],
            key_store_table=names["KeyStoreTable"],
            key_arn=self.setting("VAULT_KEY_ARN"),
        )
        _, writes = self.vault.new_subject("acme", self.subject, at=clock.now(), by="test")
        self.vault.commit(writes)

    def setting(self, name: str) -> str:
        function = self.here.functions["SweepIdentityFunction"]
        found = self.here.client("lambda").get_function(FunctionName=function)
        return found["Configuration"]["Environment"]["Variables"][name]

    @property
    def desk(self) -> Desk:
        secret = json.loads(
            self.here.client("secretsmanager").get_secret_value(
                SecretId=self.here.resources["IdentitySecret"]
            )["SecretString"]
        )
        provider = http.HttpProvider(
            pool=http.pool(), url=self.setting("IDENTITY_URL"), key=secret["api_key"]
        )
        name = self.setting("IDENTITY_PROVIDER")
        return Desk(
            checks=CheckStore.of(self.dynamodb, self.here.resources["IdentityTable"]),
            providers={name: House(provider=provider, keys=[])},
            asks=name,
            site=self.here.url,
            resume=lambda *_: None,
        )

    def begin(self, number: str) -> Check:
        return verify.begin(
            self.desk,
            self.vault,
            tenant="acme",
            subject=self.subject,
            attempt=1,
            applicant=applicant(number),
            task_token=self.token(),
            now=clock.now(),
        )

    def token(self) -> str:
        def received() -> str | None:
            sqs = self.here.client("sqs")
            found = sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=1).get("Messages")
            return json.loads(found[0]["Body"])["token"] if found else None

        return until(received)

    def outcome(self) -> dict[str, Any]:
        """What the machine ends with."""

        def ended() -> dict[str, Any] | None:
            found = self.steps.describe_execution(executionArn=self.execution)
            return json.loads(found["output"]) if found["status"] == "SUCCEEDED" else None

        return until(ended)

    def settled(self) -> Check:
        """The check, once its machine is known to be told."""

        def found() -> Check | None:
            check = self.desk.checks.get(check_id("acme", self.subject, 1)).check
            return check if check.is_settled else None

        return until(found)

    def attestation(self) -> Attestation:
        identifier = check_id("acme", self.subject, 1)
        return verify.attestation(self.desk, self.vault, "acme", identifier)


def until(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if (content := found()) is not None:
            return content
        time.sleep(0.05)
    raise AssertionError("it did not come")


@pytest.fixture
def onboarding(here: Cloud) -> Onboarding:
    return Onboarding(here)


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("X00", "clear"),
        ("X01", "expired"),
        ("X02", "mismatch"),
        ("X03", "clear"),
        ("X05", "clear"),
        ("X06", "unreadable"),
        ("X07", "clear"),
    ],
)
def test_a_machine_that_waits_goes_on_with_the_providers_answer(onboarding, number, outcome):
    check = onboarding.begin(number)
    assert onboarding.outcome() == {"status": outcome, "check": check.id}
    assert onboarding.settled().outcome == outcome
    attestation = onboarding.attestation()
    assert (attestation.how, attestation.outcome) == ("callback", outcome)
    assert attestation.signature["webhook-signature"].startswith("v1,")


def test_a_forged_callback_is_refused_by_the_gateway(here: Cloud):
    answer = httpx.post(
        f"{here.url}/identity/simulator/callbacks",
        content=b"{}",
        headers={
            "Content-Type": "application/json",
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(time.time())),
            "webhook-signature": "v1,bm9wZQ==",
        },
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_invalid"


def test_the_schedule_looks_at_what_is_due(here: Cloud, onboarding):
    check = onboarding.begin("X04")
    assert check.reference is not None
    answer = here.client("lambda").invoke(
        FunctionName=here.functions["SweepIdentityFunction"],
        Payload=json.dumps(event("identity/sweep/minute")).encode(),
    )
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    assert said["status"] == "swept"
    arn = here.client("lambda").get_function(FunctionName=here.functions["SweepIdentityFunction"])[
        "Configuration"
    ]["FunctionArn"]
    (rule,) = here.client("events").list_rule_names_by_target(TargetArn=arn)["RuleNames"]
    found = here.client("events").describe_rule(Name=rule)
    assert (found["ScheduleExpression"], found["State"]) == ("rate(1 minute)", "ENABLED")
