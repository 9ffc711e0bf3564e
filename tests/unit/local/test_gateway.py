"""The gateway's own decisions, on functions that are plain Python."""

import asyncio
import json
from typing import Any

import pytest

from local import gateway
from local.api import Api, Authoriser, Operation, Route, Throttle
from local.authoriser import allows
from local.environment import Answer
from local.event import Malformed, answer_of
from local.refusal import TYPES, refusal
from local.throttle import Buckets
from local.wire import Request, Response

ARN = "arn:aws:execute-api:eu-west-1:000000000000:local/v1/GET/payments"


def said(**answer: Any) -> Answer:
    return Answer(json.dumps({"statusCode": 200, **answer}).encode())


def api(*, authoriser: Authoriser | None = None) -> Api:
    operation = Operation("F", authoriser, needs_key=False)
    return Api("Api", "v1", (Route("/a", ("a",), {"GET": operation}),), {}, None)


def ask(invoke: Any, *, authoriser: Authoriser | None = None, times: int = 1) -> list[Response]:
    async def all_of_them() -> list[Response]:
        here = gateway.Gateway(api(authoriser=authoriser), invoke, {})
        request = Request("GET", "/v1/a", [("Authorization", "Bearer x")])
        return [await here.handle(request) for _ in range(times)]

    return asyncio.run(all_of_them())


def test_a_function_that_takes_longer_than_api_gateway_waits_runs_on(monkeypatch):
    monkeypatch.setattr(gateway, "INTEGRATION_SECONDS", 0.01)
    ended = []

    async def slow(function: str, payload: bytes) -> Answer:
        await asyncio.sleep(0.05)
        ended.append(function)
        return said()

    async def scene() -> Response:
        here = gateway.Gateway(api(), slow, {})
        response = await here.handle(Request("GET", "/v1/a", []))
        await asyncio.sleep(0.1)
        return response

    assert asyncio.run(scene()).status == 504
    assert ended == ["F"]


@pytest.mark.parametrize(("ttl", "runs"), [(300, 1), (0, 3)])
def test_the_authorisers_answer_is_kept_as_long_as_it_says(ttl, runs):
    calls = []

    async def invoke(function: str, payload: bytes) -> Answer:
        calls.append(function)
        policy = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        if function == "Authorise":
            return Answer(json.dumps({"principalId": "p", "policyDocument": policy}).encode())
        return said()

    answers = ask(invoke, authoriser=Authoriser("Authorise", ttl, ("authorization",)), times=3)
    assert [answer.status for answer in answers] == [200] * 3
    assert calls.count("Authorise") == runs


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"principalId": "p"},
        {"principalId": "p", "policyDocument": {}},
        {"principalId": "p", "policyDocument": {"Statement": [1]}, "context": {"a": [1]}},
    ],
)
def test_an_authoriser_that_talks_nonsense_lets_nobody_in(nonsense):
    async def invoke(function: str, payload: bytes) -> Answer:
        return Answer(json.dumps(nonsense).encode())

    (answer,) = ask(invoke, authoriser=Authoriser("Authorise", 0, ("authorization",)))
    assert answer.status == 500


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([("Allow", "execute-api:Invoke", "*")], True),
        ([("Allow", "execute-api:*", "arn:*/v1/GET/*")], True),
        ([("Allow", "EXECUTE-API:invoke", [ARN])], True),
        ([("Allow", "execute-api:Invoke", "arn:*/v1/POST/*")], False),
        ([("Allow", "s3:*", "*")], False),
        ([("Allow", "*", "*"), ("Deny", "*", "*/payments")], False),
        ([("Deny", "*", "*")], False),
    ],
)
def test_a_policy_allows_what_some_statement_allows_and_none_denies(statements, allowed):
    policy = {"Statement": [{"Effect": e, "Action": a, "Resource": r} for e, a, r in statements]}
    assert allows(policy, ARN) is allowed


def test_a_bucket_refills_at_its_rate_up_to_its_burst():
    buckets = Buckets(Throttle(rate=2, burst=3))
    assert [buckets.take("k", now=0) for _ in range(4)] == [True, True, True, False]
    assert [buckets.take("k", now=0.5) for _ in range(2)] == [True, False]
    assert [buckets.take("k", now=100) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("other", now=100)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"{}", failed=True),
        Answer(b"no json"),
        Answer(b'"text"'),
        Answer(b"{}"),
        said(statusCode="many"),
        said(statusCode=99),
        said(body={"not": "text"}),
        said(headers=["a"]),
        said(headers={"a b": "c"}),
        said(headers={"a": "b\r\nc: d"}),
        said(body="not base64", isBase64Encoded=True),
    ],
)
def test_what_is_not_a_proxy_answer_is_malformed(answer):
    with pytest.raises(Malformed):
        answer_of(answer)


def test_an_answer_may_not_set_what_belongs_to_the_connection():
    answer = answer_of(said(headers={"Content-Length": "1", "Connection": "x", "X-Mine": "1"}))
    assert answer.headers == [("X-Mine", "1"), ("Content-Type", "application/json")]


def test_a_refusal_is_worded_by_its_type_then_by_the_default_then_by_itself():
    configured = {
        "DEFAULT_4XX": {"responseTemplates": {"application/json": "$context.error.responseType"}},
        "THROTTLED": {
            "statusCode": "430",
            "responseParameters": {"gatewayresponse.header.X": "context.identity.sourceIp"},
            "responseTemplates": {"text/plain": "$context.error.messageString"},
        },
    }
    context = {"identity": {"sourceIp": "1.2.3.4"}, "requestId": "r"}
    throttled = refusal("THROTTLED", configured, context)
    assert (throttled.status, throttled.body) == (430, b'"Too Many Requests"')
    assert ("X", "1.2.3.4") in throttled.headers
    assert ("Content-Type", "text/plain") in throttled.headers
    unauthorized = refusal("UNAUTHORIZED", configured, context)
    assert (unauthorized.status, unauthorized.body) == (401, b"UNAUTHORIZED")
    assert refusal("INTEGRATION_TIMEOUT", configured, context).status == 504


@pytest.mark.parametrize("kind", TYPES)
def test_every_refusal_is_json_without_any_template(kind):
    response = refusal(kind, {}, {})
    assert response.status == TYPES[kind][0]
    assert set(json.loads(response.body)) == {"message"}
