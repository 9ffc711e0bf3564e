"""The part of `local.expand` that runs under the engine's Python, which has the SAM transform.

Reads the parameters as JSON from standard input, prints the expanded template.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

SOURCE_BUCKET = "live-source"
CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
NO_VALUE = {"Ref": "AWS::NoValue"}


class NoManagedPolicies:
    """The template names no AWS managed policy by its short name: there is none to look up."""

    def load(self) -> dict[str, str]:
        return {}


def expanded(template_path: Path, parameters: dict[str, str]) -> dict[str, Any]:
    template = yaml_parse(template_path.read_text())
    values = {
        name: parameters.get(name, declared.get("Default", ""))
        for name, declared in template.get("Parameters", {}).items()
    }
    keep_code_in_place(template, template_path.parent)
    answer = transform(template, dict(values), NoManagedPolicies(), passthrough_metadata=True)
    return resolve_conditions(answer, values)


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
    # The transform asks for a region to choose the partition by; every one of "aws" will do.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    print(json.dumps(expanded(Path(sys.argv[1]).resolve(), json.load(sys.stdin)), indent=1))
