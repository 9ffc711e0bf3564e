"""Walks the real state machines: as much of the States Language as they use, the rest refused.

JSONata is understood in two forms: a path (`$states.input.status`), and a path compared with a
text; either may stand anywhere in a JSON object. A Map goes over a range of whole numbers, one item
after the other, in an order by chance: its walks do not come between each other. Anything else in a
machine raises `NotUnderstood`: teach it here first.
"""

import json
import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.simulation.scheduler import DAY, MINUTE, SECOND

_EXPRESSION = re.compile(r"\{% (\$states(?:\.\w+)+)(?: = '([^']*)')? %\}")
_RANGE = re.compile(r"\{% \[(\d+)\.\.(\d+)\] %\}")
_UNDERSTOOD = {
    "Task": {
        "Type", "Comment", "Resource", "Arguments", "Output", "TimeoutSeconds", "Retry", "Catch",
        "Next",
    },
    "Choice": {"Type", "Comment", "Choices", "Default"},
    "Map": {
        "Type", "Comment", "Items", "ItemSelector", "MaxConcurrency", "ItemProcessor", "Output",
        "Next",
    },
    "Wait": {"Type", "Comment", "Seconds", "Next"},
    "Succeed": {"Type", "Comment", "Output"},
    "Fail": {"Type", "Comment", "Error", "Cause"},
}  # fmt: skip
LARGEST = 256 * 1024
_FOR_A_PERSON = 14 * DAY
_AS_IT_IS = "{% $states.input %}"
_INVOKE = "arn:aws:states:::lambda:invoke"
_WAIT = f"{_INVOKE}.waitForTaskToken"

Invoke = Callable[[str, Any, int], Any]
"""Invokes a function with a payload within so many microseconds; raises `TaskFailed`."""


class Tokens(Protocol):
    """Task tokens: each is given out once, and waited for by the task that it was given to."""

    def give(self) -> str:
        """A token that was never given before."""
        ...

    def wait(self, token: str, within: int) -> Any:
        """What was sent with the token; `TaskFailed` when nothing is in so many microseconds."""
        ...

    def drop(self, token: str) -> Any:
        """Nobody waits for the token any more; what was sent with it before, None if nothing."""
        ...


class NotUnderstood(NotImplementedError):
    """The machine uses something that this interpreter does not know."""


