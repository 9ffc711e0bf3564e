"""House rules about what CloudFormation would find out only when it deploys."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.expand import expand
from tests.house.house import REPOSITORY, hold

NEEDED = {"Issuer": "https://a", "JwksUrl": "https://a/b", "IdentityUrl": "https://a/b"}
MOST_RESOURCES = 500
"""In a stack (CloudFormation quotas)."""
MOST_PERMISSIONS = 40
"""Of a function: its policy holds 20 KB (Lambda quotas), and a permission takes some 400 bytes."""

Resources = Mapping[str, Mapping[str, Any]]


def cycles(resources: Resources) -> Iterator[str]:
    needs = {name: set(_referred(one)) & resources.keys() for name, one in resources.items()}
    done: set[str] = set()
    for name in needs:
        yield from _walk(name, [], needs, done)


def _walk(
    name: str, path: list[str], needs: Mapping[str, set[str]], done: set[str]
) -> Iterator[str]:
    if name in path:
        circle = " -> ".join([*path[path.index(name) :], name])
        yield f"template.yaml: {circle}; name one of them by its ARN instead of by reference"
    elif name not in done:
        for each in sorted(needs[name] - {name}):
            yield from _walk(each, [*path, name], needs, done)
        done.add(name)


def _referred(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _referred(each)
    elif isinstance(node, Mapping):
        for key, content in node.items():
            yield from _named(key, content)


def _named(key: str, content: Any) -> Iterator[str]:
    if key == "DependsOn":
        yield from [content] if isinstance(content, str) else content
    elif key == "Ref":
        yield content
    elif key == "Fn::GetAtt":
        yield content[0] if isinstance(content, list) else content.partition(".")[0]
    elif key == "Fn::Sub":
        text = content if isinstance(content, str) else content[0]
        yield from re.findall(r"\$\{([A-Za-z0-9]+)", text)
        yield from _referred(content)
    else:
        yield from _referred(content)


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    """The resources as CloudFormation is given them in the stage that has most."""
    made: dict[str, Any] = expand(REPOSITORY / "template.yaml", {**NEEDED, "Stage": "dev"})
    return made["Resources"]


def test_no_resource_waits_for_itself(expanded):
    hold(cycles(expanded))


def test_the_template_fits_into_one_stack(expanded):
    assert len(expanded) <= MOST_RESOURCES


def test_no_functions_policy_outgrows_lambdas(expanded):
    allowed = Counter(
        resource["Properties"]["FunctionName"]["Ref"]
        for resource in expanded.values()
        if resource["Type"] == "AWS::Lambda::Permission"
        and "Ref" in resource["Properties"]["FunctionName"]
    )
    assert allowed
    assert max(allowed.values()) <= MOST_PERMISSIONS


# The rule can fail.


@pytest.mark.parametrize(
    "b", [{"Ref": "A"}, {"Fn::GetAtt": ["A", "Arn"]}, {"Fn::Sub": "x${A.Arn}"}, {"DependsOn": "A"}]
)
def test_a_circle_is_seen(b):
    resources = {"A": {"Properties": {"x": [{"Ref": "B"}]}}, "B": b}

    (told,) = cycles(resources)
    assert "A -> B -> A" in told
    assert list(cycles({"A": {}, "B": b})) == []
