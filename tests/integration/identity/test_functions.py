"""The two functions as Lambda runs them: what they answer, count, log, and never do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from remit.identity.breaker import THRESHOLD
from remit.identity.sweep import ChecksLeft
from remit.kernel.clock import MINUTE
from remit.runtime import clients, identity, machine, secrets
from remit.runtime import vault as vaults
from tests.builders import api_event, event, function, lambda_context
from tests.integration.identity.scenes import PROVIDER, SITE, Scene
from tests.unit.identity.made import KEY, OLD_KEY, Fields, answer, signed

ROUTE = "/identity/{provider}/callbacks"
SECRET = {"api_key": "k", "webhook_keys": ["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]}
SETTINGS = {
    "IDENTITY_TABLE": "Identity",
    "IDENTITY_PROVIDER": PROVIDER,
    "IDENTITY_URL": "https://identity.example",
    "IDENTITY_SECRET_ARN": "arn:secret",
    "IDENTITY_PATIENCE_SECONDS": "3600",
    "API_URL": SITE,
}


class Secrets:
    """Secrets Manager, as far as reading goes."""

    def __init__(self) -> None:
        self.content: Any = json.dumps(SECRET)

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        assert SecretId == "arn:secret"
        return {"SecretString": self.content}


@pytest.fixture
def deployed(scene: Scene, monkeypatch) -> Scene:
    """The scene, with the functions' settings and clients leading to it."""
    for name, content in SETTINGS.items():
        monkeypatch.setenv(name, content)
    secrets.forget()
    seen = {"dynamodb": scene.dynamodb, "secretsmanager": Secrets()}
    monkeypatch.setattr(clients, "_client", lambda service, **_: seen[service])
    monkeypatch.setattr(vaults, "vault", lambda: scene.vault)
    monkeypatch.setattr(machine, "resumer", lambda: scene.tasks)
    monkeypatch.setattr(identity.http, "HttpProvider", lambda **_: scene.provider)
    yield scene
    secrets.forget()


def call(signing: Fields, body: str | None, *, provider: str = PROVIDER, **more: Any) -> Any:
    """Send a callback through the function; status, document, and the answer whole."""
    fields = {name: one for name, one in signing.fields.items() if name != "content-type"}
    sent = api_event(
        "POST", ROUTE, path={"provider": provider}, role=None, key=None, body=body,
        headers=fields | more.pop("headers", {}),
    )  # fmt: skip
    answered = function("identity/receive").handler(sent | more, lambda_context())
    return answered["statusCode"], json.loads(answered["body"]), answered


def call_back(scene: Scene, attempt: int = 1) -> int:
    headers, body = scene.provider.callback(scene.id(attempt))
    return call(headers, body.decode())[0]


def counted(lines: list[dict], name: str) -> int:
    return int(sum(sum(line[name]) for line in lines if isinstance(line.get(name), list)))


def test_a_callback_is_received_counted_and_logged_without_what_it_says(deployed, log):
    deployed.begin("X02")
    headers, body = deployed.provider.callback(deployed.id())
    status, document, _ = call(headers, body.decode())
    assert (status, document) == (200, {"status": "received"})
    assert deployed.tasks.outcomes == ["mismatch"]
    lines = log()
    assert counted(lines, "CheckAnswered") == 1
    assert "mismatch" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("act", "metric"),
    [
        (lambda scene: [call_back(scene), call_back(scene)], "CallbackRepeated"),
        (lambda scene: [scene.say("mismatch"), call_back(scene)], "CheckContradicted"),
        (
            lambda scene: [
                scene.provider.book.questions.clear(),
                scene.sweep(later=scene.patience),
                late(scene),
            ],
            "CheckAnsweredLate",
        ),
    ],
)
def test_what_a_person_may_have_to_look_at_is_counted(deployed, log, act: Callable, metric):
    deployed.begin()
    act(deployed)
    assert counted(log(), metric) == 1


def late(scene: Scene) -> int:
    body = answer(scene.id(), "clear", reference=scene.check().reference)
    return call(signed(body, KEY, at=scene.clock.now), body.decode())[0]


def refused(status: int, code: str, signing: Fields, body: str | None, **more: Any) -> dict:
    found, document, _ = call(signing, body, **more)
    assert (found, document["code"]) == (status, code)
    return document


