"""House rules about documents: links lead somewhere, commands exist."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.house.house import complaints, hold, paths, text

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bmake ([a-z][a-z-]*)")
VERB = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def anchors(document: str) -> set[str]:
    """The anchors of a document's headings, as they are made on GitHub."""
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path: str, content: str) -> Iterator[str]:
    kept = {path, *paths()}
    folders = {str(folder) for name in kept for folder in PurePosixPath(name).parents}
    for target in LINK.findall(CODE.sub("", content)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        led = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        if led not in kept and led not in folders:
            yield f" the link to {target} leads nowhere; mend it, or write what it promises"
        elif anchor and anchor not in anchors(content if led == path else text(led)):
            yield f" {target}: no such heading; link to one that is there"


def unknown_commands(_: str, content: str) -> Iterator[str]:
    verbs = set(VERB.findall(text("Makefile")))
    for code in CODE.findall(content):
        for verb in COMMAND.findall(code):
            if verb not in verbs:
                yield f" `make {verb}` does not exist; name one of {', '.join(sorted(verbs))}"


@pytest.mark.parametrize("rule", [dead_links, unknown_commands])
def test_the_house_rule_holds_in_every_document(rule):
    documents = paths("*.md")

    assert len(documents) > 10
    hold(complaints(rule, documents))


def test_every_decision_has_a_number_of_its_own_and_says_why():
    decisions = paths("docs/decisions/*.md")
    numbers = [re.match(r"docs/decisions/(\d{4})-", path) for path in decisions]

    assert all(numbers), f"number decisions as 0001-what.md: {decisions}"
    assert [int(number[1]) for number in numbers] == list(range(1, len(decisions) + 1))
    hold(
        f"{path}: add the section `## {section}`"
        for path in decisions
        for section in ("Context", "Decision", "Consequences")
        if f"\n## {section}\n" not in text(path)
    )


# The rules can fail.


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("see [there](gone.md)", "leads nowhere"),
        ("see [there](../../gone/)", "leads nowhere"),
        ("# Here\nsee [there](#elsewhere)", "no such heading"),
        ("see [there](../runbooks/README.md#nowhere)", "no such heading"),
    ],
)
def test_a_dead_link_is_seen(content, advice):
    (complaint,) = dead_links("docs/concepts/here.md", content)

    assert advice in complaint


@pytest.mark.parametrize(
    "content",
    [
        "[out](https://example.com/x)",
        "[file](../../Makefile)",
        "[folder](../../statemachines/)",
        "# What, then?\n[here](#what-then)",
        "`amounts[0](x)`",
    ],
)
def test_a_link_that_leads_somewhere_passes(content):
    assert list(dead_links("docs/concepts/here.md", content)) == []


def test_a_command_that_does_not_exist_is_seen():
    (complaint,) = unknown_commands("a.md", "make sure of it, then run `make coffee`, `make test`")

    assert "coffee" in complaint
