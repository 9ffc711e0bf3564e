"""The functions of the edge: what needs no token, and what nobody answers."""

import json
import re

import pytest

from tests.builders import ROOT, api_event, event, function, lambda_context

DOCUMENT = json.loads((ROOT / "functions/edge/openapi.json").read_text())


def test_health_needs_no_token_and_names_the_version():
    answer = function("edge/describe").handler(event("edge/describe/health"), lambda_context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "ok", "version": DOCUMENT["info"]["version"]}


def test_the_document_is_served_as_it_is_committed():
    answer = function("edge/describe").handler(event("edge/describe/openapi"), lambda_context())
    assert answer["headers"]["Content-Type"] == "application/json"
    assert answer["body"] == (ROOT / "docs/reference/openapi.json").read_text()


def refuse(sent: dict) -> tuple[dict, dict]:
    answer = function("edge/refuse").handler(sent, lambda_context())
    document = json.loads(answer["body"])
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert document["status"] == answer["statusCode"]
    assert document["instance"] == sent["requestContext"]["path"]
    return answer, document


def test_a_wrong_method_is_told_the_right_ones(log):
    answer, document = refuse(event("edge/refuse/wrong_method"))
    assert (answer["statusCode"], document["code"]) == (405, "method_not_allowed")
    assert "POST" in answer["headers"]["Allow"].split(", ")
    assert log()[0]["status"] == 405


def test_an_unknown_address_is_not_found():
    answer, document = refuse(event("edge/refuse/unknown_address"))
    assert (answer["statusCode"], document["code"]) == (404, "not_found")
    assert "Allow" not in answer["headers"]


@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_every_address_of_the_document_refuses_other_methods(path):
    named = dict.fromkeys(re.findall(r"\{(\w+)\}", path), "x_1")
    answer, _ = refuse(api_event("PATCH", path, path=named or None))
    allowed = answer["headers"]["Allow"].split(", ")
    assert [method.lower() for method in allowed] == sorted(DOCUMENT["paths"][path])
