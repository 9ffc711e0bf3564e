"""House rules about every file that git keeps: names, leftovers, traces of one machine."""

import re
from collections.abc import Iterator

import pytest

from tests.house.house import complaints, hold, paths

# Put together here so that these rules do not find themselves.
LEFTOVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b(?!\")")
MACHINE = re.compile(
    r"(?<![\w.~$}/*-])/(?:ro" + r"ot|ho" + r"me|Us" + r"ers|wo" + r"rk|t" + r"mp)/"
)
REGISTRY = re.compile(r"--(?:extra-)?index-" + r"url[ =]|https?://\S+/sim" + r"ple\b")


def leftovers(_: str, content: str) -> Iterator[str]:
    for number, line in enumerate(content.splitlines(), 1):
        if LEFTOVER.search(line):
            yield f"{number}: a leftover; do it now, or take it out"


def machine_paths(_: str, content: str) -> Iterator[str]:
    for number, line in enumerate(content.splitlines(), 1):
        if MACHINE.search(line):
            yield f"{number}: a path of one machine; use one relative to the repository"
        if REGISTRY.search(line):
            yield f"{number}: a package index; leave it to each machine's own configuration"


def odd_names(path: str, _: str) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9._/+-]+", path):
        yield "1: use letters, digits, dots, dashes and underscores of ASCII in the name"


@pytest.mark.parametrize("rule", [leftovers, machine_paths, odd_names])
def test_the_house_rule_holds_in_every_file_that_git_keeps(rule):
    looked_at = [path for path in paths() if path != "LICENSE"]

    assert len(looked_at) > 50
    hold(complaints(rule, looked_at))


@pytest.mark.parametrize(
    ("rule", "path", "content"),
    [
        (leftovers, "a.py", "x = 1  # TO" + "DO: later"),
        (leftovers, "a.md", "FIX" + "ME"),
        (machine_paths, "a.md", "see /ro" + "ot/notes"),
        (machine_paths, "a.py", "open('/t" + "mp/x')"),
        (machine_paths, "a.sh", "pip install --index-" + "url x"),
        (machine_paths, "a.txt", "https://pypi.example/sim" + "ple"),
        (odd_names, "docs/zahlung-\N{LATIN SMALL LETTER U WITH DIAERESIS}ber.md", ""),
        (odd_names, "docs/a file.md", ""),
    ],
)
def test_a_broken_rule_about_text_is_seen(rule, path, content):
    assert len(list(rule(path, content))) == 1


@pytest.mark.parametrize("content", ["GET /v1/payments", "docs/wo" + "rk/", "a method", "todos"])
def test_ordinary_text_passes_the_rules(content):
    assert list(leftovers("a.md", content)) == []
    assert list(machine_paths("a.md", content)) == []
