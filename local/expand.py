"""Turns the SAM template into the CloudFormation template that AWS would be given.

Runs the real SAM transform, offline, with the parameters resolved into the conditions: what a
false condition hides is gone. Local code stays where it lies: its folder is the `S3Key`.
Never talks to any cloud.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE_BUCKET = "live-source"
PLACEHOLDER_REGION = "eu-west-1"

CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


def expand(template_path: str | Path, parameters: dict[str, str]) -> dict[str, Any]:
    """Return the expanded template; `parameters` override the template's defaults.

    Every function's `Code` and layer's `Content` is `{"S3Bucket": SOURCE_BUCKET, "S3Key": folder}`
    with the folder relative to the template. State machines carry their definition inline.
    Raises `CalledProcessError` when the template is not valid SAM; its `stderr` says why.

    The transform needs an older pydantic than the product, so it runs under the engine's Python.
    """
    done = subprocess.run(
        [engine_python(), "-P", __file__, str(template_path)],
        input=json.dumps(parameters),
        env={**os.environ, "AWS_DEFAULT_REGION": PLACEHOLDER_REGION},
        capture_output=True,
        text=True,
        check=True,
    )
    expanded: dict[str, Any] = json.loads(done.stdout)
    return expanded


def engine_python() -> str:
    """Return the path of the Python that has the engine and the SAM transform."""
    return os.environ.get("REMIT_ENGINE_PYTHON", str(REPOSITORY / ".engine/bin/python"))


def transformed(template_path: Path, parameters: dict[str, str]) -> dict[str, Any]:
    """Do the work of `expand`, in a Python that has the SAM transform."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    template = yaml_parse(template_path.read_text())
    values = {
        name: parameters.get(name, declared.get("Default", ""))
        for name, declared in template.get("Parameters", {}).items()
    }
    keep_code_in_place(template, template_path.parent)
    expanded = transform(template, values, NoManagedPolicies(), passthrough_metadata=True)
    return resolve_conditions(expanded, values)


class NoManagedPolicies:
    """The template names no AWS managed policy by its short name, so there is none to look up."""

    def load(self) -> dict[str, str]:
        return {}


def keep_code_in_place(template: dict[str, Any], root: Path) -> None:
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if code := CODE_PROPERTIES.get(resource["Type"]):
            properties[code] = {"Bucket": SOURCE_BUCKET, "Key": properties[code]}
        if "DefinitionUri" in properties:
            definition = root / properties.pop("DefinitionUri")
            properties["Definition"] = json.loads(definition.read_text())


def resolve_conditions(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """Return the template as it reads once every condition is known."""
    conditions = template.pop("Conditions", {})
    holds = {name: is_true(rule, conditions, parameters) for name, rule in conditions.items()}
    for section in ("Resources", "Outputs"):
        template[section] = {
            name: {key: value for key, value in item.items() if key != "Condition"}
            for name, item in template.get(section, {}).items()
            if holds.get(item.get("Condition"), True)
        }
    return without_ifs(template, holds)


def is_true(rule: Any, conditions: dict[str, Any], parameters: dict[str, str]) -> bool:
    ((function, argument),) = rule.items()
    if function == "Condition":
        return is_true(conditions[argument], conditions, parameters)
    if function == "Fn::Equals":
        left, right = (
            str(parameters[side["Ref"]]) if isinstance(side, dict) else str(side)
            for side in argument
        )
        return left == right
    parts = [is_true(part, conditions, parameters) for part in argument]
    return {"Fn::Not": not parts[0], "Fn::And": all(parts), "Fn::Or": any(parts)}[function]


NO_VALUE = {"Ref": "AWS::NoValue"}


def without_ifs(node: Any, holds: dict[str, bool]) -> Any:
    """Choose the branch of every `Fn::If`, and drop what then has no value."""
    if isinstance(node, list):
        items = [without_ifs(item, holds) for item in node]
        return [item for item in items if item != NO_VALUE]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Fn::If"}:
        name, if_true, if_false = node["Fn::If"]
        return without_ifs(if_true if holds[name] else if_false, holds)
    fields = {key: without_ifs(value, holds) for key, value in node.items()}
    return {key: value for key, value in fields.items() if value != NO_VALUE}


if __name__ == "__main__":
    given = {} if sys.stdin.isatty() else json.loads(sys.stdin.read() or "{}")
    print(json.dumps(transformed(Path(sys.argv[1]).resolve(), given), indent=1))
