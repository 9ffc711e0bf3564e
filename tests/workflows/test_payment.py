"""The payment machine as deployed: every road that it can take, over HTTP, and its history."""

import json
import os
import subprocess
import sys
import time
from typing import Any

from local.cloud import Cloud
from local.demo.story import Story

RICH, LARGE = 5_000_000, 1_100_000


def executions(here: Cloud, payment_id: str) -> list[Any]:
    """The runs of the machine that were started for a payment."""
    found = here.client("stepfunctions").list_executions(
        stateMachineArn=here.outputs["PaymentMachineArn"], maxResults=1000
    )["executions"]
    return [each for each in found if each["name"].startswith(payment_id)]


def pair(story: Story, *, money: int = RICH) -> None:
    story.open("payer", "EUR", money)
    story.open("payee", "EUR", 0)


def test_a_trusted_payment_walks_through_check_and_post(story: Story, here: Cloud):
    pair(story)
    paid = story.pay("payer", "payee", 1250)
    assert [step["status"] for step in paid["history"]] == ["received", "completed"]
    (run,) = executions(here, paid["id"])
    assert run["name"] == paid["id"]
    history = here.client("stepfunctions").get_execution_history(executionArn=run["executionArn"])
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in history["events"]
        if "stateEnteredEventDetails" in event
    ]
    assert entered == [
        "Check fraud",
        "Is the payment trusted?",
        "Post funds",
        "Is the payment posted?",
        "Payment completed",
    ]


def test_the_machine_carries_ids_and_statuses_and_nothing_else(story: Story, here: Cloud):
    pair(story)
    paid = story.pay("payer", "payee", 77_31)
    (run,) = executions(here, paid["id"])
    told = here.client("stepfunctions").describe_execution(executionArn=run["executionArn"])
    assert set(json.loads(told["input"])) == {"id", "tenant", "request_id"}
    assert set(json.loads(told["output"])) == {"id", "tenant", "request_id", "status"}
    assert "7731" not in told["input"] + told["output"]
    assert story.accounts["payer"] not in told["input"] + told["output"]


def test_a_payment_beyond_the_balance_is_declined_and_stays_so(story: Story):
    pair(story, money=1000)
    poor = story.pay("payer", "payee", 2000, key=f"poor-{time.time_ns()}")
    assert poor["status"] == "declined"
    assert poor["history"][-1]["reason"] == "AM04"
    body = {"amount": 9000, "currency": "EUR"}
    story.operator.do(f"/accounts/{story.accounts['payer']}/deposits", body, expect=201)
    assert story.client.look(f"/payments/{poor['id']}")["status"] == "declined"


def test_a_reviewed_payment_goes_on_when_an_operator_releases_it(story: Story, here: Cloud):
    pair(story)
    held = story.pay("payer", "payee", LARGE)
    assert held["status"] == "in_review"
    case = f"/fraud/cases/{held['case_id']}/decision"
    story.operator.do(case, {"decision": "release", "reason": "called"}, expect=200)
    ended = story.until_final(held["id"])
    statuses = [step["status"] for step in ended["history"]]
    assert statuses == ["received", "in_review", "screening", "completed"]
    assert len(executions(here, held["id"])) == 2
    late = story.operator.post(case, {"decision": "block", "reason": "second thoughts"})
    assert (late.status_code, late.json()["code"]) == (409, "case_decided")


def test_a_blocked_payment_is_declined_and_moves_nothing(story: Story):
    pair(story)
    held = story.pay("payer", "payee", LARGE)
    case = f"/fraud/cases/{held['case_id']}/decision"
    story.operator.do(case, {"decision": "block", "reason": "mule"}, expect=200)
    assert story.until_final(held["id"])["history"][-1]["reason"] == "FRAD"
    account = story.client.look(f"/accounts/{story.accounts['payer']}")
    assert account["balance"]["available"] == RICH


