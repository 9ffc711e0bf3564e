"""The HTTP edge: routes in, answers and problems out, and nothing inside leaks."""

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from remit.access.policy import ROLES_BY_ACTION
from remit.kernel.errors import Fault, NotFound, Refusal, Unavailable
from remit.runtime.api import Api, Reply, Request, ok
from remit.store.idempotency import Answer, InFlight, KeyReused
from tests.builders import api_event, lambda_context

CANARY = "canary-DE89370400440532013000"
BODY = {"amount": 5, "currency": "EUR"}


class Thing(BaseModel):
    amount: int
    currency: str


class Filter(BaseModel):
    limit: int = 20


class Refused(Refusal):
    """The house says no."""

    title = "Not today"


class Desk:
    """An API of one route of each kind; `act` is what its handlers do."""

    def __init__(self) -> None:
        self.api = Api("payments")
        self.act = lambda request: ok(Thing(amount=1, currency="EUR"))
        self.seen: Request | None = None
        self.api.post("/things", action="payments.initiate", body=Thing, answers={202: Thing})(
            self.handle
        )
        self.api.get("/things", action="payments.read", query=Filter, answers={200: Thing})(
            self.handle
        )
        self.api.get("/things/{id}", action="decisions.read", answers={200: Thing})(self.handle)
        self.api.post("/things/{id}/end", action="payments.cancel", answers={200: Thing})(
            self.handle
        )
        self.api.post("/files", action="files.submit", raw="application/xml", answers={202: Thing})(
            self.handle
        )
        self.api.get("/open", action=None, answers={200: Thing})(self.handle)

    def handle(self, request: Request) -> Answer | Reply:
        self.seen = request
        return self.act(request)

    def ask(self, method: str, resource: str, **more) -> dict:
        return self.api.handler(api_event(method, resource, **more), lambda_context())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def problem(answer: dict, status: int, code: str) -> dict:
    """The problem document of `answer`, whose form is checked."""
    document = json.loads(answer["body"])
    assert answer["statusCode"] == document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"urn:remit:problem:{code}"
    assert document["title"]
    assert document["instance"].startswith("/v1/")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    return document


def raises(error: Exception):
    def act(_: Request):
        raise error

    return act


def test_a_good_request_reaches_its_handler_whole(desk):
    answer = desk.ask("POST", "/things", body=BODY, key="k-1", request_id="r-1")
    assert answer == {
        "statusCode": 200,
        "headers": {
            "Cache-Control": "no-store",
            "Content-Type": "application/json",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": "r-1",
        },
        "body": '{"amount":1,"currency":"EUR"}',
        "isBase64Encoded": False,
    }
    seen = desk.seen
    assert seen.body == Thing(amount=5, currency="EUR")
    assert (seen.caller.tenant, seen.caller.subject, seen.caller.role) == (
        "acme",
        "ada@acme",
        "client",
    )
    assert (seen.command.tenant, seen.command.key, seen.command.actor) == (
        "acme",
        "k-1",
        "ada@acme",
    )
    assert seen.command.path == "/v1/things"
    assert seen.command.now == seen.now
    assert seen.deadline == seen.now + 10_000
    assert seen.request_id == "r-1"


def test_an_answer_is_given_byte_for_byte(desk):
    desk.act = lambda _: Answer(status=202, body='{"z": 1,  "a":2}')
    answer = desk.ask("POST", "/things", body=BODY)
    assert (answer["statusCode"], answer["body"]) == (202, '{"z": 1,  "a":2}')
    assert "Idempotency-Replayed" not in answer["headers"]


def test_a_replayed_refusal_says_both(desk):
    desk.act = lambda _: Answer(status=422, body="{}", replayed=True)
    answer = desk.ask("POST", "/things", body=BODY)
    assert answer["headers"]["Idempotency-Replayed"] == "true"
    assert answer["headers"]["Content-Type"] == "application/problem+json"


def test_a_reply_may_have_its_own_type_and_headers(desk):
    desk.act = lambda _: Reply(
        status=200, body="é".encode(), content_type="application/xml", headers={"X-More": "1"}
    )
    answer = desk.ask("GET", "/open", role=None)
    assert answer["body"] == "é"
    assert answer["headers"]["Content-Type"] == "application/xml"
    assert answer["headers"]["X-More"] == "1"


def fingerprint(desk: Desk, method="POST", resource="/things", **more) -> str:
    assert desk.ask(method, resource, **more)["statusCode"] == 200
    return desk.seen.command.fingerprint


def test_the_fingerprint_is_of_the_content_not_its_spelling(desk):
    first = fingerprint(desk, body='{"amount": 5, "currency": "EUR"}')
    assert first == fingerprint(desk, body='{"currency":"\\u0045UR","amount":5}')
    assert first != fingerprint(desk, body='{"amount": 6, "currency": "EUR"}')