def test_every_refusal_is_a_problem_and_says_no_more_than_it_must(deployed):
    deployed.begin()
    good = answer(deployed.id())
    refused(401, "signature_invalid", signed(good, OLD_KEY), good.decode())
    refused(401, "signature_invalid", Fields({}), good.decode())
    refused(401, "signature_invalid", Fields({}), None)
    refused(401, "signature_invalid", signed(good, KEY, at=deployed.clock.now - 301_000), "{}")
    refused(400, "callback_malformed", signed(b"{}", KEY), "{}")
    refused(400, "callback_malformed", signed(b"[" * 9_000, KEY), "[" * 9_000)
    unknown = answer(deployed.id(5))
    first = refused(404, "check_not_found", signed(unknown, KEY), unknown.decode())
    other = refused(404, "check_not_found", signed(good, KEY), good.decode(), provider="other")
    assert {**first, "instance": ""} == {**other, "instance": ""}
    assert "detail" not in first
    refused(404, "not_found", signed(good, KEY), good.decode(), provider="no such\x00one")
    assert deployed.check().status == "started"


def test_a_huge_body_another_media_type_and_repeated_headers_are_refused(deployed):
    huge = "x" * 65_537
    refused(413, "payload_too_large", signed(huge.encode(), KEY), huge)
    good = answer(deployed.id())
    fields = signed(good, KEY)
    refused(415, "unsupported_media_type", fields, "x", headers={"Content-Type": "text/plain"})
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        twice = signed(good, KEY)
        twice.fields[name] = list(twice.all(name)) * 2
        refused(401, "signature_invalid", twice, good.decode())


def test_while_the_machine_cannot_be_told_the_provider_shall_come_again(deployed):
    deployed.begin()
    deployed.tasks.trouble = ["request"]
    assert call_back(deployed) == 503
    assert call_back(deployed) == 200
    assert deployed.tasks.outcomes == ["clear"]


def test_the_sweep_says_what_it_did(deployed, log):
    deployed.begin()
    deployed.provider.trouble = ["request"] * 3
    deployed.begin(attempt=2)
    deployed.clock.now += 2 * MINUTE
    sweep = function("identity/sweep").handler
    found = sweep(event("identity/sweep/minute"), lambda_context(58_000))
    assert found == {"status": "swept", "reached": "2026-11-24T09:32:00.000Z"}
    lines = log()
    assert counted(lines, "CheckPolled") == counted(lines, "CheckAsked") == 1
    assert counted(lines, "ProviderLeftAlone") == 0
    assert any("CheckLag" in line for line in lines)


def test_the_sweep_tells_of_a_provider_that_is_left_alone(deployed, log):
    for attempt in range(1, THRESHOLD + 1):
        deployed.provider.trouble = ["request"] * 3
        deployed.begin(attempt=attempt)
    function("identity/sweep").handler({}, lambda_context(58_000))
    assert counted(log(), "ProviderLeftAlone") == 1


def test_the_sweep_fails_when_a_check_could_not_be_looked_at(deployed, log):
    deployed.begin()
    deployed.clock.now += MINUTE
    deployed.tasks.trouble = ["request"]
    with pytest.raises(ChecksLeft):
        function("identity/sweep").handler({}, lambda_context(58_000))
    assert f"{deployed.id()} ResumeLost" in json.dumps(log())


def test_with_no_time_left_the_sweep_takes_up_nothing(deployed):
    deployed.begin()
    deployed.clock.now += MINUTE
    function("identity/sweep").handler({}, lambda_context(15_000))
    assert deployed.provider.looked == []


@pytest.mark.parametrize("case", ["receive/unsigned_by_us", "sweep/minute"])
def test_every_event_is_answered_cleanly_where_nothing_is(deployed, case):
    work = function(f"identity/{case.partition('/')[0]}").handler
    answered = work(event(f"identity/{case}"), lambda_context(58_000))
    assert answered.get("statusCode") in (None, 401, 404)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "no", '{"api_key":"k"}', '{"api_key":7,"webhook_keys":[]}',
     '{"api_key":"k","webhook_keys":["whsec_no"]}', '{"api_key":"k","webhook_keys":[7]}'],
)  # fmt: skip
def test_a_secret_that_is_none_is_a_defect_and_is_not_shown(deployed, log, content):
    clients.secretsmanager().content = content
    assert call(Fields({}), "{}")[0] == 500
    assert "whsec" not in json.dumps(log())


def test_a_new_key_is_taken_up_within_minutes(deployed):
    deployed.begin()
    body = answer(deployed.id(), reference=deployed.check().reference)

    def sent() -> int:
        return call(signed(body, OLD_KEY, at=deployed.clock.now), body.decode())[0]

    assert sent() == 401
    new = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
    both = {**SECRET, "webhook_keys": [new, *SECRET["webhook_keys"]]}
    clients.secretsmanager().content = json.dumps(both)
    assert sent() == 401
    deployed.clock.now += 5 * MINUTE
    assert sent() == 200


@pytest.mark.parametrize("seconds", ["", "0", "-1", "1.5", "soon"])
def test_a_patience_that_is_none_is_a_setting_missing(deployed, monkeypatch, seconds):
    monkeypatch.setenv("IDENTITY_PATIENCE_SECONDS", seconds)
    assert call(Fields({}), "{}")[0] == 500
