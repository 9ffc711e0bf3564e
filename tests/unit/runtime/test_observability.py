"""Logs and metrics: what each outcome leaves behind, and what none may."""

import json
import logging

import pytest
from botocore.exceptions import ClientError

from remit.kernel.errors import Refusal, Unavailable
from remit.runtime import observability
from remit.runtime.observability import Unexpected, bind, count, flush, measure, task
from tests.builders import lambda_context

CANARY = "canary-4929-1234"
EVENT = {"id": "pay_1", "tenant": "acme", "request_id": "r-1"}


class Blocked(Refusal):
    """The house says no."""


def run(work, event=EVENT):
    return task("payments", "Check fraud")(work)(event, lambda_context())


def fails(error: Exception):
    def work(event, context):
        raise error

    return work


def test_a_task_gives_what_its_work_gives_and_logs_one_line(log):
    assert run(lambda event, _: event | {"status": "trusted"}) == EVENT | {"status": "trusted"}
    (line,) = log()
    assert line["message"] == "Check fraud"
    assert line["service"] == "payments"
    assert (line["id"], line["tenant"], line["request_id"]) == ("pay_1", "acme", "r-1")
    assert line["status"] == "trusted"
    assert line["duration_ms"] >= 0


def test_our_errors_pass_through_with_their_class(log):
    with pytest.raises(Blocked):
        run(fails(Blocked("because")))
    (line,) = log()
    assert (line["level"], line["code"], line["detail"]) == ("WARNING", "blocked", "because")


def test_a_fault_is_logged_with_its_cause(log):
    fault = Unavailable()
    fault.__cause__ = ClientError({"Error": {"Code": "Throttled", "Message": CANARY}}, "Get")
    with pytest.raises(Unavailable):
        run(fails(fault))
    (line,) = log()
    assert (line["error"], line["cause"]) == ("Unavailable", "ClientError")
    assert line["aws_error"] == "Throttled"
    assert CANARY not in json.dumps(line)


def test_a_defect_loses_its_text_on_the_way_out(log):
    with pytest.raises(Unexpected) as caught:
        run(fails(KeyError(CANARY)))
    assert str(caught.value) == "KeyError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    (line,) = log()
    assert (line["level"], line["error"]) == ("ERROR", "KeyError")
    assert CANARY not in json.dumps(line)


def test_one_task_leaves_nothing_in_the_next_ones_lines(log):
    run(lambda event, _: event)
    run(lambda event, _: {}, event={})
    assert "tenant" not in log()[1]
    assert "id" not in log()[1]


def test_metrics_are_one_emf_document_per_invocation(log):
    """The shape is that of the CloudWatch embedded metric format's specification."""

    def work(event, _):
        count("PaymentChecked")
        count("PaymentChecked", 2)
        measure("PaymentLatency", 125)
        return event

    run(work)
    _, document = log()
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert isinstance(document["_aws"]["Timestamp"], int)
    assert directive["Namespace"] == "remit"
    assert directive["Dimensions"] == [["service"]]
    assert directive["Metrics"] == [
        {"Name": "PaymentChecked", "Unit": "Count"},
        {"Name": "PaymentLatency", "Unit": "Milliseconds"},
    ]
    assert document["service"] == "payments"
    assert document["PaymentChecked"] == [1, 2]
    assert document["PaymentLatency"] == [125]


def test_metrics_are_written_when_the_work_fails_too(log):
    def work(event, _):
        count("PaymentChecked")
        raise Blocked

    with pytest.raises(Blocked):
        run(work)
    assert log()[1]["PaymentChecked"] == [1]


def test_nothing_measured_is_nothing_written(log):
    bind("payments")
    flush()
    assert log() == []


def test_each_service_has_its_own_dimension(log):
    for service in ("ledger", "payments"):
        bind(service)
        count("FundsPosted")
        flush()
    assert [document["service"] for document in log()] == ["ledger", "payments"]


def test_a_stack_is_bounded():
    def deep(levels: int):
        if levels == 0:
            raise KeyError
        deep(levels - 1)

    with pytest.raises(KeyError) as caught:
        deep(200)
    assert len(observability.described(caught.value)["stack"]) == 30


def test_botocore_says_nothing_of_credentials_in_our_logs():
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
