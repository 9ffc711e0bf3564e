"""Write the OpenAPI document from the handlers' declarations, or check that it is up to date.

It is committed twice: where people read it, and beside the functions that serve it.
"""

import difflib
import importlib.util
import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.runtime.api import Api

ROOT = Path(__file__).parent.parent
COPIES = (ROOT / "docs/reference/openapi.json", ROOT / "functions/edge/openapi.json")

_MOST_LINES = 200
_USAGE = "usage: python -m local openapi [--check]"

# Handlers make their AWS clients while they load; here they need only believe that they could.
_LAMBDA = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def generate() -> str:
    """The document of every function that declares routes, as text."""
    found = apis()
    from remit.runtime import openapi

    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    return openapi.render(openapi.document(found, version=version))


def apis() -> "list[Api]":
    """What every function that declares routes calls `api`, in the order of the files."""
    source = str(ROOT / "layers/remit")
    if source not in sys.path:
        sys.path.insert(0, source)
    for name, content in _LAMBDA.items():
        os.environ.setdefault(name, content)
    from remit.runtime.api import Api

    return [api for file in _handlers() if isinstance(api := _load(file), Api)]


def _handlers() -> list[Path]:
    return sorted((ROOT / "functions").glob("*/*.py"))


def _load(file: Path) -> object:
    """What the handler in `file` calls `api`, or None."""
    name = f"handlers.{file.parent.name}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "api", None)


def main(arguments: list[str]) -> int:
    """Write the copies, or with `--check` compare them. Returns the exit status."""
    if arguments not in ([], ["--check"]):
        print(_USAGE, file=sys.stderr)
        return 2
    text = generate()
    if arguments:
        return max(_compare(copy, text) for copy in COPIES)
    for copy in COPIES:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
        print(f"wrote {copy.relative_to(ROOT)}")
    return 0


def _compare(copy: Path, text: str) -> int:
    """0 when `copy` holds `text`; else 1, after showing what differs."""
    committed = copy.read_text() if copy.exists() else ""
    if committed == text:
        return 0
    name = str(copy.relative_to(ROOT))
    lines = list(
        difflib.unified_diff(
            committed.splitlines(), text.splitlines(), name, "the handlers say", lineterm="", n=2
        )
    )
    print("\n".join(lines[:_MOST_LINES]), file=sys.stderr)
    if len(lines) > _MOST_LINES:
        print(f"... and {len(lines) - _MOST_LINES} lines more", file=sys.stderr)
    print(f"{name} is out of date: run `python -m local openapi`", file=sys.stderr)
    return 1
