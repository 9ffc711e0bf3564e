"""Step Functions for one machine: walks `onboarding.asl.json` with the real handlers.

As on AWS a start is idempotent by its name, a task token is good once, and nothing happens while
somebody calls: `go` lets the machines walk as far as they come.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.builders import ROOT, lambda_context
from tests.integration.cloud import handler

CHART = json.loads((ROOT / "statemachines/onboarding.asl.json").read_text())["States"]
FUNCTIONS = {
    "VerifyCustomersFunction": "customers/verify",
    "ScreenFunction": "customers/screen",
    "ScoreFunction": "customers/score",
    "AwaitDecisionFunction": "customers/await_decision",
    "OpenAccountsFunction": "customers/open_accounts",
    "AbandonFunction": "customers/abandon",
}
_STATUS = re.compile(r"\{% \$states\.input\.status = '([a-z_]+)' %\}")


@dataclass
class Run:
    """One execution: where it is, what it carries, and every state it has been in."""

    name: str
    content: dict[str, Any]
    at: str = "Verify identity"
    token: str | None = None
    result: dict[str, Any] | None = None
    entered: list[str] = field(default_factory=list)
    carried: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return CHART[self.at]["Type"] in ("Succeed", "Fail")


class Machines:
    """The executions; stands in for the client of Step Functions."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.trouble: Exception | None = None
        self.tokens = 0

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: N803, A002 - AWS's names
        self._befalls()
        assert stateMachineArn.endswith("onboarding")
        if name in self.runs:
            raise _error("ExecutionAlreadyExists")
        self.runs[name] = Run(name=name, content=json.loads(input))
        return {}

    def send_task_success(self, *, taskToken: str, output: str) -> dict[str, Any]:  # noqa: N803
        self._befalls()
        for run in self.runs.values():
            if run.token == taskToken:
                run.result, run.token = json.loads(output), None
                return {}
        raise _error("TaskTimedOut")

    def go(self) -> None:
        """Walk every machine until it waits or is over."""
        for run in self.runs.values():
            while not run.is_over and run.token is None:
                self._step(run)

    def time_out(self, name: str) -> None:
        """The clock of the task that the run waits in has run out."""
        run = self.runs[name]
        (catch,) = CHART[run.at]["Catch"]
        assert catch["ErrorEquals"] == ["States.Timeout"]
        run.token, run.at = None, catch["Next"]
        self.go()

    def _step(self, run: Run) -> None:
        state = CHART[run.at]
        if state["Type"] == "Choice":
            self._leave(run, self._chosen(state, run.content["status"]))
        elif "waitForTaskToken" not in state["Resource"]:
            run.content = self._invoke(state, run.content)
            self._leave(run, state["Next"])
        elif run.result is None:
            self._wait(run, state)
        else:
            run.content = run.content | {"status": run.result["status"]}
            run.result = None
            self._leave(run, state["Next"])

    def _wait(self, run: Run, state: dict[str, Any]) -> None:
        self.tokens += 1
        run.token = f"task-token-{self.tokens}-of-{run.name}"
        content = {name: run.content[name] for name in ("id", "tenant", "request_id")}
        self._invoke(state, content | {"token": run.token})

    def _leave(self, run: Run, following: str) -> None:
        run.entered.append(run.at)
        run.carried.append(dict(run.content))
        run.at = following

    def _chosen(self, state: dict[str, Any], status: str) -> str:
        for choice in state["Choices"]:
            found = _STATUS.fullmatch(choice["Condition"])
            assert found
            if found[1] == status:
                return choice["Next"]
        return state["Default"]

    def _invoke(self, state: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        name = state["Arguments"]["FunctionName"].removeprefix("${").removesuffix("Arn}")
        return handler(FUNCTIONS[name])(dict(content), lambda_context(30_000))

    def _befalls(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "StepFunctions")