def test_a_cancelled_payment_leaves_the_queue_and_moves_nothing(story: Story):
    pair(story)
    held = story.pay("payer", "payee", LARGE)
    story.client.do(f"/payments/{held['id']}/cancel", {}, expect=200)
    waiting = story.operator.every("/fraud/cases?status=open")
    assert held["id"] not in [case["payment_id"] for case in waiting]
    account = story.client.look(f"/accounts/{story.accounts['payer']}")
    assert account["balance"]["available"] == RICH


def test_a_payment_to_a_blocked_payee_is_declined_by_the_check(story: Story):
    pair(story)
    mark = {"account": story.accounts["payee"], "mark": "blocked", "reason": "known mule"}
    story.operator.do("/fraud/payees", mark, expect=200)
    paid = story.pay("payer", "payee", 100)
    assert paid["status"] == "declined"
    decision = story.operator.look(f"/payments/{paid['id']}/decision")
    assert decision["reasons"] == ["PAYEE_BLOCKED"]


def test_a_payment_whose_start_was_lost_is_found_and_started(story: Story, here: Cloud):
    pair(story)
    paid = story.pay("payer", "payee", 100)
    payments, key = here.client("dynamodb"), {"sk": {"S": "payment"}}
    lost = f"pay_{1 if paid['id'][4] == '0' else 0}{paid['id'][5:]}"
    table = here.resources["PaymentsTable"]
    item = payments.get_item(TableName=table, Key={"pk": {"S": f"acme#{paid['id']}"}} | key)["Item"]
    item |= {"pk": {"S": f"acme#{lost}"}, "status": {"S": "received"}}
    item["history"]["L"] = item["history"]["L"][:1]
    payments.put_item(TableName=table, Item=item)  # accepted, and never started
    queue = here.client("sqs").get_queue_url(QueueName=here.resources["ResumeQueue"].split("/")[-1])
    waited = _message(here, queue["QueueUrl"], lost)
    invoked = here.client("lambda").invoke(
        FunctionName=here.functions["ResumeFunction"], Payload=json.dumps({"Records": [waited]})
    )
    assert json.load(invoked["Payload"]) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert story.until_final(lost)["status"] == "completed"
    assert executions(here, lost)[0]["name"] == f"{lost}-resumed-1"


def _message(here: Cloud, queue_url: str, payment_id: str) -> dict[str, Any]:
    """The message that the sweep put on the queue for a payment, without the queue's delay."""
    deadline = time.monotonic() + 20
    log = here.logs / "SweepFunction.log"
    while not (log.exists() and '"Sweep"' in log.read_text()):
        assert time.monotonic() < deadline, "the stream was not swept"
        time.sleep(0.05)
    counts = here.client("sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]
    assert int(counts["ApproximateNumberOfMessagesDelayed"]) > 0
    body = {"id": payment_id, "tenant": "acme", "request_id": "sweep"}
    attributes = {"ApproximateReceiveCount": "1"}
    return {"messageId": "m", "body": json.dumps(body), "attributes": attributes}


def test_awss_own_command_line_lists_starts_and_reads_the_machine(story: Story, here: Cloud):
    pair(story)
    paid = story.pay("payer", "payee", 100)
    arn = here.outputs["PaymentMachineArn"]
    assert arn in aws(here, "list-state-machines")
    started = json.loads(
        aws(
            here,
            "start-execution",
            f"--state-machine-arn={arn}",
            f"--name={paid['id']}-by-hand",
            "--input",
            json.dumps({"id": paid["id"], "tenant": "acme", "request_id": "by-hand"}),
        )
    )
    execution = f"--execution-arn={started['executionArn']}"
    deadline = time.monotonic() + 20
    while json.loads(aws(here, "describe-execution", execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline
    assert "Payment completed" in aws(here, "get-execution-history", execution)


def aws(here: Cloud, *words: str) -> str:
    """What `aws stepfunctions …` prints, pointed at the local cloud."""
    command = [sys.executable, "-m", "awscli", "stepfunctions", *words, "--output", "json"]
    environment = os.environ | here.environment
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stdout
