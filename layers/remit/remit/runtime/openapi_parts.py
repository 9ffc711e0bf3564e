"""What every operation of the OpenAPI document shares: problems, headers, parameters, security."""

from http import HTTPStatus
from typing import Any

from remit.runtime.reply import PROBLEM as PROBLEM_TYPE
from remit.runtime.request import MAX_JSON_BYTES, MAX_WAIT_SECONDS, MAX_XML_BYTES
from remit.runtime.route import Route

PHRASES = {status.value: status.phrase for status in HTTPStatus}

INFO = {
    "title": "remit",
    "summary": "A serverless payments backend",
    "description": (
        "Amounts are integers of minor units; times are RFC 3339 in UTC. Every POST that "
        "changes something needs an `Idempotency-Key`: the same key and body give the first answer "
        "again, refusals included. "
        "Errors are problem documents (RFC 9457) with a stable `code`."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Switch on `code`, which is stable.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:remit:problem:invalid_request"]},
        "title": {"type": "string", "examples": ["The request is not valid"]},
        "status": {"type": "integer", "examples": [400]},
        "code": {"type": "string", "examples": ["invalid_request"]},
        "detail": {"type": "string"},
        "instance": {"type": "string", "examples": ["/v1/payments"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where in the body or query string (RFC 6901)",
                        "examples": ["/creditor/account"],
                    },
                    "detail": {"type": "string", "examples": ["Field required"]},
                },
            },
        },
    },
}

_PROBLEMS = {
    400: "The request cannot be understood; `errors` says where.",
    401: "The token, or the signature, is missing or not to be trusted.",
    403: "The token's role or tenant may not do this.",
    404: "No such thing, or it belongs to another tenant.",
    409: "The first request with this key is still running, or the thing's state forbids this.",
    410: "The subject has been erased: what was sealed of it opens for nobody.",
    413: f"The body is too large: JSON {MAX_JSON_BYTES} bytes, XML {MAX_XML_BYTES} bytes at most.",
    415: "The body's media type is not the one that this resource takes.",
    422: "Refused for a reason of business, or the key belongs to another request.",
    429: "Too many requests for the tenant's usage plan, or too many questions about payees.",
    500: "A defect of ours.",
    503: "Trouble that may pass: nothing was decided; send the same request again.",
    504: "No answer in time: the outcome is unknown; send the same request again.",
}
_COME_BACK = (409, 429, 503)


def problem_statuses(route: Route) -> list[int]:
    """The statuses of the problems that `route` may answer with."""
    applies = {
        401: route.action is not None or route.signed,
        403: route.action is not None,
        404: "{" in route.path,
        409: route.idempotent,
        410: route.path.startswith(("/customers/", "/vault/", "/payee-")),
        413: route.method == "POST",
        415: route.method == "POST",
        422: route.idempotent,
    }
    return [status for status in _PROBLEMS if applies.get(status, True)]


def _problem(status: int) -> dict[str, Any]:
    names = ["X-Request-Id"] + (["Retry-After"] if status in _COME_BACK else [])
    return {
        "description": _PROBLEMS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


COMPONENTS: dict[str, Any] = {
    "securitySchemes": {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Signed with ES256, with the claims `tenant` and `role`.",
        }
    },
    "parameters": {
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Names this request; sending it again with the key does it only once.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "examples": ["order-4711"]},
        },
        "Prefer": {
            "name": "Prefer",
            "in": "header",
            "required": False,
            "description": f"`wait=N`: answer when settled, after at most N ≤ {MAX_WAIT_SECONDS} "
            "seconds (RFC 7240).",
            "schema": {"type": "string", "examples": ["wait=5"]},
        },
        "Traceparent": {
            "name": "traceparent",
            "in": "header",
            "required": False,
            "description": "W3C trace context, passed on to the logs.",
            "schema": {"type": "string"},
        },
    },
    "headers": {
        "X-Request-Id": {
            "description": "Names this exchange in our logs.",
            "schema": {"type": "string"},
        },
        "Idempotency-Replayed": {
            "description": "`true` when this is the answer that the key got before.",
            "schema": {"type": "string", "const": "true"},
        },
        "Retry-After": {
            "description": "Seconds after which to try again.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
    },
    "responses": {f"Problem{status}": _problem(status) for status in _PROBLEMS},
}
