"""One verb, one name: what belongs together is called alike, and nothing of it is missing.

State `Post funds` = resource `PostFunction` = `functions/payments/post.py` =
`remit/payments/post.py` = `events/payments/post/*.json` = `tests/unit/payments/test_post.py` =
`docs/runbooks/payments-post.md`.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.house.house import (
    function_path,
    hold,
    paths,
    resources,
    tasks,
    text,
)

FUNCTION = "AWS::Serverless::Function"
MACHINE = "AWS::Serverless::StateMachine"


def parts(path: str) -> tuple[str, str]:
    """Context and verb of `functions/<context>/<verb>.py`."""
    found = re.fullmatch(r"functions/([a-z]+)/([a-z_]+)\.py", path)
    assert found, f"{path}: a function is functions/<context>/<verb>.py"
    return found[1], found[2]


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def resource_names(path: str) -> set[str]:
    """What a function's resource may be called: its verb, with its context where two share it."""
    context, verb = parts(path)
    return {f"{pascal(verb)}Function", f"{pascal(verb)}{pascal(context)}Function"}


def unlinked_functions(files: list[str], functions: Mapping[str, str]) -> Iterator[str]:
    """Complaints about function `files` and resources `functions` (name to file)."""
    for path in files:
        if path not in functions.values():
            yield f"{path}: no resource runs it; add one of {sorted(resource_names(path))}"
    for name, path in functions.items():
        if path not in files:
            yield f"template.yaml: {name} runs {path}, which is not there"
        elif name not in resource_names(path):
            names = sorted(resource_names(path))
            yield f"template.yaml: {name} runs {path}; call it one of {names}"


def broken_task(
    state: str, arn: str, functions: Mapping[str, str], kept: set[str]
) -> Iterator[str]:
    """What of a task's chain of names is missing; `arn` is its function's substitution."""
    resource = arn.removesuffix("Arn")
    path = functions.get(resource)
    if path is None:
        yield f"task {state!r} calls {resource}, which the template does not have"
        return
    context, verb = parts(path)
    if state.split(maxsplit=1)[0].lower() != verb.split("_")[0]:
        yield f"task {state!r} runs {path}; begin its name with {verb.capitalize()!r}"
    for needed in (
        f"layers/remit/remit/{context}/{verb}.py",
        f"tests/unit/{context}/test_{verb}.py",
        f"docs/runbooks/{context}-{verb}.md",
    ):
        if needed not in kept:
            yield f"task {state!r}: {needed} is missing"


def the_functions() -> dict[str, str]:
    return {name: function_path(properties) for name, properties in resources(FUNCTION).items()}


def called(task: Mapping[str, Any]) -> str:
    found = re.fullmatch(r"\$\{([A-Za-z]+)\}", task["Arguments"]["FunctionName"])
    assert found, "name a task's function as ${<Verb>FunctionArn}"
    return found[1]


def test_every_function_has_a_resource_and_every_resource_a_function():
    hold(unlinked_functions(paths("functions/**.py"), the_functions()))


def test_every_task_of_a_machine_is_named_alike_all_through_the_house():
    kept = set(paths())
    hold(
        f"{path}: {complaint}"
        for path, state, task in tasks()
        for complaint in broken_task(state, called(task), the_functions(), kept)
    )


def test_every_substitution_of_a_machine_is_given_by_the_template_and_used():
    given = {
        properties["DefinitionUri"]: properties["DefinitionSubstitutions"]
        for properties in resources(MACHINE).values()
    }
    used = {path: {called(task) for at, _, task in tasks() if at == path} for path, _, _ in tasks()}

    assert {path: set(names) for path, names in given.items()} == used
    for names in given.values():
        for name, arn in names.items():
            assert arn == {"GetAtt": f"{name.removesuffix('Arn')}.Arn"}


def test_every_function_has_an_event_that_is_valid_json():
    missing = []
    for path in paths("functions/**.py"):
        context, verb = parts(path)
        events = paths(f"events/{context}/{verb}/*.json")
        if not events:
            missing.append(f"{path}: add an event as events/{context}/{verb}/<case>.json")
        for event in events:
            json.loads(text(event))
    hold(missing)


def test_every_event_belongs_to_a_function():
    functions = {f"events/{'/'.join(parts(path))}/" for path in paths("functions/**.py")}
    hold(
        f"{path}: no function takes it; events lie in events/<context>/<verb>/"
        for path in paths("events/**.json")
        if path.rpartition("/")[0] + "/" not in functions
    )


def test_every_function_says_what_it_is_for_and_names_its_entry():
    lacking = []
    for path in paths("functions/**.py"):
        tree = ast.parse(text(path))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        names |= {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if not ast.get_docstring(tree):
            lacking.append(f"{path}: say in a docstring what calls it and what it does")
        if "handler" not in names:
            lacking.append(f"{path}: name its entry `handler`")
    hold(lacking)


# The rules can fail.

POST = {"PostFunction": "functions/payments/post.py"}
KEPT = {
    "layers/remit/remit/payments/post.py",
    "tests/unit/payments/test_post.py",
    "docs/runbooks/payments-post.md",
}


def test_a_whole_chain_of_names_passes():
    assert list(broken_task("Post funds", "PostFunctionArn", POST, KEPT)) == []
    assert list(unlinked_functions(["functions/payments/post.py"], POST)) == []
    assert list(
        unlinked_functions(
            ["functions/ledger/read.py"], {"ReadLedgerFunction": "functions/ledger/read.py"}
        )
    ) == []  # fmt: skip


def test_a_missing_link_of_a_task_is_seen():
    for missing in KEPT:
        (complaint,) = broken_task("Post funds", "PostFunctionArn", POST, KEPT - {missing})
        assert missing in complaint


def test_a_task_named_otherwise_or_without_a_function_is_seen():
    (misnamed,) = broken_task("Move money", "PostFunctionArn", POST, KEPT)
    (unknown,) = broken_task("Post funds", "SendFunctionArn", POST, KEPT)

    assert "begin its name with 'Post'" in misnamed
    assert "does not have" in unknown


def test_a_function_without_a_resource_or_the_reverse_is_seen():
    (unused,) = unlinked_functions(["functions/payments/post.py"], {})
    (absent,) = unlinked_functions([], POST)
    (misnamed,) = unlinked_functions(
        ["functions/payments/post.py"], {"MoveFunction": "functions/payments/post.py"}
    )

    assert "no resource runs it" in unused
    assert "is not there" in absent
    assert "PostFunction" in misnamed
