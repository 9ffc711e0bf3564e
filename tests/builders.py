"""Builders of what AWS hands to a function, in the shape that AWS hands it over."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
API = "a1b2c3d4e5"
HOST = f"{API}.execute-api.eu-west-1.amazonaws.com"
STAGE = "v1"
KEY = "3f0a-first-try"


class LambdaContext:
    """The context object of an invocation with `remaining_ms` left."""

    function_name = "remit-test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:remit-test"
    aws_request_id = "5a3f1d0e-7f3b-4a70-9a56-2a2f4ad0f3b1"

    def __init__(self, remaining_ms: int) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


def lambda_context(remaining_ms: int = 10_000) -> LambdaContext:
    """A Lambda context with `remaining_ms` milliseconds left."""
    return LambdaContext(remaining_ms)


def function(name: str) -> ModuleType:
    """The module of the function `<context>/<verb>`, loaded anew, as a cold start does."""
    file = ROOT / "functions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name.replace("/", "_"), file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event(name: str) -> dict[str, Any]:
    """The committed event `events/<context>/<verb>/<case>.json`."""
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def api_event(
    method: str,
    resource: str,
    *,
    body: object = None,
    tenant: str = "acme",
    role: str | None = "client",
    subject: str = "ada@acme",
    headers: dict[str, str | list[str]] | None = None,
    path: dict[str, str] | None = None,
    query: dict[str, str | list[str]] | None = None,
    key: str | None = KEY,
    request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
) -> dict[str, Any]:
    """An event of API Gateway's REST proxy integration (payload 1.0).

    `resource` is the template (`/payments/{id}`), `path` its parameters. `body` is sent as it is
    when it is a text, else as JSON. `key` is the idempotency key of a POST; None sends none.
    `role=None` is a request that no authoriser has seen. A header or query parameter may be a list.
    """
    fields: dict[str, str | list[str]] = {"Accept": "*/*", "Host": HOST}
    if body is not None:
        fields["Content-Type"] = "application/json"
    if method == "POST" and key is not None:
        fields["Idempotency-Key"] = key
    plain_path = re.sub(r"\{(\w+)\+?\}", lambda found: (path or {})[found[1]], resource)
    return {
        "resource": resource,
        "path": plain_path,
        "httpMethod": method,
        **_fields("headers", "multiValueHeaders", fields | (headers or {})),
        **_fields("queryStringParameters", "multiValueQueryStringParameters", query or {}),
        "pathParameters": path,
        "stageVariables": None,
        "requestContext": _request_context(
            method, resource, plain_path, _named(tenant, subject, role), request_id
        ),
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def _fields(
    single: str, multiple: str, fields: dict[str, str | list[str]]
) -> dict[str, dict[str, Any] | None]:
    lists = {
        name: content if isinstance(content, list) else [content]
        for name, content in fields.items()
    }
    return {
        single: {name: values[-1] for name, values in lists.items()} or None,
        multiple: lists or None,
    }


def _named(tenant: str, subject: str, role: str | None) -> dict[str, Any] | None:
    if role is None:
        return None
    return {
        "tenant": tenant,
        "subject": subject,
        "role": role,
        "principalId": subject,
        "integrationLatency": 12,
    }


def _request_context(
    method: str, resource: str, path: str, authorizer: dict[str, Any] | None, request_id: str
) -> dict[str, Any]:
    context = {
        "accountId": "123456789012",
        "apiId": API,
        "domainName": HOST,
        "domainPrefix": API,
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "httpMethod": method,
        "identity": {
            "accessKey": None,
            "accountId": None,
            "apiKey": None,
            "caller": None,
            "sourceIp": "198.51.100.7",
            "user": None,
            "userAgent": "remit-tests/1.0",
            "userArn": None,
        },
        "path": f"/{STAGE}{path}",
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": "24/Nov/2026:09:30:00 +0000",
        "requestTimeEpoch": 1795512600000,
        "resourceId": "123456",
        "resourcePath": resource,
        "stage": STAGE,
    }
    return context if authorizer is None else {**context, "authorizer": authorizer}
