"""What API Gateway must do for the edge to hold: routes, the authoriser, refusals, events."""

import base64
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.cloud import Cloud

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def client(here: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=here.url, timeout=40) as client:
        yield client


@pytest.fixture
def bearer() -> dict[str, str]:
    """A caller not seen before, with a usage key of its own."""
    return {"Authorization": f"Bearer good {uuid.uuid4()}"}


def kind(response: httpx.Response) -> Any:
    return response.json()["kind"]


def test_an_event_is_as_api_gateway_has_it(client, bearer):
    response = client.get(
        "/things/a%20b?x=1&x=2&e=&u=%C3%A9",
        headers=[*bearer.items(), ("X-Twice", "1"), ("X-Twice", "2"), ("User-Agent", "tester")],
    )
    event = response.json()
    assert event["resource"] == "/things/{id}"
    assert event["path"] == "/things/a b"
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "2", "e": "", "u": "é"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "e": [""], "u": ["é"]}
    assert event["headers"]["X-Twice"] == "2"
    assert event["multiValueHeaders"]["X-Twice"] == ["1", "2"]
    assert event["body"] is None
    assert event["isBase64Encoded"] is False
    assert event["stageVariables"] is None
    context = event["requestContext"]
    assert context["authorizer"]["tenant"] == "acme"
    assert context["authorizer"]["principalId"] == "somebody"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == "tester"
    assert (context["stage"], context["path"]) == ("v9", "/v9/things/a b")
    assert context["requestId"] == response.headers["x-amzn-requestid"]


def test_a_body_arrives_as_text_and_nothing_is_null(client):
    event = client.post("/open", content="é{}".encode()).json()
    assert event["body"] == "é{}"
    assert event["queryStringParameters"] is None
    assert event["pathParameters"] is None
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize(
    ("method", "path", "resource"),
    [
        ("GET", "/things/special", "/things/special"),
        ("GET", "/things/other", "/things/{id}"),
        ("DELETE", "/things/other", "/things/{id}"),
        ("GET", "/deep/a/b", "/deep/{proxy+}"),
    ],
)
def test_the_most_specific_path_answers(client, bearer, method, path, resource):
    assert client.request(method, path, headers=bearer).json()["resource"] == resource


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("GET", "/deep"), ("POST", "/things/special")]
)
def test_what_has_no_route_is_not_there_and_wakes_nobody(client, method, path):
    response = client.request(method, path)
    assert (response.status_code, kind(response)) == (404, "nothing here")


@pytest.mark.parametrize(
    ("bearer", "status", "said"),
    [
        (None, 401, "UNAUTHORIZED"),
        ("unknown x", 401, "UNAUTHORIZED"),
        ("denied x", 403, "ACCESS_DENIED"),
        ("good", 403, "INVALID_API_KEY"),
    ],
)
def test_a_caller_is_refused_in_the_templates_words(client, bearer, status, said):
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    response = client.get("/things/1", headers=headers)
    assert (response.status_code, kind(response)) == (status, said)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["id"] == response.headers["x-amzn-requestid"]


def test_an_authoriser_that_fails_is_a_server_error(client):
    response = client.get("/things/1", headers={"Authorization": "Bearer broken x"})
    assert (response.status_code, response.json()) == (500, {"message": "Internal server error"})


def test_the_authorisers_answer_is_kept_for_the_same_bearer_only(client, bearer):
    def times_run(headers: dict[str, str]) -> int:
        context = client.get("/things/1", headers=headers).json()["requestContext"]
        return int(context["authorizer"]["count"])

    first = times_run(bearer)
    assert times_run(bearer) == first
    assert times_run({"Authorization": f"Bearer good {uuid.uuid4()}"}) != first


def test_one_key_may_make_so_many_requests_and_another_is_not_hindered(client, bearer):
    codes = [client.get("/things/1", headers=bearer).status_code for _ in range(9)]
    assert codes[:5] == [200] * 5
    response = client.get("/things/1", headers=bearer)
    assert (response.status_code, kind(response)) == (429, "slow down")
    assert response.headers["retry-after"] == "1"
    assert response.headers["x-request-id"] == response.headers["x-amzn-requestid"]
    other = {"Authorization": f"Bearer good {uuid.uuid4()}"}
    assert client.get("/things/1", headers=other).status_code == 200


def test_a_binary_answer_with_a_header_twice(client):
    response = client.get("/open?do=binary")
    assert (response.status_code, response.content) == (201, b"\x00\x01\xff")
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("do", ["malformed", "raise", "bad-header"])
def test_what_is_not_an_answer_is_a_bad_gateway(client, do):
    response = client.get(f"/open?do={do}")
    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})


def test_a_head_and_an_empty_answer_have_no_body(client):
    assert client.head("/open").content == b""
    assert (client.get("/open?do=nothing").status_code, client.get("/open").status_code) == (
        204,
        200,
    )


@pytest.mark.parametrize("megabytes", [7, 11])
def test_a_body_too_large_for_the_gateway_or_the_function_is_refused(client, megabytes):
    response = client.post("/open", content=b"x" * (megabytes << 20))
    assert (response.status_code, kind(response)) == (413, "REQUEST_TOO_LARGE")


def test_a_body_in_chunks_is_one_body(client):
    assert client.post("/open", content=iter([b"ab", b"cd"])).json()["body"] == "abcd"


def test_the_issuer_publishes_what_is_needed_to_check_its_tokens(here):
    from joserfc import jwt
    from joserfc.jwk import KeySet

    about = httpx.get(f"{here.site}/.well-known/openid-configuration").json()
    keys = KeySet.import_key_set(httpx.get(about["jwks_uri"]).json())
    claims = jwt.decode(here.token("acme", "client", "me"), keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == (here.site, "remit", "me")
    assert (claims["tenant"], claims["role"]) == ("acme", "client")
    assert claims["exp"] - claims["iat"] == 86_400
    assert "d" not in httpx.get(about["jwks_uri"]).json()["keys"][0], "that is the private half"


def test_a_binary_media_type_reaches_the_function_as_the_bytes_that_were_sent(client):
    sent = "<a>é</a>".encode("latin-1")
    event = client.post("/open", content=sent, headers={"Content-Type": "application/xml"}).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == sent
