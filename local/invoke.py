"""`make invoke f=payments/initiate e=happy`: one function, one event, its answer and its logs."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local import cloud
from local.cloud import Cloud
from local.home import DEFAULT, REPOSITORY
from local.logs import line, new_entries
from local.options import Misused, options

EVENTS = REPOSITORY / "events"
FUNCTIONS = REPOSITORY / "functions"


def main(arguments: list[str]) -> int:
    """Print the answer; the exit code is 1 when the function failed."""
    given = options(arguments, "f", "e")
    event = json.loads(event_file(given.get("f", ""), given.get("e", "")).read_text())
    with some_cloud() as here:
        answer, failed = invoke(here, given["f"], event)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 1 if failed else 0


def event_file(function: str, case: str) -> Path:
    """The event of a case; raises `Misused` with what there is instead."""
    functions = sorted(f"{file.parent.name}/{file.stem}" for file in FUNCTIONS.glob("*/*.py"))
    if function not in functions:
        raise Misused(f"f={function}: choose one of\n  " + "\n  ".join(functions))
    path = EVENTS / function / f"{case}.json"
    if not path.is_file():
        cases = sorted(file.stem for file in (EVENTS / function).glob("*.json"))
        raise Misused(f"e={case}: {function} has {', '.join(cases) or 'no events'}")
    return path


@contextmanager
def some_cloud() -> Iterator[Cloud]:
    """The running cloud, or one for this moment."""
    if here := cloud.attach(DEFAULT):
        yield here
    else:
        print("no local cloud is running: starting one for this", file=sys.stderr)
        with cloud.running() as here:
            yield here


def invoke(here: Cloud, function: str, event: Any) -> tuple[Any, bool]:
    """Run a function through Lambda's API, showing what it logs: (its answer, did it fail)."""
    resource = here.handlers[function]
    read: dict[Path, int] = {}
    for _ in new_entries(here.logs, f"{resource}.log", read):
        pass  # what was there before
    answer = here.client("lambda").invoke(
        FunctionName=here.functions[resource], Payload=json.dumps(event).encode()
    )
    body = json.loads(answer["Payload"].read())
    for _, name, entry in new_entries(here.logs, f"{resource}.log", read):
        print(line(name, entry, colour=sys.stderr.isatty()), file=sys.stderr)
    return body, "FunctionError" in answer
