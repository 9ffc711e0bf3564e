"""GET /health and GET /openapi.json: is the house alive, and what can it do. Needs no token."""

import json
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from remit.runtime.api import Api, Reply, Request, ok

api = Api("edge")


class Health(BaseModel):
    """That the service answers, and which version does."""

    status: Literal["ok"] = "ok"
    version: str


@cache
def document() -> str:
    """The OpenAPI document that was generated from the handlers, and ships beside this one."""
    return (Path(__file__).parent / "openapi.json").read_text()


@api.get("/health", action=None, answers={200: Health})
def health(_: Request) -> Reply:
    """Say that the service answers."""
    return ok(Health(version=json.loads(document())["info"]["version"]))


@api.get("/openapi.json", action=None, answers={200: None})
def describe(_: Request) -> Reply:
    """Give this document."""
    return Reply(status=200, body=document())


handler = api.handler
