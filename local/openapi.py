"""Write the OpenAPI document from the handlers' declarations, or check that it is up to date.

It is committed twice: where people read it, and beside the functions that serve it.
"""

import difflib
import importlib.util
import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIES = (ROOT / "docs/reference/openapi.json", ROOT / "functions/edge/openapi.json")

_MOST_LINES = 200
_USAGE = "usage: python -m local openapi [--check]"

# Handlers make their AWS clients while they load; here they need only believe that they could.
_LAMBDA = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "SANDBOX": "true",
}


def generate() -> str:
    """The document of every function that declares routes, as text."""
    for folder in (str(ROOT), str(ROOT / "layers/remit")):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    os.environ |= _LAMBDA
    from remit.runtime import openapi
    from remit.runtime.api import Api

    apis = [api for file in _handlers() if isinstance(api := _load(file), Api)]
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    return openapi.render(openapi.document(apis, version=version))


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
