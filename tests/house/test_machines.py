"""House rules about state machines, on the machines and on broken examples."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import machine_rules as rules
from tests.house.house import REPOSITORY, hold, machines, processors, tasks

RULES = [
    rules.lost_states,
    rules.endless_roads,
    rules.loose_tasks,
    rules.foreign_features,
    rules.odd_names,
    rules.rules_in_choices,
]

GOOD = {
    "QueryLanguage": "JSONata",
    "StartAt": "Check fraud",
    "States": {
        "Check fraud": {
            "Type": "Task",
            "Arguments": {"FunctionName": "${CheckFunctionArn}", "Payload": "{% $states.input %}"},
            "TimeoutSeconds": 12,
            "Retry": [{"ErrorEquals": ["Unavailable"]}],
            "Next": "Is it trusted?",
        },
        "Is it trusted?": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.status = 'trusted' %}", "Next": "Payment ended"}
            ],
            "Default": "Payment not understood",
        },
        "Payment ended": {"Type": "Succeed"},
        "Payment not understood": {"Type": "Fail"},
    },
}


@pytest.mark.parametrize("rule", RULES)
def test_the_house_rule_holds_in_every_machine(rule):
    hold(
        f"{path}: {complaint}"
        for path, machine in (machines() | processors()).items()
        for complaint in rule(machine)
    )


@pytest.mark.parametrize("waits", [False, True])
def test_every_task_is_retried_by_the_same_block(waits):
    blocks = {
        json.dumps(task.get("Retry"), sort_keys=True)
        for _, _, task in tasks()
        if task["Resource"].endswith(".waitForTaskToken") == waits
    }

    assert len(blocks) == 1, "the Retry blocks differ; copy one block to every task"
    # Whose clock has run out while a person or a provider was waited for is not asked anew.
    assert ("States.Timeout" in str(blocks)) != waits


def test_every_substitution_of_a_machine_is_a_functions_arn():
    hold(
        f"{path}: ${{{name}}} is not <Verb>FunctionArn; substitute the ARN of a function only"
        for path in machines()
        for name in rules.SUBSTITUTION.findall((REPOSITORY / path).read_text())
        if not name.endswith("FunctionArn")
    )


def test_the_linter_of_the_states_language_finds_nothing():
    linter = Path(sys.executable).with_name("statelint")
    linted = subprocess.run(
        [linter, *machines()], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("rule", RULES)
def test_a_good_machine_passes_every_rule(rule):
    assert list(rule(GOOD)) == []


def broken(path: str, content: object) -> dict:
    """GOOD with the field at `path` set, or taken out when `content` is None."""
    machine = copy.deepcopy(GOOD)
    *way, last = path.split("/")
    node = machine
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if content is None:
        del node[last]
    else:
        node[last] = content
    return machine


QUESTION = "States/Is it trusted?"
TASK = "States/Check fraud"


@pytest.mark.parametrize(
    ("rule", "path", "content", "advice"),
    [
        (rules.lost_states, "States/Payment lost", {"Type": "Succeed"}, "never reached"),
        (rules.lost_states, f"{QUESTION}/Choices/0/Next", "Payment nowhere", "which is none"),
        (rules.endless_roads, f"{TASK}/Next", None, "must lead on"),
        (rules.endless_roads, f"{TASK}/End", True, "must lead on"),
        (rules.endless_roads, f"{TASK}/Next", "Check fraud", "no road ends"),
        (rules.endless_roads, f"{QUESTION}/Default", None, "no Default"),
        (rules.loose_tasks, f"{TASK}/TimeoutSeconds", None, "waits for ever"),
        (rules.loose_tasks, f"{TASK}/Retry", None, "give it the block"),
        (rules.loose_tasks, f"{TASK}/Retry", [{"ErrorEquals": ["States.ALL"]}], "faults that pass"),
        (rules.foreign_features, "QueryLanguage", "JSONPath", "JSONata"),
        (rules.foreign_features, f"{TASK}/ResultPath", "x", "use Output"),
        (rules.foreign_features, f"{TASK}/HeartbeatSeconds", 5, "TimeoutSeconds"),
        (rules.foreign_features, f"{TASK}/Arguments/Payload", "$.input", "JSONPath"),
        (rules.foreign_features, f"{TASK}/Arguments/Payload.$", "x", "JSONPath"),
        (rules.odd_names, "States/Check whether?", {"Type": "Task"}, "nothing else is"),
        (rules.odd_names, "States/Is it", {"Type": "Choice"}, "is a question"),
        (rules.odd_names, "States/Done", {"Type": "Succeed"}, "verb and object"),
        (
            rules.rules_in_choices,
            f"{QUESTION}/Choices/0/Condition",
            "{% $states.input.amount > 100 %}",
            "decide in a function",
        ),
    ],
)
def test_a_broken_machine_is_seen_and_the_way_out_named(rule, path, content, advice):
    told = list(rule(broken(path, content)))

    assert any(advice in complaint for complaint in told)
