"""The OpenAPI 3.1 document of declared routes: what they say is what is served. Never shipped hot.

Deterministic: the same declarations give the same document, byte for byte.
"""

import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from remit.access.policy import ROLES_BY_ACTION
from remit.runtime import openapi_parts as parts
from remit.runtime.api import Api
from remit.runtime.reply import CSV, JSON, XML
from remit.runtime.route import Route

Schema: TypeAlias = dict[str, Any]
Use: TypeAlias = tuple[type[BaseModel], JsonSchemaMode]
Schemas: TypeAlias = Mapping[Use, Schema]

_REFERENCE = "#/components/schemas/{model}"


class _Quiet(GenerateJsonSchema):
    """Without a title on every property, which only repeats its name."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False


def document(apis: Iterable[Api], *, version: str) -> Schema:
    """The document of all routes of `apis`. A path and method declared twice is `ValueError`."""
    declared = [(api, route) for api in apis for route in api.routes.values()]
    addresses = [(route.path, route.method) for _, route in declared]
    if len(set(addresses)) < len(addresses):
        raise ValueError("two functions declare the same path and method")
    routes = [route for _, route in declared]
    schemas, components = _schemas(routes)
    paths: Schema = {}
    for api, route in declared:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(api, route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {**parts.INFO, "version": version},
        "servers": [{"url": "/v1", "description": "Where the API is deployed"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in sorted({api.service for api, _ in declared})],
        "paths": paths,
        "components": {**parts.COMPONENTS, "schemas": {**components, "Problem": parts.PROBLEM}},
    }


def render(document: Schema) -> str:
    """The document as the file that is committed and served."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _schemas(routes: Sequence[Route]) -> tuple[Schemas, Schema]:
    """The schema of each model as used, and the components that they refer to."""
    used: dict[Use, None] = {}
    for route in routes:
        used |= {(model, "validation"): None for model in (route.body, route.query) if model}
        used |= {(model, "serialization"): None for model in route.answers.values() if model}
    found, definitions = models_json_schema(
        list(used), ref_template=_REFERENCE, schema_generator=_Quiet
    )
    components: Schema = definitions.get("$defs", {})
    schemas: dict[Use, Schema] = {use: found[use] for use in used}
    # A query model is not a document: its fields become parameters, and it is no component.
    for model in {route.query for route in routes if route.query}:
        schemas[model, "validation"] = components.pop(_name(found[model, "validation"]))
    return schemas, components


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _operation(api: Api, route: Route, schemas: Schemas) -> Schema:
    told = " ".join((inspect.getdoc(route.handle) or route.path).split())
    summary, _, description = told.partition(". ")
    operation: Schema = {
        "operationId": _operation_id(route),
        "tags": [api.service],
        "summary": summary.rstrip("."),
        "responses": _responses(route, schemas),
    }
    if description:
        operation["description"] = description
    if parameters := _parameters(route, schemas):
        operation["parameters"] = parameters
    if route.raw:
        kind = "object" if route.raw == JSON else "string"
        operation["requestBody"] = _body(route.raw, {"type": kind})
        if route.or_csv:
            operation["requestBody"]["content"][CSV] = {"schema": {"type": "string"}}
    elif route.body:
        operation["requestBody"] = _body(JSON, schemas[route.body, "validation"])
    if route.action is None:
        operation["security"] = []
    else:
        operation["x-roles"] = sorted(ROLES_BY_ACTION[route.action])
    return operation


def _operation_id(route: Route) -> str:
    """`post_payments_id_cancel`: one name per path and method, as `declared` guarantees."""
    words = route.path.translate(str.maketrans("/-.", "___", "{}")).strip("_")
    return f"{route.method.lower()}_{words}"


def _body(media_type: str, schema: Schema) -> Schema:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _parameters(route: Route, schemas: Schemas) -> list[Schema]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    if route.query:
        model = schemas[route.query, "validation"]
        parameters += [
            _query_parameter(name, schema, required=name in model.get("required", ()))
            for name, schema in model["properties"].items()
        ]
    shared = {
        "IdempotencyKey": route.idempotent,
        "Prefer": route.waits,
        "Traceparent": route.action is not None,
    }
    return parameters + [
        {"$ref": f"#/components/parameters/{name}"} for name, takes in shared.items() if takes
    ]


def _query_parameter(name: str, schema: Schema, *, required: bool) -> Schema:
    # A query string cannot say null: a parameter that may be null is one that may be left out.
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    more = {key: content for key, content in schema.items() if key not in ("anyOf", "description")}
    if len(choices) == 1:
        more |= choices[0]
    elif choices:
        more["anyOf"] = choices
    # Nor is a default in our own units (milliseconds, say) a text that a client could send.
    default = more.get("default")
    if default is None or (more.get("type") == "string" and not isinstance(default, str)):
        more.pop("default", None)
    parameter = {"name": name, "in": "query", "required": required, "schema": more}
    if "description" in schema:
        parameter["description"] = schema["description"]
    return parameter


def _responses(route: Route, schemas: Schemas) -> Schema:
    responses: Schema = {
        str(status): _answer(route, status, schemas[model, "serialization"] if model else None)
        for status, model in route.answers.items()
    }
    for status in parts.problem_statuses(route):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
    return responses


def _answer(route: Route, status: int, schema: Schema | None) -> Schema:
    headers = ["X-Request-Id"] + (["Idempotency-Replayed"] if route.idempotent else [])
    content: Schema = {JSON: {"schema": schema or {"type": "object"}}}
    if route.also_xml:
        content[XML] = {"schema": {"type": "string"}}
    return {
        "description": parts.PHRASES[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": content,
    }
