"""What Lambda must do: errors by class, time-outs, crashes, settings. And edits show at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.cloud import Cloud


def invoke(here: Cloud, resource: str, **event: Any) -> tuple[Any, bool]:
    """A function's answer, and whether it failed."""
    answer = here.client("lambda").invoke(
        FunctionName=here.functions[resource], Payload=json.dumps(event).encode()
    )
    return json.loads(answer["Payload"].read()), "FunctionError" in answer


def test_an_exception_keeps_its_class_its_message_and_its_place(here):
    said, failed = invoke(here, "TaskFunction", do="decline")
    assert failed
    assert (said["errorType"], said["errorMessage"]) == ("Declined", "no")
    assert "task.py" in "".join(said["stackTrace"])


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"do": "exit"}, "Runtime.ExitError"),
        ({"do": "sleep", "seconds": 9}, "Sandbox.Timedout"),
        ({"do": "large"}, "Function.ResponseSizeTooLarge"),
    ],
)
def test_a_function_that_breaks_is_told_by_lambdas_own_names(here, event, error):
    said, failed = invoke(here, "TaskFunction", **event)
    assert failed
    assert said["errorType"] == error
    assert not invoke(here, "TaskFunction")[1], "the next one has a new process"


def test_a_function_that_cannot_be_loaded_says_why(here):
    said, failed = invoke(here, "BrokenFunction")
    assert failed
    assert said["errorType"] == "Runtime.ImportModuleError"
    assert "nothing_of_that_name" in said["errorMessage"]


def test_a_function_is_called_as_on_lambda(here):
    said, _ = invoke(here, "TaskFunction")
    variables = said["variables"]
    assert 0 < said["left_ms"] <= 3000
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == here.functions["TaskFunction"]
    assert variables["THINGS"] == here.outputs["ThingsName"]
    assert variables["AWS_ENDPOINT_URL"] == here.endpoint
    assert variables["STAGE"] == "local"


def test_a_function_sees_nothing_that_the_template_does_not_give_it(here):
    variables = invoke(here, "TaskFunction")[0]["variables"]
    assert "SANDBOX" not in variables, "the template does not declare it"
    assert not [name for name in variables if name.startswith(("PYTEST", "REMIT"))]


def test_a_process_is_used_again_and_a_busy_one_is_not_waited_for(here):
    first, second = (invoke(here, "TaskFunction")[0]["pid"] for _ in range(2))
    assert first == second
    with ThreadPoolExecutor(2) as threads:
        both = threads.map(lambda _: invoke(here, "TaskFunction", do="sleep", seconds=2), range(2))
        assert len({said["pid"] for said, _ in both}) == 2


def test_more_requests_than_processes_wait_their_turn(here):
    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda _: invoke(here, "TaskFunction"), range(96)))
    assert not any(failed for _, failed in answers)
    assert len({said["pid"] for said, _ in answers}) <= 6


def test_an_edit_shows_with_the_next_request(here, backend):
    source = backend / "functions/app/task.py"
    before = source.read_text()
    assert invoke(here, "TaskFunction", size=1)[0]["size"] == 1
    time.sleep(0.2)
    source.write_text(before.replace('event.get("size", 0)', '"edited"'))
    try:
        assert invoke(here, "TaskFunction", size=1)[0]["size"] == "edited"
    finally:
        source.write_text(before)


def test_a_functions_words_are_in_its_log(here, eventually):
    invoke(here, "BrokenFunction")
    log = here.logs / "BrokenFunction.log"
    eventually(lambda: "nothing_of_that_name" in log.read_text())
