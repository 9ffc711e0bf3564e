"""What the gateway answers by itself: API Gateway's response types, worded by the template."""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.wire import Response

# Type: (status, message) as API Gateway has them when a template says nothing.
TYPES: dict[str, tuple[int, str]] = {
    "ACCESS_DENIED": (403, "User is not authorized to access this resource"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal server error"),
    "AUTHORIZER_FAILURE": (500, "Internal server error"),
    "BAD_REQUEST_BODY": (400, "Invalid request body"),
    "DEFAULT_4XX": (400, "Bad Request"),
    "DEFAULT_5XX": (502, "Internal server error"),
    "INTEGRATION_FAILURE": (504, "Network error communicating with endpoint"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out"),
    "INVALID_API_KEY": (403, "Forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
    "THROTTLED": (429, "Too Many Requests"),
    "UNAUTHORIZED": (401, "Unauthorized"),
}
FIRST_SERVER_ERROR = 500
VARIABLE = re.compile(r"\$context((?:\.\w+)+)")


class Refused(Exception):
    """The gateway will not pass a request on; `kind` is one of `TYPES`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def refusal(
    kind: str, configured: Mapping[str, dict[str, Any]], context: dict[str, Any]
) -> Response:
    """The answer of a type, as the template's gateway responses say it.

    `context` is the request's, to fill in for `$context.…`. A type that the template leaves out
    is answered as `DEFAULT_4XX` or `DEFAULT_5XX`, with its own status.
    """
    status, message = TYPES[kind]
    default = "DEFAULT_5XX" if status >= FIRST_SERVER_ERROR else "DEFAULT_4XX"
    given = configured.get(kind) or configured.get(default) or {}
    error = {"message": message, "messageString": json.dumps(message), "responseType": kind}
    values = {**context, "error": error}
    templates = given.get("responseTemplates") or {
        "application/json": '{"message":$context.error.messageString}'
    }
    content_type, body = next(iter(templates.items()))
    filled = VARIABLE.sub(lambda found: _text(values, found.group(1)), body)
    headers = [("x-amzn-RequestId", str(context.get("requestId", "")))]
    headers += _headers(given.get("responseParameters") or {}, values)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", content_type))
    return Response(int(given.get("statusCode") or status), headers, filled.encode())


def _headers(parameters: dict[str, str], values: dict[str, Any]) -> list[tuple[str, str]]:
    prefix = "gatewayresponse.header."
    found = []
    for name, source in parameters.items():
        if not name.startswith(prefix):
            raise NotImplementedError(f"the gateway response parameter {name}")
        if source.startswith("'"):
            text = source.strip("'")
        elif source.startswith("context."):
            text = _text(values, source.removeprefix("context"))
        else:
            raise NotImplementedError(f"the gateway response value {source}")
        found.append((name.removeprefix(prefix), text))
    return found


def _text(values: dict[str, Any], path: str) -> str:
    found: Any = values
    for name in path.strip(".").split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return "" if found is None else str(found)
