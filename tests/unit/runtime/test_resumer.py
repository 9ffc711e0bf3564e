"""Resuming a machine that waits: once, twice, too late, in vain; the token is told to nobody."""

import json

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from remit.runtime import clients, machine, observability
from remit.runtime.machine import ResumeLost

TOKEN = "canary-token"
SENT = {"taskToken": TOKEN, "output": '{"check":"chk_1","status":"clear"}'}


@pytest.fixture
def steps():
    with Stubber(clients.stepfunctions()) as stub:
        yield stub


def resume() -> None:
    machine.resumer()(TOKEN, {"status": "clear", "check": "chk_1"})


def test_a_task_is_told_its_result(steps):
    steps.add_response("send_task_success", {}, SENT)
    resume()
    steps.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_task_that_nobody_waits_for_counts_as_told(steps, log, code):
    steps.add_client_error("send_task_success", code, TOKEN, expected_params=SENT)
    resume()
    observability.flush()
    (line,) = log()
    assert line["ResumeTooLate"] == [1.0]


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_whatever_else_goes_wrong_may_be_tried_again_and_shows_no_token(steps, code):
    steps.add_client_error("send_task_success", code, TOKEN, expected_params=SENT)
    with pytest.raises(ResumeLost) as lost:
        resume()
    assert lost.value.__suppress_context__
    assert TOKEN not in json.dumps(observability.described(lost.value)) + str(lost.value)


def test_silence_may_be_tried_again(monkeypatch):
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://states")

    monkeypatch.setattr(clients.stepfunctions(), "send_task_success", silent)
    with pytest.raises(ResumeLost):
        resume()
