"""What the house is made of, for the rules that hold it together. No rule lives here."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]

Rule = Callable[[str, str], Iterable[str]]
"""From a file's path and content to complaints, each naming what to do instead."""


@cache
def paths(*patterns: str) -> list[str]:
    """The files that git keeps, or would; `*` in a pattern matches slashes too."""
    matching = patterns or ("*",)
    return [name for name in kept() if any(fnmatchcase(name, each) for each in matching)]


@cache
def kept() -> list[str]:
    """Every file that git keeps, or would; without git, all but what it is told to ignore."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        names = listed.stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = list(_walk())
    return sorted({name for name in names if name and (REPOSITORY / name).is_file()})


def _walk() -> Iterator[str]:
    lines = text(".gitignore").splitlines()
    ignored = [line.strip("/") for line in [".git", *lines] if line and not line.startswith("#")]
    for folder, folders, files in os.walk(REPOSITORY):
        inside = Path(folder).relative_to(REPOSITORY)
        for names in (folders, files):
            names[:] = [
                name
                for name in names
                if not any(
                    fnmatchcase(name, each) or fnmatchcase(str(inside / name), each)
                    for each in ignored
                )
            ]
        yield from (str(inside / name) for name in files)


def text(path: str) -> str:
    """The content of one file of the repository."""
    return (REPOSITORY / path).read_text(encoding="utf-8")


def complaints(rule: Rule, files: Iterable[str]) -> list[str]:
    """What `rule` says about `files`; binary files are passed over."""
    found = []
    for path in files:
        try:
            content = text(path)
        except UnicodeDecodeError:
            continue
        found += [f"{path}:{complaint}" for complaint in rule(path, content)]
    return found


def hold(found: Iterable[str]) -> None:
    """Fail with `found`, one complaint a line; hold when there is none."""
    told = "\n".join(found)
    assert not told, f"the house rules are broken:\n{told}"


def product() -> list[str]:
    """The Python files that run on Lambda."""
    return paths("layers/remit/remit/**.py", "functions/**.py")


def programs() -> list[str]:
    """All Python files but tests."""
    return [path for path in paths("*.py") if not path.startswith("tests/")]


def in_tests() -> list[str]:
    """The Python files of tests."""
    return paths("tests/**.py")


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!GetAtt A.Arn` becomes `{"GetAtt": "A.Arn"}`."""


def _short_form(loader: _Template, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


_Template.add_multi_constructor("!", _short_form)


@cache
def template() -> dict[str, Any]:
    """`template.yaml` as it is written."""
    read: dict[str, Any] = yaml.load(text("template.yaml"), Loader=_Template)
    return read


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of one type, by name."""
    found = {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }
    assert found, f"the template has no {kind}"
    return found


def function_path(properties: Mapping[str, Any]) -> str:
    """The file that a function resource runs: `functions/payments/post.py`."""
    module, _, attribute = properties["Handler"].rpartition(".")
    assert attribute == "handler", f"{properties['Handler']}: name the function's entry `handler`"
    return f"{properties['CodeUri'].rstrip('/')}/{module}.py"


def machines() -> dict[str, dict[str, Any]]:
    """The state machines by path, before substitution, which must be valid JSON already."""
    found = {path: json.loads(text(path)) for path in paths("statemachines/*.asl.json")}
    assert found, "there is no state machine in statemachines/"
    return found


def processors() -> dict[str, dict[str, Any]]:
    """What the Map states of the machines do with each item, as machines of their own."""
    return {
        f"{path} {name}": {"QueryLanguage": machine["QueryLanguage"]} | state["ItemProcessor"]
        for path, machine in machines().items()
        for name, state in machine["States"].items()
        if state["Type"] == "Map"
    }


def tasks() -> list[tuple[str, str, dict[str, Any]]]:
    """Every Task state of every machine, also for each item of a Map: path, name, state."""
    return [
        (path.split()[0], name, state)
        for path, machine in (machines() | processors()).items()
        for name, state in machine["States"].items()
        if state["Type"] == "Task"
    ]
