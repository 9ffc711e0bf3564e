"""The pages beside the API: a landing page, the API's documentation, the issuer's documents."""

import json
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from local.issuer import Issuer
from local.wire import Request, Response

STYLE = """
:root{color-scheme:light dark;--soft:#8884;--mark:#2563eb}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:.9em ui-monospace,monospace}pre{overflow:auto;padding:.7rem;background:#8881}
a{color:var(--mark)}h1{margin:0}h2{margin-top:2.5rem;border-bottom:1px solid var(--soft)}
details{border:1px solid var(--soft);border-radius:.4rem;margin:.5rem 0;padding:.5rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4rem;color:var(--mark)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem .25rem 0;
vertical-align:top;border-bottom:1px solid var(--soft)}.soft{opacity:.7}
"""
METHODS = ("get", "post", "put", "patch", "delete")

Fetch = Callable[[], Awaitable[Response]]
Page = Callable[[Request], Awaitable[Response]]


def pages(issuer: Issuer, url: str, openapi: Fetch) -> dict[str, Page]:
    """Every page by its path. `openapi` gets the API's own description from the API."""

    async def home(_: Request) -> Response:
        return html("remit, here", _landing(url))

    async def docs(_: Request) -> Response:
        got = await openapi()
        if got.status != 200:  # noqa: PLR2004
            return Response(503, [("Content-Type", "text/plain")], b"the API gives no description")
        return html("remit API", document(json.loads(got.body)))

    async def keys(_: Request) -> Response:
        return as_json(issuer.keys())

    async def configuration(_: Request) -> Response:
        return as_json(issuer.configuration())

    return {
        "/": home,
        "/docs": docs,
        "/.well-known/jwks.json": keys,
        "/.well-known/openid-configuration": configuration,
    }


def as_json(value: Any) -> Response:
    return Response(200, [("Content-Type", "application/json")], json.dumps(value).encode())


def html(title: str, content: str) -> Response:
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<body>{content}</body></html>"
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ]
    return Response(200, headers, page.encode())


def _landing(url: str) -> str:
    return (
        "<h1>remit</h1><p>The local cloud is up. Nothing here leaves this machine.</p>"
        f"<p>The API answers at <code>{escape(url)}</code>; tokens for it are in "
        "<code>.local/env</code>.</p>"
        '<ul><li><a href="/docs">What the API does</a></li>'
        f'<li><a href="{escape(url)}/openapi.json">The same for programs</a></li>'
        f'<li><a href="{escape(url)}/health">Is it well?</a></li></ul>'
    )


def document(api: dict[str, Any]) -> str:
    """An OpenAPI 3.1 document as readable HTML."""
    info = api.get("info", {})
    operations = "".join(
        _operation(method, path, item[method])
        for path, item in api.get("paths", {}).items()
        for method in METHODS
        if method in item
    )
    schemas = "".join(
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"{_schema(schema)}</details>"
        for name, schema in api.get("components", {}).get("schemas", {}).items()
    )
    return (
        f"<h1>{escape(info.get('title', 'API'))}</h1>"
        f"<p class=soft>version {escape(str(info.get('version', '')))}</p>"
        f"<p>{escape(info.get('description', ''))}</p>"
        f"<h2>Operations</h2>{operations}<h2>Shapes</h2>{schemas}"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<tr><td><code>{escape(each.get('name', ''))}</code>"
        f"<td class=soft>{escape(each.get('in', ''))}{', required' if each.get('required') else ''}"
        f"<td>{escape(each.get('description', ''))}"
        for each in operation.get("parameters", [])
    )
    answers = "".join(
        f"<tr><td><code>{escape(status)}</code><td>{escape(answer.get('description', ''))}"
        f"<td>{_content(answer)}"
        for status, answer in operation.get("responses", {}).items()
    )
    takes = _content(operation.get("requestBody", {}))
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        + (f"<table>{parameters}</table>" if parameters else "")
        + (f"<p>Takes {takes}</p>" if takes else "")
        + f"<table>{answers}</table></details>"
    )


def _content(holder: dict[str, Any]) -> str:
    return ", ".join(
        f"{_name(item.get('schema', {}))} <span class=soft>{escape(kind)}</span>"
        for kind, item in holder.get("content", {}).items()
    )


def _name(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_name(option) for option in options)
    if schema.get("type") == "array":
        return f"list of {_name(schema.get('items', {}))}"
    return escape(str(schema.get("type") or schema.get("const") or "anything"))


def _schema(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{_name(field)}"
        f"<td class=soft>{'required' if name in required else ''}"
        f"<td>{escape(field.get('description', ''))}"
        for name, field in schema.get("properties", {}).items()
    )
    if rows:
        return f"<p>{escape(schema.get('description', ''))}</p><table>{rows}</table>"
    return f"<pre>{escape(json.dumps(schema, indent=2))}</pre>"
