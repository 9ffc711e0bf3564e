"""The interpreter of state machines: roads, retries, and what it does not understand."""

import random

import pytest

from tests.simulation.deployment import machine
from tests.simulation.machine import (
    ExecutionFailed,
    Machine,
    NotUnderstood,
    TaskFailed,
    evaluated,
)

INPUT = '{"id": "pay_1", "tenant": "acme", "request_id": "r"}'


class Functions:
    """Answers invocations from a script; counts pauses."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.called, self.pauses = list(answers), [], []

    def invoke(self, path: str, payload: dict, within: int) -> dict:
        self.called.append(path)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return payload | {"status": answer}

    def walk(self) -> str:
        walked = Machine(
            *machine("PaymentMachine"),
            invoke=self.invoke,
            sleep=self.pauses.append,
            chance=random.Random(1),
        )
        return walked.run(INPUT)


def test_a_trusted_payment_is_checked_and_posted():
    functions = Functions("trusted", "completed")

    assert functions.walk() == "Payment completed"
    assert functions.called == ["payments/check", "payments/post"]


def test_a_held_payment_is_not_posted():
    assert Functions("in_review").walk() == "Payment in review"


def test_faults_that_pass_are_retried_with_growing_pauses_and_then_no_more():
    functions = Functions(*[TaskFailed("Unavailable")] * 5)

    with pytest.raises(ExecutionFailed, match="Unavailable"):
        functions.walk()

    assert len(functions.called) == 5
    assert all(pause <= 2**number * 1_000_000 for number, pause in enumerate(functions.pauses))


def test_other_errors_and_unknown_statuses_end_the_execution():
    with pytest.raises(ExecutionFailed, match="Unexpected"):
        Functions(TaskFailed("Unexpected")).walk()
    with pytest.raises(ExecutionFailed, match="PaymentNotUnderstood"):
        Functions("lost").walk()


def test_an_expression_of_another_form_is_refused():
    assert evaluated("{% $states.input.a.b %}", {"input": {"a": {"b": 1}}}) == 1
    with pytest.raises(NotUnderstood):
        evaluated("{% $count($states.input) %}", {"input": {}})


WAITS = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {
                "FunctionName": "${AskFunctionArn}",
                "Payload": {
                    "id": "{% $states.input.id %}",
                    "token": "{% $states.context.Task.Token %}",
                },
            },
            "Output": {"id": "{% $states.input.id %}", "status": "{% $states.result.status %}"},
            "TimeoutSeconds": 60,
            "Catch": [
                {
                    "ErrorEquals": ["States.Timeout"],
                    "Output": "{% $states.input %}",
                    "Next": "Nobody answered",
                }
            ],
            "Next": "Was it yes?",
        },
        "Was it yes?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.status = 'yes' %}", "Next": "It was yes"}],
            "Default": "It was no",
        },
        "It was yes": {"Type": "Succeed"},
        "It was no": {"Type": "Succeed"},
        "Nobody answered": {"Type": "Succeed"},
    },
}


class Answers:
    """Gives out one token, and answers what is waited for from a script."""

    def __init__(self, answer: object) -> None:
        self.answer, self.waited = answer, []

    def give(self) -> str:
        return "token-1"

    def wait(self, token: str, within: int) -> object:
        self.waited.append((token, within))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def drop(self, token: str) -> object:
        return None if isinstance(self.answer, Exception) else self.answer


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ({"status": "yes"}, "It was yes"),
        ({"status": "no"}, "It was no"),
        (TaskFailed("States.Timeout"), "Nobody answered"),
    ],
)
def test_a_task_that_waits_goes_on_with_what_is_sent_with_its_token(answer, ending):
    asked, answers = [], Answers(answer)
    walked = Machine(
        WAITS,
        {"AskFunctionArn": "some/ask"},
        invoke=lambda path, payload, _: asked.append((path, payload)),
        sleep=lambda _: None,
        chance=random.Random(1),
        tokens=answers,
    )
    assert walked.run(INPUT) == ending
    assert asked == [("some/ask", {"id": "pay_1", "token": "token-1"})]
    assert answers.waited == [("token-1", 60_000_000)]


def test_a_machine_that_waits_needs_somebody_who_gives_out_tokens():
    walked = Machine(
        WAITS,
        {"AskFunctionArn": "some/ask"},
        invoke=lambda *_: None,
        sleep=lambda _: None,
        chance=random.Random(1),
    )
    with pytest.raises(NotUnderstood):
        walked.run(INPUT)