def test_the_fingerprint_is_of_the_address_too(desk):
    one = fingerprint(desk, resource="/things/{id}/end", path={"id": "a"})
    other = fingerprint(desk, resource="/things/{id}/end", path={"id": "b"})
    assert one != other


def test_the_fingerprint_of_a_file_is_of_its_bytes(desk):
    xml = {"Content-Type": "application/xml"}
    first = fingerprint(desk, resource="/files", body="<a/>", headers=xml)
    assert desk.seen.raw == b"<a/>"
    assert desk.seen.body is None
    assert first != fingerprint(desk, resource="/files", body="<a />", headers=xml)


@pytest.mark.parametrize("body", [None, "{}"])
def test_a_request_that_needs_no_body_may_leave_it_out(desk, body):
    answer = desk.ask("POST", "/things/{id}/end", path={"id": "a"}, body=body)
    assert answer["statusCode"] == 200


def test_a_request_that_needs_no_body_takes_none_with_content(desk):
    answer = desk.ask("POST", "/things/{id}/end", path={"id": "a"}, body={"amount": 1})
    problem(answer, 400, "invalid_request")


def test_a_public_route_needs_no_caller_and_has_none(desk):
    assert desk.ask("GET", "/open", role=None)["statusCode"] == 200
    with pytest.raises(TypeError):
        _ = desk.seen.caller
    with pytest.raises(TypeError):
        _ = desk.seen.command


@pytest.mark.parametrize(
    ("headers", "accepts"),
    [
        ({}, False),
        ({"Accept": "application/xml"}, True),
        ({"accept": "Application/XML, */*"}, True),
        ({"Accept": "application/json, application/xml"}, False),
        ({"Accept": "application/json"}, False),
    ],
)
def test_xml_is_given_to_those_who_ask_for_it(desk, headers, accepts):
    event = api_event("GET", "/things", headers=headers)
    event["multiValueHeaders"] = {name: [content] for name, content in headers.items()}
    desk.api.handler(event, lambda_context())
    assert desk.seen.accepts_xml is accepts


def test_preferences_and_traces_are_read(desk):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    desk.ask("POST", "/things", body=BODY, headers={"prefer": "wait=30", "traceparent": trace})
    assert desk.seen.wait_seconds == 10
    assert desk.seen.traceparent == trace


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (api_event("POST", "/things", body=BODY, key=None), 400, "idempotency_key_missing"),
        (api_event("POST", "/things", body=BODY, key="a b"), 400, "idempotency_key_invalid"),
        (
            api_event("POST", "/things", body=BODY, headers={"Idempotency-Key": ["a", "a"]}),
            400,
            "idempotency_key_invalid",
        ),
        (api_event("POST", "/things"), 400, "malformed_json"),
        (api_event("POST", "/things", body="{"), 400, "malformed_json"),
        (api_event("POST", "/things", body="[" * 60_000), 400, "malformed_json"),
        (api_event("POST", "/things", body="\ud800"), 400, "malformed_body"),
        (api_event("POST", "/things", body={"amount": "5"}), 400, "invalid_request"),
        (api_event("POST", "/things", body=BODY | {"x": 1}), 400, "invalid_request"),
        (api_event("GET", "/things", query={"x": "1"}), 400, "invalid_request"),
        (api_event("GET", "/things", query={"limit": ["1", "2"]}), 400, "invalid_request"),
        (api_event("GET", "/open", role=None, query={"x": "1"}), 400, "invalid_request"),
        (api_event("GET", "/things", role=None), 401, "unauthorized"),
        (api_event("GET", "/things", tenant="acme#x"), 401, "unauthorized"),
        (api_event("GET", "/things", role="root"), 401, "unauthorized"),
        (api_event("POST", "/things", body=BODY, role="auditor"), 403, "forbidden"),
        (api_event("GET", "/things/{id}", path={"id": "a"}), 403, "forbidden"),
        (
            api_event("GET", "/things/{id}", path={"id": "é"}, role="auditor"),
            404,
            "not_found",
        ),
        (api_event("POST", "/things", body="x" * 65_537), 413, "payload_too_large"),
        (
            api_event("POST", "/things", body=BODY, headers={"Content-Type": "text/plain"}),
            415,
            "unsupported_media_type",
        ),
        (api_event("POST", "/files", body=BODY), 415, "unsupported_media_type"),
        (api_event("DELETE", "/things"), 404, "not_found"),
        (api_event("GET", "/nowhere"), 404, "not_found"),
    ],
)
def test_a_bad_request_is_a_problem_and_reaches_no_handler(desk, event, status, code):
    answer = desk.api.handler(event, lambda_context())
    problem(answer, status, code)
    assert desk.seen is None
    assert ("WWW-Authenticate" in answer["headers"]) == (status == 401)


