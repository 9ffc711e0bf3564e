"""The OpenAPI document: valid, complete, the same every time, and up to date."""

import json
from typing import Annotated, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field, WithJsonSchema

from local import openapi as verb
from remit.access.policy import ROLES_BY_ACTION
from remit.runtime import openapi
from remit.runtime.api import Api


class Body(BaseModel):
    """A request."""

    amount: Annotated[int, Field(examples=[1250])]
    note: str | None = None


class View(BaseModel):
    """An answer."""

    id: str
    body: Body
    next_cursor: str | None = None


class Filter(BaseModel):
    status: Annotated[Literal["a", "b"] | None, Field(description="only these")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    account: str
    either: int | bool | None = None
    since: Annotated[int, WithJsonSchema({"type": "string"})] = 0


def things() -> Api:
    api = Api("things")

    @api.post("/things", action="payments.initiate", body=Body, answers={202: View}, waits=True)
    def make(_):
        """Make a thing. It takes
        a while."""

    @api.get("/things", action="payments.read", query=Filter, answers={200: View})
    def find(_):
        """Find things."""

    @api.get("/things/{id}", action="files.read", answers={200: View}, also_xml=True)
    def read(_):
        """Read a thing."""

    @api.post("/files", action="files.submit", raw="application/xml", answers={202: None})
    def submit(_):
        """Submit a file."""

    @api.post("/things/{id}/end", action="payments.cancel", answers={200: View})
    def end(_):
        pass

    @api.get("/open.json", action=None, answers={200: View})
    def public(_):
        """Look."""

    return api


@pytest.fixture(scope="module")
def document() -> dict:
    return json.loads(openapi.render(openapi.document([things()], version="1.2.3")))


def named(operation: dict, place: str) -> dict[str, dict]:
    return {
        parameter["name"]: parameter
        for parameter in operation.get("parameters", ())
        if parameter.get("in") == place
    }


def referred(operation: dict) -> set[str]:
    return {
        parameter["$ref"].rpartition("/")[2]
        for parameter in operation.get("parameters", ())
        if "$ref" in parameter
    }


def statuses(operation: dict) -> str:
    return " ".join(sorted(operation["responses"]))


def test_it_is_valid(document):
    OpenAPIV31SpecValidator(document).validate()


def test_it_is_the_same_every_time(document):
    again = openapi.render(openapi.document([things()], version="1.2.3"))
    assert json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == again


def test_a_command_shows_its_key_and_all_that_can_go_wrong(document):
    operation = document["paths"]["/things"]["post"]
    assert operation["operationId"] == "post_things"
    assert operation["summary"] == "Make a thing"
    assert operation["description"] == "It takes a while."
    assert operation["tags"] == ["things"]
    assert operation["x-roles"] == ["client", "operator"]
    assert referred(operation) == {"IdempotencyKey", "Prefer", "Traceparent"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Body"}
    assert statuses(operation) == "202 400 401 403 409 413 415 422 429 500 503 504"
    assert "Idempotency-Replayed" in operation["responses"]["202"]["headers"]


def test_a_list_shows_its_parameters(document):
    operation = document["paths"]["/things"]["get"]
    assert named(operation, "query") == {
        "status": {
            "name": "status",
            "in": "query",
            "required": False,
            "description": "only these",
            "schema": {"type": "string", "enum": ["a", "b"]},
        },
        "limit": {
            "name": "limit",
            "in": "query",
            "required": False,
            "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
        },
        "account": {
            "name": "account",
            "in": "query",
            "required": True,
            "schema": {"type": "string"},
        },
        "either": {
            "name": "either",
            "in": "query",
            "required": False,
            "schema": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        },
        "since": {"name": "since", "in": "query", "required": False, "schema": {"type": "string"}},
    }
    assert "Filter" not in document["components"]["schemas"]
    assert statuses(operation) == "200 400 401 403 429 500 503 504"


def test_a_thing_may_be_missing_and_may_come_as_xml(document):
    operation = document["paths"]["/things/{id}"]["get"]
    assert named(operation, "path")["id"]["required"] is True
    assert "404" in operation["responses"]
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "application/xml"}


def test_a_file_is_a_body_of_its_own_type(document):
    operation = document["paths"]["/files"]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/xml"}


def test_what_needs_no_body_shows_none(document):
    operation = document["paths"]["/things/{id}/end"]["post"]
    assert operation["operationId"] == "post_things_id_end"
    assert "requestBody" not in operation


def test_a_public_address_asks_for_nothing(document):
    operation = document["paths"]["/open.json"]["get"]
    assert operation["operationId"] == "get_open_json"
    assert operation["security"] == []
    assert "x-roles" not in operation
    assert "parameters" not in operation
    assert statuses(operation) == "200 400 429 500 503 504"


def test_examples_and_bounds_come_from_the_models(document):
    schemas = document["components"]["schemas"]
    assert schemas["Body"]["properties"]["amount"] == {"type": "integer", "examples": [1250]}
    assert "Problem" in schemas


def test_one_address_belongs_to_one_function():
    with pytest.raises(ValueError, match="same path"):
        openapi.document([things(), things()], version="1")


@pytest.fixture(scope="module")
def real() -> dict:
    return json.loads(verb.generate())


CHANGES_NOTHING = {"/screening/searches"}
"""A POST only so that what is looked for stands in no address, and so in no access log."""


def test_the_real_document_is_valid_and_safe_to_rely_on(real):
    OpenAPIV31SpecValidator(real).validate()
    for path, item in real["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            if operation.get("security") != []:
                assert operation["x-roles"], (method, path)
            if method == "post" and operation.get("security") != []:
                keyed = "IdempotencyKey" in referred(operation)
                assert keyed != (path in CHANGES_NOTHING), path


def test_no_action_of_the_policy_is_without_a_route():
    used = {route.action for api in verb.apis() for route in api.routes.values()}
    assert ROLES_BY_ACTION.keys() == used - {None}


def test_every_request_refuses_what_it_does_not_know(real):
    requests = {
        content["schema"]["$ref"].rpartition("/")[2]
        for item in real["paths"].values()
        for operation in item.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]
    }
    schemas = real["components"]["schemas"]
    for name in requests:
        # Where a request is one of several shapes, each of them.
        shapes = [each["$ref"].rpartition("/")[2] for each in schemas[name].get("oneOf", ())]
        for shape in shapes or [name]:
            assert schemas[shape]["additionalProperties"] is False, shape


def test_the_check_fails_with_a_readable_difference(tmp_path, monkeypatch, capsys):
    copy = tmp_path / "docs" / "openapi.json"
    monkeypatch.setattr(verb, "ROOT", tmp_path)
    monkeypatch.setattr(verb, "COPIES", (copy,))
    monkeypatch.setattr(verb, "generate", lambda: '{\n  "a": 1\n}\n')
    assert verb.main(["--check"]) == 1
    assert "python -m local openapi" in capsys.readouterr().err
    assert verb.main([]) == 0
    assert verb.main(["--check"]) == 0
    copy.write_text('{\n  "a": 2\n}\n')
    assert verb.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert '-  "a": 2' in told
    assert '+  "a": 1' in told
    copy.write_text("x\n" * 1000)
    assert verb.main(["--check"]) == 1
    assert "lines more" in capsys.readouterr().err


def test_an_unknown_argument_is_told_how_to_use_it(capsys):
    assert verb.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err
