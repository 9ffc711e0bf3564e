"""Routes as API Gateway chooses them."""

from typing import Any

import pytest

from local import api
from local.api import Api, Route

URI = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${F.Arn}/invocations"}
OPERATION = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": URI}}


def template(paths: dict[str, Any], **body: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "Api": {
                "Type": "AWS::ApiGateway::RestApi",
                "Properties": {"Body": {"paths": paths, **body}},
            },
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"StageName": "v1"}},
        }
    }


def made_of(*paths: str) -> Api:
    return api.read(template({path: {"get": OPERATION} for path in paths}), {})


@pytest.mark.parametrize(
    ("path", "found", "parameters"),
    [
        ("/a/b", "/a/b", {}),
        ("/a/c", "/a/{x}", {"x": "c"}),
        ("/a/c/", "/a/{x}", {"x": "c"}),
        ("/a/b/c", "/{all+}", {"all": "a/b/c"}),
        ("/z", "/{all+}", {"all": "z"}),
        ("/a/%2F%20", "/a/{x}", {"x": "/ "}),
    ],
)
def test_the_most_specific_path_is_found(path, found, parameters):
    route = made_of("/{all+}", "/a/{x}", "/a/b").find(path)
    assert route is not None
    assert (route[0].path, route[1]) == (found, parameters)


def test_the_root_is_not_what_a_greedy_path_takes():
    assert made_of("/{all+}").find("/") is None


def test_a_method_of_its_own_comes_before_any():
    other = {
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "uri": {
                "Fn::Sub": [
                    "functions/${__x__}/invocations",
                    {"__x__": {"Fn::GetAtt": ["G", "Arn"]}},
                ]
            },
        }
    }
    read = api.read(template({"/a": {"get": OPERATION, api.ANY: other}}), {})
    route = read.routes[0]
    assert isinstance(route, Route)
    assert [route.operation(m).function for m in ("GET", "PUT")] == ["F", "G"]


def test_what_is_not_understood_is_not_passed_over():
    mock = {"x-amazon-apigateway-integration": {"type": "mock", "uri": URI}}
    with pytest.raises(NotImplementedError, match="mock"):
        api.read(template({"/a": {"get": mock}}), {})
    token = {
        "type": "apiKey",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": URI},
    }
    secured = {**OPERATION, "security": [{"T": []}]}
    with pytest.raises(NotImplementedError, match="token"):
        api.read(template({"/a": {"get": secured}}, securityDefinitions={"T": token}), {})