def test_who_may_not_is_told_so_before_what_is_wrong_with_the_request(desk):
    problem(desk.ask("POST", "/things", body="{", key=None, role="auditor"), 403, "forbidden")


@pytest.mark.parametrize(
    ("error", "status", "code", "retry"),
    [
        (Refused("no"), 422, "refused", False),
        (NotFound(), 404, "not_found", False),
        (KeyReused(), 422, "key_reused", False),
        (InFlight(), 409, "in_flight", True),
        (Unavailable(), 503, "unavailable", True),
        (Fault(), 503, "fault", True),
        (KeyError(CANARY), 500, "internal", False),
        (RecursionError(CANARY), 500, "internal", False),
        (ClientError({"Error": {"Code": "X", "Message": CANARY}}, "Put"), 500, "internal", False),
    ],
)
def test_what_a_handler_raises_becomes_a_problem(desk, error, status, code, retry):
    desk.act = raises(error)
    answer = desk.ask("POST", "/things", body=BODY)
    document = problem(answer, status, code)
    assert answer["headers"].get("Retry-After") == ("1" if retry else None)
    assert CANARY not in json.dumps(answer)
    assert document["instance"] == "/v1/things"


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"requestContext": {}}, None, []])
def test_an_event_that_is_no_request_is_answered_too(desk, event):
    answer = desk.api.handler(event, lambda_context())
    assert answer["statusCode"] == 404
    assert answer["headers"]["X-Request-Id"] == "-"


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(api_event("POST", "/things", body=BODY))), junk)
def test_no_event_however_broken_makes_the_edge_raise(part, content):
    event = api_event("POST", "/things", body=BODY) | {part: content}
    answer = Desk().api.handler(event, lambda_context())
    assert 200 <= answer["statusCode"] <= 500
    json.dumps(answer).encode()


def test_one_line_is_logged_per_request(desk, log):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    desk.ask("POST", "/things", body=BODY, request_id="r-9", headers={"traceparent": trace})
    (line,) = log()
    assert line["level"] == "INFO"
    assert line["message"] == "POST /things"
    assert line["service"] == "payments"
    assert line["request_id"] == "r-9"
    assert line["tenant"] == "acme"
    assert line["traceparent"] == trace
    assert line["status"] == 200
    assert line["duration_ms"] >= 0


def test_a_refused_caller_is_logged_by_tenant(desk, log):
    desk.ask("POST", "/things", body=BODY, role="auditor")
    (line,) = log()
    assert (line["tenant"], line["status"], line["code"]) == ("acme", 403, "forbidden")
    assert "stack" not in line


def test_a_defect_is_logged_with_its_stack_and_without_its_text(desk, log):
    desk.act = raises(KeyError(CANARY))
    desk.ask("POST", "/things", body=BODY)
    (line,) = log()
    assert (line["level"], line["code"], line["error"]) == ("ERROR", "internal", "KeyError")
    assert any("test_api.py" in frame for frame in line["stack"])


def test_one_request_leaves_nothing_in_the_next_ones_lines(desk, log):
    desk.ask("GET", "/things")
    desk.ask("GET", "/open", role=None)
    assert "tenant" in log()[0]
    assert "tenant" not in log()[1]


@pytest.mark.parametrize(
    "event",
    [
        api_event("POST", "/things", body={"amount": CANARY, CANARY: CANARY}, key=CANARY),
        api_event("POST", "/things", body=CANARY),
        api_event("POST", "/things", body=BODY, key=CANARY + " "),
        api_event("POST", "/things", body=BODY, headers={"Content-Type": CANARY}),
        api_event("POST", "/things", body=BODY, headers={"Prefer": CANARY, "traceparent": CANARY}),
        api_event("POST", "/things", body=BODY, headers={"Authorization": "Bearer " + CANARY}),
        api_event("GET", "/things", query={"limit": CANARY}),
        api_event("GET", "/things/{id}", path={"id": CANARY}, role="auditor"),
    ],
)
@pytest.mark.parametrize("error", [None, ValueError(CANARY), Unavailable()])
def test_nothing_that_a_client_sends_is_logged(desk, log, event, error):
    if error is not None:
        error.__cause__ = RuntimeError(CANARY)
        desk.act = raises(error)
    desk.api.handler(event, lambda_context())
    assert CANARY not in json.dumps(log())


def test_a_route_must_stand_in_the_policy_table():
    with pytest.raises(ValueError, match=r"payments\.steal"):
        Api("payments").get("/x", action="payments.steal", answers={})(lambda _: None)
    assert "payments.steal" not in ROLES_BY_ACTION


def test_an_idempotent_route_needs_a_tenant():
    with pytest.raises(ValueError, match="tenant"):
        Api("payments").post("/x", action=None, answers={})(lambda _: None)
