"""What Step Functions must do for the payment machine to work."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import Cloud

Eventually = Callable[..., Any]


@pytest.fixture
def run(here: Cloud, eventually: Eventually) -> Callable[..., dict[str, Any]]:
    states = here.client("stepfunctions")

    def start_and_wait(**task: Any) -> dict[str, Any]:
        started = states.start_execution(
            stateMachineArn=here.outputs["MachineArn"],
            name=f"t-{uuid.uuid4()}",
            input=json.dumps({"id": str(uuid.uuid4()), **task}),
        )

        def ended() -> dict[str, Any] | None:
            said = states.describe_execution(executionArn=started["executionArn"])
            return said if said["status"] != "RUNNING" else None

        return dict(eventually(ended))

    return start_and_wait


def last_state(here: Cloud, execution: dict[str, Any]) -> str:
    history = here.client("stepfunctions").get_execution_history(
        executionArn=execution["executionArn"]
    )
    entered = [
        e["stateEnteredEventDetails"]["name"]
        for e in history["events"]
        if "stateEnteredEventDetails" in e
    ]
    return str(entered[-1])


@pytest.mark.parametrize(("size", "state"), [(11, "Big"), (10, "Small")])
def test_a_jsonata_choice_reads_the_tasks_answer(here, run, size, state):
    assert last_state(here, run(size=size)) == state


def test_an_exception_is_caught_by_its_class(here, run):
    execution = run(do="decline")
    assert execution["status"] == "SUCCEEDED"
    assert last_state(here, execution) == "Declined"
    assert json.loads(execution["output"]) == {"error": "Declined"}


def test_an_exception_is_retried_by_its_class(here, run):
    assert last_state(here, run(do="flake", size=1)) == "Small"


def test_a_task_that_outlasts_its_timeout_is_a_timeout(here, run):
    execution = run(do="sleep", seconds=2.8)
    assert (execution["status"], last_state(here, execution)) == ("FAILED", "Broken")


def test_a_process_that_dies_is_an_error_to_catch(here, run):
    execution = run(do="exit")
    assert (execution["status"], last_state(here, execution)) == ("FAILED", "Broken")


def test_executions_that_come_all_at_once_wait_instead_of_timing_out(here, eventually):
    states = here.client("stepfunctions")
    task = json.dumps({"do": "sleep", "seconds": 0.2, "size": 1})
    started = [
        states.start_execution(
            stateMachineArn=here.outputs["MachineArn"], name=f"t-{uuid.uuid4()}", input=task
        )["executionArn"]
        for _ in range(60)  # several times the work that a task's two seconds would hold
    ]

    def ended() -> list[str] | None:
        found = [states.describe_execution(executionArn=arn)["status"] for arn in started]
        return found if "RUNNING" not in found else None

    assert set(eventually(ended, seconds=60)) == {"SUCCEEDED"}


def test_a_machine_and_its_executions_can_be_looked_at(here, run):
    states = here.client("stepfunctions")
    arn = run(size=1)["executionArn"]
    machines = states.list_state_machines()["stateMachines"]
    assert here.outputs["MachineArn"] in [each["stateMachineArn"] for each in machines]
    assert [m["type"] for m in machines] == ["EXPRESS"]
    listed = states.list_executions(stateMachineArn=here.outputs["MachineArn"])["executions"]
    assert arn in [each["executionArn"] for each in listed]


def test_a_name_starts_one_execution_and_after_that_exists(here):
    """The engine keeps to Standard's rule; on AWS an Express machine would run twice."""
    states = here.client("stepfunctions")
    name = f"t-{uuid.uuid4()}"
    start = {"stateMachineArn": here.outputs["MachineArn"], "name": name, "input": "{}"}
    assert name in states.start_execution(**start)["executionArn"]
    with pytest.raises(ClientError) as refused:
        states.start_execution(**start)
    assert refused.value.response["Error"]["Code"] == "ExecutionAlreadyExists"
