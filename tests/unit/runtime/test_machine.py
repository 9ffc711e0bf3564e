"""Starting a payment's machine: once, twice, and in vain."""

import json

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from remit.runtime import clients, machine

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:Payment"
SENT = {
    "stateMachineArn": ARN,
    "name": "pay_1",
    "input": '{"id":"pay_1","request_id":"r-1","tenant":"acme"}',
}


@pytest.fixture
def steps():
    with Stubber(clients.stepfunctions()) as stub:
        yield stub


def start() -> bool:
    return machine.start(ARN, tenant="acme", payment_id="pay_1", request_id="r-1")


def test_a_start_carries_ids_and_the_payments_name(steps):
    answer = {"executionArn": "arn", "startDate": 0}
    steps.add_response("start_execution", answer, SENT)
    assert start() is True


def test_a_machine_that_was_started_before_is_started(steps, log):
    steps.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=SENT)
    assert start() is True
    assert log() == []


def test_a_lost_start_is_counted_and_told_but_does_not_fail(steps, log):
    steps.add_client_error("start_execution", "ThrottlingException", "canary")
    machine.starter(ARN, request_id="r-1")("acme", "pay_1")
    (line,) = log()
    assert (line["message"], line["aws_error"]) == ("start lost", "ThrottlingException")
    assert "canary" not in json.dumps(line)


def test_silence_is_a_lost_start(monkeypatch, log):
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://states")

    monkeypatch.setattr(clients.stepfunctions(), "start_execution", silent)
    assert start() is False
    assert log()[0]["error"] == "ReadTimeoutError"


def test_the_trace_of_a_request_goes_with_its_payment(steps):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = SENT | {
        "input": f'{{"id":"pay_1","request_id":"r-1","tenant":"acme","traceparent":"{trace}"}}'
    }
    steps.add_response("start_execution", {"executionArn": "arn", "startDate": 0}, sent)
    machine.starter(ARN, request_id="r-1", traceparent=trace)("acme", "pay_1")
    steps.assert_no_pending_responses()
