"""Deploys the expanded template to the engine, through CloudFormation as on AWS.

What the engine does not get is listed here with the reason; anything else it cannot do fails the
deployment. Functions are deployed without code: the pool runs them from their source.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.function import Function

STACK = "remit"
TEMPLATES = "local-templates"
POLL_SECONDS = 0.05
DEPLOY_SECONDS = 60

GATEWAY_SERVES = "the gateway reads it from the template and does its work"
NOT_DEPLOYED = {
    "AWS::ApiGateway::Account": "it lets API Gateway write logs; there are none to write",
    "AWS::ApiGateway::Deployment": GATEWAY_SERVES,
    "AWS::ApiGateway::GatewayResponse": GATEWAY_SERVES,
    "AWS::ApiGateway::Stage": GATEWAY_SERVES,
    "AWS::ApiGateway::UsagePlan": GATEWAY_SERVES,
    "AWS::Lambda::LayerVersion": "the pool puts its folder on the functions' path",
    "AWS::WAFv2::LoggingConfiguration": "no web firewall stands before a loopback address",
    "AWS::WAFv2::WebACL": "no web firewall stands before a loopback address",
    "AWS::WAFv2::WebACLAssociation": "no web firewall stands before a loopback address",
}
STREAM_REASON = "`local.streams` reads streams: the engine knows no windows, bisection or DLQ"

LOCAL_PARAMETERS = {
    "Stage": "dev",
    "Bank": "DE99999999",
    "SettlementLines": "EUR=10000000000,HKD=10000000000,CNY=10000000000",
}


class DeploymentFailed(Exception):
    """The stack was not made; the message has CloudFormation's reasons."""


@dataclass(frozen=True)
class Deployed:
    """The stack as it stands."""

    outputs: dict[str, str]
    resources: dict[str, str]  # from the name in the template to the name in the cloud
    functions: list[Function]
    streams: list[dict[str, Any]]  # stream mappings, with every reference resolved


