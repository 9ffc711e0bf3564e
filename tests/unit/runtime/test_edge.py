"""The function of the edge: what needs no token."""

import json

from tests.builders import ROOT, event, function, lambda_context

DOCUMENT = json.loads((ROOT / "functions/edge/openapi.json").read_text())


def test_health_needs_no_token_and_names_the_version():
    answer = function("edge/describe").handler(event("edge/describe/health"), lambda_context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "ok", "version": DOCUMENT["info"]["version"]}


def test_the_document_is_served_as_it_is_committed():
    answer = function("edge/describe").handler(event("edge/describe/openapi"), lambda_context())
    assert answer["headers"]["Content-Type"] == "application/json"
    assert answer["body"] == (ROOT / "docs/reference/openapi.json").read_text()
