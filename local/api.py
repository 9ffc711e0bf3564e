"""The REST API as the expanded template describes it: routes, authorisers, limits.

Only what API Gateway's import would take from the template's `Body` is read, so that what works
here has a chance to work there.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

FUNCTION_IN_URI = re.compile(r"functions/\$\{(\w+)(?:\.Arn)?\}")
ANY = "x-amazon-apigateway-any-method"


@dataclass(frozen=True)
class Authoriser:
    function: str  # resource name
    ttl_seconds: int
    headers: tuple[str, ...]  # lower case; all must be there, and they are the cache's key


@dataclass(frozen=True)
class Operation:
    function: str  # resource name
    authoriser: Authoriser | None
    needs_key: bool


@dataclass(frozen=True)
class Route:
    """One path of the API, with what answers each method."""

    path: str
    parts: tuple[str, ...]
    operations: dict[str, Operation]  # by method in upper case, or "ANY"

    def operation(self, method: str) -> Operation | None:
        return self.operations.get(method) or self.operations.get("ANY")

    def parameters(self, parts: list[str]) -> dict[str, str] | None:
        """The values of the path's parameters, or None when `parts` is not this path."""
        found: dict[str, str] = {}
        for at, part in enumerate(self.parts):
            if part.endswith("+}"):
                rest = parts[at:]
                return {**found, part[1:-2]: "/".join(rest)} if rest else None
            if at >= len(parts):
                return None
            if part.startswith("{"):
                found[part[1:-1]] = unquote(parts[at])
            elif part != parts[at]:
                return None
        return found if len(parts) == len(self.parts) else None


@dataclass(frozen=True)
class Throttle:
    rate: float
    burst: float


@dataclass(frozen=True)
class Api:
    resource: str
    stage: str
    routes: tuple[Route, ...]  # the most specific first
    gateway_responses: dict[str, dict[str, Any]]
    throttle: Throttle | None  # of the usage plan, for each key
    binary: frozenset[str] = frozenset()  # media types whose bodies are handed over as bytes

    def find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a path without its stage: literal before `{one}` before `{all+}`."""
        parts = [part for part in path.split("/") if part]
        for route in self.routes:
            parameters = route.parameters(parts)
            if parameters is not None:
                return route, parameters
        return None


def read(template: dict[str, Any], parameters: dict[str, str]) -> Api:
    """The one REST API of an expanded template."""
    resources = template["Resources"]
    (name,) = [n for n, r in resources.items() if r["Type"] == "AWS::ApiGateway::RestApi"]
    (stage,) = [
        r["Properties"]["StageName"]
        for r in resources.values()
        if r["Type"] == "AWS::ApiGateway::Stage"
    ]
    plans = [r for r in resources.values() if r["Type"] == "AWS::ApiGateway::UsagePlan"]
    body = resources[name]["Properties"]["Body"]
    definitions = body.get("securityDefinitions", {})
    routes = [_route(path, methods, definitions) for path, methods in body["paths"].items()]
    return Api(
        resource=name,
        stage=stage,
        routes=tuple(sorted(routes, key=_precedence)),
        gateway_responses=body.get("x-amazon-apigateway-gateway-responses", {}),
        throttle=_throttle(plans[0], parameters) if plans else None,
        binary=frozenset(body.get("x-amazon-apigateway-binary-media-types", ())),
    )


def _precedence(route: Route) -> list[int]:
    def rank(part: str) -> int:
        return 2 if part.endswith("+}") else 1 if part.startswith("{") else 0

    return [rank(part) for part in route.parts]


def _route(path: str, methods: dict[str, Any], definitions: dict[str, Any]) -> Route:
    operations = {
        "ANY" if method == ANY else method.upper(): _operation(operation, definitions)
        for method, operation in methods.items()
    }
    return Route(path, tuple(part for part in path.split("/") if part), operations)


def _operation(operation: dict[str, Any], definitions: dict[str, Any]) -> Operation:
    integration = operation["x-amazon-apigateway-integration"]
    if integration["type"] != "aws_proxy":
        raise NotImplementedError(f"an integration of type {integration['type']}")
    schemes = [definitions[name] for each in operation.get("security", []) for name in each]
    authorisers = [each for each in schemes if "x-amazon-apigateway-authorizer" in each]
    return Operation(
        function=_function(integration["uri"]),
        authoriser=_authoriser(authorisers[0]) if authorisers else None,
        needs_key=any(each.get("name") == "x-api-key" for each in schemes),
    )


def _authoriser(scheme: dict[str, Any]) -> Authoriser:
    given = scheme["x-amazon-apigateway-authorizer"]
    if given["type"].lower() != "request":
        raise NotImplementedError(f"an authoriser of type {given['type']}")
    sources = [each.strip() for each in given.get("identitySource", "").split(",")]
    prefix = "method.request.header."
    if not all(each.startswith(prefix) for each in sources):
        raise NotImplementedError(f"the identity source {given['identitySource']}")
    return Authoriser(
        function=_function(given["authorizerUri"]),
        ttl_seconds=int(given.get("authorizerResultTtlInSeconds", 300)),
        headers=tuple(each.removeprefix(prefix).lower() for each in sources),
    )


def _function(uri: dict[str, Any]) -> str:
    """The function's resource name out of an integration's `Fn::Sub`."""
    said = uri["Fn::Sub"]
    text, names = said if isinstance(said, list) else (said, {})
    found = FUNCTION_IN_URI.search(text)
    if not found:
        raise NotImplementedError(f"the integration {text}")
    name = found.group(1)
    return str(names[name]["Fn::GetAtt"][0]) if name in names else name


def _throttle(plan: dict[str, Any], parameters: dict[str, str]) -> Throttle | None:
    given = plan["Properties"].get("Throttle")
    if not given:
        return None

    def number(value: Any) -> float:
        return float(parameters[value["Ref"]] if isinstance(value, dict) else value)

    return Throttle(rate=number(given["RateLimit"]), burst=number(given["BurstLimit"]))