def parameters_of(template: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """Every parameter of the template with its local value."""
    return {
        name: str(values.get(name, LOCAL_PARAMETERS.get(name, declared.get("Default", ""))))
        for name, declared in template.get("Parameters", {}).items()
    }


def deploy(
    template: dict[str, Any],
    *,
    root: Path,
    parameters: dict[str, str],
    environment: dict[str, str],
    clients: Any,
) -> Deployed:
    """Make the stack and return what came of it; raises `DeploymentFailed`.

    `environment` replaces variables that a function declares, and adds the `AWS_…` ones: a variable
    that the template forgets is missing here too. `clients` gives a boto3 client by name.
    """
    outputs = _create_stack(_for_engine(template), parameters, clients)
    found = clients("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    resources = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
    _set_time_to_live(template, resources, clients("dynamodb"))
    return Deployed(
        outputs,
        resources,
        _functions(template, root, resources, environment, clients("lambda")),
        _streams(template, resources, clients("dynamodb")),
    )


def _for_engine(template: dict[str, Any]) -> dict[str, Any]:
    """The template without what the engine does not get."""
    kept = {
        name: _slim(resource)
        for name, resource in template["Resources"].items()
        if resource["Type"] not in NOT_DEPLOYED and not _reads_stream(resource)
    }
    gone = set(template["Resources"]) - set(kept)
    for resource in kept.values():
        needs = resource.pop("DependsOn", [])
        needs = [needs] if isinstance(needs, str) else needs
        resource["DependsOn"] = [need for need in needs if need not in gone]
    outputs = {
        name: output
        for name, output in template.get("Outputs", {}).items()
        if not gone & set(_referred(output["Value"]))
    }
    return {**template, "Resources": kept, "Outputs": outputs}


def _slim(resource: dict[str, Any]) -> dict[str, Any]:
    properties = dict(resource.get("Properties", {}))
    if resource["Type"] == "AWS::Lambda::Function":
        properties.pop("Layers", None)
        properties["Code"] = {"ZipFile": "# runs from its source"}
    if resource["Type"] == "AWS::ApiGateway::RestApi":
        properties.pop("Body", None)
    return {**resource, "Properties": properties}


def _reads_stream(resource: dict[str, Any]) -> bool:
    source = resource.get("Properties", {}).get("EventSourceArn", {})
    return (
        resource["Type"] == "AWS::Lambda::EventSourceMapping"
        and isinstance(source, dict)
        and source.get("Fn::GetAtt", ["", ""])[1] == "StreamArn"
    )


def _referred(node: Any) -> list[str]:
    """The names of the resources that a value refers to by `Ref` or `Fn::GetAtt`."""
    if isinstance(node, list):
        return [name for item in node for name in _referred(item)]
    if not isinstance(node, dict):
        return []
    names = [node["Ref"]] if "Ref" in node else []
    if "Fn::GetAtt" in node:
        names.append(node["Fn::GetAtt"][0])
    return names + [name for value in node.values() for name in _referred(value)]


def _create_stack(
    template: dict[str, Any], parameters: dict[str, str], clients: Any
) -> dict[str, str]:
    client, s3 = clients("cloudformation"), clients("s3")
    s3.create_bucket(
        Bucket=TEMPLATES, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
    )
    s3.put_object(Bucket=TEMPLATES, Key=STACK, Body=json.dumps(template).encode())
    client.create_stack(
        StackName=STACK,
        TemplateURL=f"{s3.meta.endpoint_url}/{TEMPLATES}/{STACK}",  # too long to be sent itself
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
        time.sleep(POLL_SECONDS)
    raise DeploymentFailed(f"the stack did not come up ({stack['StackStatus']}):\n{_why(client)}")


def _why(client: Any) -> str:
    events = client.describe_stack_events(StackName=STACK)["StackEvents"]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    )


def _set_time_to_live(template: dict[str, Any], resources: dict[str, str], client: Any) -> None:
    """The engine's CloudFormation drops this property, its API does not."""
    for name, resource in template["Resources"].items():
        given = resource.get("Properties", {}).get("TimeToLiveSpecification")
        if given and resource["Type"] == "AWS::DynamoDB::Table":
            client.update_time_to_live(TableName=resources[name], TimeToLiveSpecification=given)


def _functions(
    template: dict[str, Any],
    root: Path,
    resources: dict[str, str],
    environment: dict[str, str],
    client: Any,
) -> list[Function]:
    pages = client.get_paginator("list_functions").paginate()
    known = {each["FunctionName"]: each for page in pages for each in page["Functions"]}
    return [
        _function(name, resource["Properties"], known[resources[name]], template, root, environment)
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    ]


def _function(
    resource: str,
    properties: dict[str, Any],
    known: dict[str, Any],
    template: dict[str, Any],
    root: Path,
    environment: dict[str, str],
) -> Function:
    declared = known.get("Environment", {}).get("Variables", {})
    logging = properties.get("LoggingConfig", {})
    layers = (template["Resources"][layer["Ref"]] for layer in properties.get("Layers", []))
    return Function(
        name=known["FunctionName"],
        resource=resource,
        arn=known["FunctionArn"],
        handler=properties["Handler"],
        task_root=root / properties["Code"]["S3Key"],
        layers=tuple(root / layer["Properties"]["Content"]["S3Key"] for layer in layers),
        timeout_seconds=known["Timeout"],
        memory_mb=known["MemorySize"],
        environment={
            **declared,
            "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat", "Text"),
            "AWS_LAMBDA_LOG_LEVEL": logging.get("ApplicationLogLevel", "INFO"),
            **{
                name: value
                for name, value in environment.items()
                if name in declared or name.startswith("AWS_")
            },
        },
    )


def _streams(
    template: dict[str, Any], resources: dict[str, str], client: Any
) -> list[dict[str, Any]]:
    found = []
    for resource in template["Resources"].values():
        if not _reads_stream(resource):
            continue
        mapping = dict(resource["Properties"])
        table = client.describe_table(
            TableName=resources[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        )["Table"]
        mapping["EventSourceArn"] = table["LatestStreamArn"]
        mapping["FunctionName"] = resources[mapping["FunctionName"]["Ref"]]
        if target := mapping.get("DestinationConfig"):
            queue = target["OnFailure"]["Destination"]["Fn::GetAtt"][0]
            mapping["DestinationConfig"] = {"QueueUrl": resources[queue]}
        found.append(mapping)
    return found
