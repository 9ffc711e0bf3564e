"""`make logs`: the functions' JSON logs as lines for people, while they are written."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from local.home import DEFAULT, Home
from local.options import options

POLL_SECONDS = 0.2
FIELDS_SHOWN_APART = ("level", "message", "timestamp", "service", "request_id", "requestId")
HIDDEN = ("xray_trace_id", "logger", "cold_start", "_aws")
LEVEL_COLOURS = {"WARNING": 33, "WARN": 33, "ERROR": 31, "CRITICAL": 31, "DEBUG": 90}
FUNCTION_COLOURS = (36, 35, 34, 32, 94, 95, 96)


def main(arguments: list[str]) -> int:
    """Follow the logs of the cloud in this checkout until Ctrl-C."""
    only = options(arguments, "f").get("f")
    told = DEFAULT.described()
    if told is None:
        print("the local cloud is not running; start it: make up", file=sys.stderr)
        return 1
    if only and only not in told["handlers"]:
        known = ", ".join(sorted(told["handlers"]))
        print(f"there is no function {only}; there are {known}", file=sys.stderr)
        return 2
    files = f"{told['handlers'][only]}.log" if only else "*Function.log"
    follow(DEFAULT, files, sys.stdout)
    return 0


def follow(home: Home, files: str, out: TextIO) -> None:
    """Print what is in the logs, oldest first, then what comes, while a cloud runs."""
    read: dict[Path, int] = {}
    colour = out.isatty()
    while True:
        entries = sorted(new_entries(home.logs, files, read), key=lambda entry: entry[0])
        for _, function, entry in entries:
            print(line(function, entry, colour=colour), file=out, flush=True)
        if home.described() is None:
            return
        time.sleep(POLL_SECONDS)


def new_entries(
    folder: Path, files: str, read: dict[Path, int]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Whole lines written since `read`, which is moved on: (time, function, entry)."""
    for path in sorted(folder.glob(files)):
        with path.open("rb") as log:
            log.seek(read.get(path, 0))
            text, newline, _ = log.read().rpartition(b"\n")
        read[path] = read.get(path, 0) + len(text) + len(newline)
        for raw in text.decode(errors="replace").splitlines():
            entry = parsed(raw)
            moment = str(entry.get("timestamp", ""))
            yield moment, path.stem.removesuffix("Function"), entry


def parsed(raw: str) -> dict[str, Any]:
    """A log line as an entry; what is not JSON is its message."""
    try:
        entry = json.loads(raw)
    except ValueError:
        return {"message": raw}
    return entry if isinstance(entry, dict) else {"message": raw}


def line(function: str, entry: dict[str, Any], *, colour: bool) -> str:
    """One entry for people: time, function, level, message, request, and its other fields."""

    def paint(text: str, code: int | None) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text

    moment = str(entry.get("timestamp", ""))[11:23].rstrip("Z+")
    level = str(entry.get("level", ""))
    hue = FUNCTION_COLOURS[sum(function.encode()) % len(FUNCTION_COLOURS)]
    request = str(entry.get("request_id") or entry.get("requestId") or "")
    others = " ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in entry.items()
        if name not in FIELDS_SHOWN_APART and name not in HIDDEN
    )
    parts = [
        paint(f"{moment:<12}", 90),
        paint(f"{function:<14}", hue),
        paint(f"{level:<7}", LEVEL_COLOURS.get(level)),
        str(entry.get("message", "")),
        others,
        paint(request, 90),
    ]
    return " ".join(part for part in parts if part)