class TaskFailed(Exception):
    """A task's error, by the name that Step Functions gives it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ExecutionFailed(Exception):
    """The execution ended without success."""


class Machine:
    """One state machine, and how its tasks are invoked and time passes for it.

    Within `patience` (microseconds) people lose theirs: a task that waits for a person for weeks
    waits no longer than that. `reached` is the state that it is in, and that state's input;
    `output` is what it came to.
    """

    def __init__(
        self,
        definition: Mapping[str, Any],
        functions: Mapping[str, str],
        *,
        invoke: Invoke,
        sleep: Callable[[int], None],
        chance: random.Random,
        tokens: Tokens | None = None,
        patience: int | None = None,
    ) -> None:
        self._definition, self._functions = definition, functions
        self._invoke, self._sleep, self._chance = invoke, sleep, chance
        self._tokens, self._patience = tokens, patience
        self.reached: tuple[str, Any] = (definition["StartAt"], None)
        self.output: Any = None

    @property
    def time_out(self) -> int:
        """How long an execution may take, in microseconds. Express ones end after 5 minutes."""
        return int(self._definition.get("TimeoutSeconds", 5 * MINUTE // SECOND)) * SECOND

    def run(self, text: str) -> str:
        """Walk from the first state to an ending with this input; the ending's name."""
        return self.go_on(self._definition["StartAt"], json.loads(text))

    def go_on(self, name: str, content: Any) -> str:
        """The same from a state in the middle, with its input."""
        while True:
            self.reached = (name, content)
            state = self._definition["States"][name]
            if not state.keys() <= _UNDERSTOOD.get(state["Type"], set()):
                raise NotUnderstood(f"{name}: {sorted(state)}")
            if state["Type"] == "Succeed":
                self.output = evaluated(state.get("Output", _AS_IT_IS), {"input": content})
                return str(name)
            if state["Type"] == "Fail":
                raise ExecutionFailed(state["Error"])
            if state["Type"] == "Choice":
                name = _chosen(state, content)
            elif state["Type"] == "Wait":
                self._sleep(int(state["Seconds"]) * SECOND)
                name = state["Next"]
            elif state["Type"] == "Map":
                name, content = state["Next"], self._mapped(state, content)
            else:
                name, content = self._task(state, content)
            assert len(json.dumps(content)) <= LARGEST, "a state's payload is too large"

    def _mapped(self, state: Mapping[str, Any], content: Any) -> Any:
        """A Map's output. The first item that fails ends the execution; started again, all go."""
        found = _RANGE.fullmatch(state["Items"])
        processor = dict(state["ItemProcessor"])
        if found is None or processor.pop("ProcessorConfig", None) != {"Mode": "INLINE"}:
            raise NotUnderstood(str(state))
        items = range(int(found[1]), int(found[2]) + 1)
        results: dict[int, Any] = {}
        for index in self._chance.sample(range(len(items)), len(items)):
            context = {"Map": {"Item": {"Index": index, "Value": items[index]}}}
            given = evaluated(state["ItemSelector"], {"input": content, "context": context})
            walk = Machine(
                processor,
                self._functions,
                invoke=self._invoke,
                sleep=self._sleep,
                chance=self._chance,
                tokens=self._tokens,
                patience=self._patience,
            )
            walk.go_on(processor["StartAt"], given)
            results[index] = walk.output
        result = [results[index] for index in range(len(items))]
        return evaluated(state["Output"], {"input": content, "result": result})

    def _task(self, state: Mapping[str, Any], content: Any) -> tuple[str, Any]:
        tries: dict[int, int] = {}
        while True:
            try:
                states = {"input": content, "result": self._tried(state, content)}
                return state["Next"], evaluated(state["Output"], states)
            except TaskFailed as failed:
                found = self._retried(state, failed.name, tries)
                if found is None:
                    return _caught(state, failed, content)
                self._sleep(found)

    def _tried(self, state: Mapping[str, Any], content: Any) -> Any:
        """The task's result, as `$states.result` has it."""
        arn = re.fullmatch(r"\$\{(\w+)\}", state["Arguments"]["FunctionName"])
        if arn is None or state["Resource"] not in (_INVOKE, _WAIT):
            raise NotUnderstood(str(state["Arguments"]))
        function, within = self._functions[arn[1]], self._within(state)
        if state["Resource"] == _INVOKE:
            payload = evaluated(state["Arguments"]["Payload"], {"input": content})
            return {"Payload": self._invoke(function, payload, within)}
        if self._tokens is None:
            raise NotUnderstood("nobody gives out task tokens")
        token = self._tokens.give()
        states = {"input": content, "context": {"Task": {"Token": token}}}
        payload = evaluated(state["Arguments"]["Payload"], states)
        try:
            self._invoke(function, payload, within)
        except TaskFailed:
            # The token may have been used before the function failed: then the task is done.
            sent = self._tokens.drop(token)
            if sent is None:
                raise
            return sent
        return self._tokens.wait(token, within)

    def _within(self, state: Mapping[str, Any]) -> int:
        """How long a task may take, in microseconds."""
        within = int(state["TimeoutSeconds"]) * SECOND
        if self._patience is not None and within >= _FOR_A_PERSON:
            return min(within, self._patience)
        return within

    def _retried(self, state: Mapping[str, Any], error: str, tries: dict[int, int]) -> int | None:
        """How long to wait before the next try; None when there is none."""
        for number, retrier in enumerate(state.get("Retry", ())):
            if not _matches(error, retrier["ErrorEquals"]):
                continue
            tried = tries.get(number, 0)
            if tried >= retrier.get("MaxAttempts", 3):
                return None
            tries[number] = tried + 1
            wait = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** tried
            wait = min(wait, retrier.get("MaxDelaySeconds", wait))
            if retrier.get("JitterStrategy") == "FULL":
                wait *= self._chance.random()
            return int(wait * SECOND)
        return None


def _matches(error: str, named: list[str]) -> bool:
    return error in named or "States.ALL" in named or "States.TaskFailed" in named


def _caught(state: Mapping[str, Any], failed: TaskFailed, content: Any) -> tuple[str, Any]:
    for catcher in state.get("Catch", ()):
        if _matches(failed.name, catcher["ErrorEquals"]):
            output = catcher.get("Output", _AS_IT_IS)
            return str(catcher["Next"]), evaluated(output, {"input": content})
    raise ExecutionFailed(failed.name)


def _chosen(state: Mapping[str, Any], content: Any) -> str:
    for choice in state["Choices"]:
        if evaluated(choice["Condition"], {"input": content}) is True:
            return str(choice["Next"])
    return str(state["Default"])


def evaluated(expression: Any, states: Mapping[str, Any]) -> Any:
    """What a JSONata expression gives, or an object of them, of the forms that are understood."""
    if isinstance(expression, Mapping):
        return {name: evaluated(each, states) for name, each in expression.items()}
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        raise NotUnderstood(expression)
    content: Any = states
    for part in found[1].split(".")[1:]:
        content = content.get(part) if isinstance(content, Mapping) else None
    return content if found[2] is None else content == found[2]
