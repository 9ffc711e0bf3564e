"""The rules about state machines, as functions from a machine to complaints."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Machine = Mapping[str, Any]

ENDINGS = ("Succeed", "Fail")
FORBIDDEN = {
    "Assign": "give it in Output",
    "Credentials": "use the machine's own role",
    "HeartbeatSeconds": "use TimeoutSeconds: heartbeats are not kept locally",
    "InputPath": "use JSONata",
    "ItemBatcher": "send one item to a task",
    "OutputPath": "use JSONata",
    "Parameters": "use Arguments",
    "ResultPath": "use Output",
    "ResultSelector": "use Output",
    "ResultWriter": "write from a function",
}
"""Fields that JSONPath needs, or that do not run the same locally and on AWS; and the way out."""

STATUS_QUESTION = re.compile(r"\{% \$states\.input\.status = '[a-z_]+' %\}")
SUBSTITUTION = re.compile(r"\$\{([A-Za-z]+)\}")


def roads(state: Mapping[str, Any]) -> list[str]:
    """Where a state leads."""
    choices = state.get("Choices", []) + state.get("Catch", [])
    steps = [state.get("Next"), state.get("Default"), *(choice.get("Next") for choice in choices)]
    return [step for step in steps if step]


def reached(states: Mapping[str, Any], start: str) -> set[str]:
    """The states that are reached from `start`, itself included."""
    found, ahead = set(), [start]
    while ahead:
        name = ahead.pop()
        if name not in found and name in states:
            found.add(name)
            ahead += roads(states[name])
    return found


def lost_states(machine: Machine) -> Iterator[str]:
    states = machine["States"]
    for name in states.keys() - reached(states, machine["StartAt"]):
        yield f"state {name!r} is never reached; lead to it, or take it out"
    for name, state in states.items():
        for step in roads(state):
            if step not in states:
                yield f"state {name!r} leads to {step!r}, which is none; name a state"


def endless_roads(machine: Machine) -> Iterator[str]:
    states = machine["States"]
    for name, state in states.items():
        ends = state["Type"] in ENDINGS
        if ends == bool(roads(state)) or "End" in state:
            yield f"state {name!r} must lead on, or be a Succeed or Fail with a name of its own"
        if not any(states[one]["Type"] in ENDINGS for one in reached(states, name)):
            yield f"from state {name!r} no road ends; lead it to an ending"
        if state["Type"] == "Choice" and "Default" not in state:
            yield f"choice {name!r} has no Default; lead it to a Fail that a person looks at"


def loose_tasks(machine: Machine) -> Iterator[str]:
    tasks = {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}
    for name, task in tasks.items():
        if not isinstance(task.get("TimeoutSeconds"), int):
            yield f"task {name!r} has no TimeoutSeconds; a lost task waits for ever without"
        if not task.get("Retry"):
            yield f"task {name!r} has no Retry; give it the block that all tasks have"
        elif "States.ALL" in str(task["Retry"]):
            yield f"task {name!r} retries everything; name the faults that pass"


def foreign_features(machine: Machine) -> Iterator[str]:
    if machine.get("QueryLanguage") != "JSONata":
        yield 'the machine does not say "QueryLanguage": "JSONata"'
    for where, field, content in _fields(machine, "machine"):
        if field in FORBIDDEN:
            yield f"{where}: {field} is banned; {FORBIDDEN[field]}"
        if field == "QueryLanguage" and content != "JSONata":
            yield f"{where}: only JSONata"
        if field.endswith(".$") or (isinstance(content, str) and content.startswith("$")):
            yield f"{where}: {field} is JSONPath; use JSONata: {{% … %}}"


def _fields(node: Any, where: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(node, Mapping):
        for field, content in node.items():
            # A substitution is no path.
            plain = SUBSTITUTION.sub("", content) if isinstance(content, str) else content
            yield where, field, plain
            yield from _fields(content, f"{where}/{field}")
    elif isinstance(node, list):
        for entry in node:
            yield from _fields(entry, where)


def odd_names(machine: Machine) -> Iterator[str]:
    for name, state in machine["States"].items():
        kind = state["Type"]
        if (kind == "Choice") != name.endswith("?"):
            yield f"{kind} {name!r}: a choice is a question, and nothing else is"
        if len(name.split()) < 2 or not name[0].isupper():
            yield f"{kind} {name!r}: name a task by verb and object, an ending by what has happened"


def rules_in_choices(machine: Machine) -> Iterator[str]:
    for name, state in machine["States"].items():
        for choice in state.get("Choices", []):
            if not STATUS_QUESTION.fullmatch(choice.get("Condition", "")):
                yield f"choice {name!r} decides by more than the status; decide in a function"
