"""The vault's functions as AWS calls them: routes, operations, and what they let nobody see."""

import json
from typing import Any

import pytest

from remit.kernel.clock import DAY, HOUR
from remit.runtime import clients
from remit.runtime import vault as runtime_vault
from remit.vault.rotate import InvocationMalformed
from tests.builders import ROOT, api_event, event, lambda_context
from tests.integration.cloud import Reply, handler, kill_after, lose_reply
from tests.integration.losses import until_answered
from tests.integration.vault.place import IBAN, IBAN_FORM, START, Place, erased, made, token

ROUTES = {
    ("GET", "/vault/tokens/{id}"): "vault/read",
    ("POST", "/vault/tokens/{id}/reveal"): "vault/reveal",
}
CANARIES = ("CANARYNAME", "XK051212012345678906", "CANARYDOC77", "31926819999", "canary reason")


@pytest.fixture
def lambda_(real: Place, monkeypatch) -> Place:
    """The place as the functions' settings and clients lead to it."""
    settings = {
        "VAULT_TABLE": "Vault",
        "SUBJECT_KEYS_TABLE": "SubjectKeys",
        "KEY_STORE_TABLE": "KeyStore",
        "IDEMPOTENCY_TABLE": "Idempotency",
        "VAULT_KEY_ARN": real.services["key"],
        "SIGNING_KEY_ARN": real.services["signing_key"],
    }
    for name, content in settings.items():
        monkeypatch.setenv(name, content)
    seen = {"dynamodb": real.dynamodb, "kms": real.kms}
    monkeypatch.setattr(clients, "_client", lambda service, **_: seen[service])
    runtime_vault.vault.cache_clear()
    yield real
    runtime_vault.vault.cache_clear()


def call(method: str, resource: str, identifier: str, **more: Any) -> Reply:
    given = api_event(method, resource, path={"id": identifier}, **more)
    answer = handler(ROUTES[method, resource])(given, lambda_context())
    return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])


def read(identifier: str, **more: Any) -> Reply:
    return call("GET", "/vault/tokens/{id}", identifier, **more)


def reveal(identifier: str, **more: Any) -> Reply:
    given = {"role": "operator", "body": {"reason": "to call the bank"}} | more
    return call("POST", "/vault/tokens/{id}/reveal", identifier, **given)


def operate(name: str, given: object) -> dict[str, Any]:
    return handler(f"vault/{name}")(given, lambda_context(900_000))


@pytest.fixture
def iban(lambda_: Place) -> str:
    """The token of an IBAN."""
    vault = runtime_vault.vault()
    return token(vault, made(vault)).id


@pytest.mark.parametrize("role", ["client", "operator", "auditor"])
def test_a_token_is_shown_masked_to_everybody_of_its_tenant(iban, role):
    answer = read(iban, role=role)

    assert answer.status == 200
    assert answer.body == {
        "id": iban,
        "kind": "iban",
        "subject": "cus_1",
        "masked": "GB29••••••••••••••6819",
        "created_at": "2026-11-24T09:30:00.000Z",
    }


def test_a_token_of_another_tenant_is_not_there(iban):
    assert read(iban, tenant="other").status == 404
    assert reveal(iban, tenant="other").status == 404


def test_an_operator_with_a_reason_is_shown_the_value_and_nobody_else(lambda_, iban):
    answer = reveal(iban, subject="bob")

    assert answer.status == 200
    assert answer.body["value"] == IBAN_FORM
    assert (answer.body["by"], answer.body["reason"]) == ("bob", "to call the bank")
    for role in ("client", "auditor"):
        assert reveal(iban, role=role, key=f"key-{role}").status == 403
    assert reveal(iban, body={}, key="no-reason").status == 400
    assert reveal(iban, body={"reason": ""}, key="empty").status == 400
    assert reveal(iban, key=None).status == 400


def test_the_value_is_not_stored_with_the_key_and_a_replay_is_recorded_too(lambda_, iban):
    first, again = reveal(iban), reveal(iban)

    assert again.text == first.text
    assert (first.replayed, again.replayed) == (False, True)
    stored = json.dumps(lambda_.items("Idempotency"), default=repr)
    assert first.body["id"] in stored
    assert IBAN_FORM not in stored
    chain = [item for item in lambda_.items("Vault") if "#reveals#" in item["pk"]]
    assert [item["why"] for item in chain] == ["to call the bank"] * 2


def test_a_key_reveals_for_the_person_alone_who_used_it_first(lambda_, iban):
    assert reveal(iban, subject="bob").status == 200
    answer = reveal(iban, subject="eve")

    assert (answer.status, answer.code) == (422, "key_reused")
    assert IBAN_FORM not in answer.text
    assert not any("#reveals#eve" in item["pk"] for item in lambda_.items("Vault"))


def test_an_erased_subject_is_gone_for_readers_and_for_replays(lambda_, iban):
    assert reveal(iban).status == 200
    erased(runtime_vault.vault(), keep_until=None)

    for answer in (read(iban), reveal(iban), reveal(iban, key="another")):
        assert (answer.status, answer.code) == (410, "subject_erased")
    assert len([item for item in lambda_.items("Vault") if "#reveals#" in item["pk"]]) == 1


def test_too_many_reveals_are_refused_and_may_be_asked_for_later(lambda_, iban, monkeypatch):
    monkeypatch.setattr("remit.vault.reveal.MOST_REVEALS", 1)
    assert reveal(iban, key="one").status == 200
    for key in ("two", "one"):
        refused = reveal(iban, key=key)
        assert (refused.status, refused.code) == (429, "reveals_exhausted")
    lambda_.clock.now += HOUR
    assert reveal(iban, key="two").status == 200


@pytest.mark.parametrize("fault", [lose_reply, kill_after])
def test_a_reveal_disturbed_at_any_call_is_answered_once_and_never_unrecorded(lambda_, iban, fault):
    lambda_.dynamodb.watch()
    reveal(iban, key="undisturbed")
    calls = len(lambda_.dynamodb.calls)
    for number in range(calls):
        lambda_.dynamodb.watch({number: fault})
        answer = until_answered(lambda number=number: reveal(iban, key=f"key-{number}"))
        assert answer.body["value"] == IBAN_FORM
        recorded = {item["reveal"] for item in lambda_.items("Vault") if "reveal" in item}
        assert answer.body["id"] in recorded


# Operations.


def test_the_sweep_finishes_what_is_due(lambda_, iban, log):
    erased(runtime_vault.vault(), keep_until=START + DAY)
    lambda_.clock.now = START + DAY + 1

    assert operate("sweep", event("vault/sweep/hour")) == {"status": "swept"}
    told = log()
    metrics = {name: line[name] for line in told for name in line if name[0].isupper()}
    assert metrics["ErasureCleared"] == [1.0]
    assert metrics["RetentionReleased"] == [1.0]


def test_a_sweep_that_leaves_something_fails_and_names_it(lambda_, iban, log):
    erased(runtime_vault.vault(), keep_until=START + DAY)
    lambda_.services["dynamodb"].delete_item(
        TableName="SubjectKeys", Key={"pk": {"S": "acme#subject#cus_1"}, "sk": {"S": "keys"}}
    )
    lambda_.clock.now = START + DAY + 1

    with pytest.raises(Exception, match="1 erasures could not be finished"):
        operate("sweep", {})
    (line,) = (line for line in log() if line.get("message") == "erasures left")
    assert line["due"] == ["acme cus_1 release subject_unknown"]


def test_keys_are_rotated_followed_up_and_moved_by_invocation(lambda_, iban):
    branch = operate("rotate", event("vault/rotate/branch"))
    index = operate("rotate", event("vault/rotate/index"))
    assert (branch["status"], index["status"], index["version"]) == ("rotated", "rotated", "2")
    assert branch["reseal_from"] == "2026-11-24T09:40:00.000Z"
    assert index["reseal_from"] == "2026-11-24T11:30:00.000Z"
    with pytest.raises(Exception, match="later"):
        operate("reseal", event("vault/reseal/slice"))

    lambda_.clock.now = START + 2 * HOUR
    assert operate("reseal", {"tenant": "acme"}) == {
        "status": "done",
        "tenant": "acme",
        "is_done": True,
        "rewrapped": 1,
        "moved": 1,
        "broken": 0,
        "destroyed": (1,),
    }
    assert operate("rekey", event("vault/rekey/slice")) == {"status": "done", "moved": 0}
    assert reveal(iban).body["value"] == IBAN_FORM


def test_a_rekey_says_how_far_it_came(lambda_, iban, monkeypatch):
    new = lambda_.services["kms"].create_key()["KeyMetadata"]["Arn"]
    monkeypatch.setenv("VAULT_KEY_ARN", new)

    assert operate("rekey", {"most": 1}) == {"status": "more", "moved": 1}
    assert operate("rekey", {}) == {"status": "done", "moved": 2}


@pytest.mark.parametrize(
    "given",
    [{}, {"tenant": ""}, {"tenant": 7}, {"tenant": "a#b"}, {"tenant": "acme"},
     {"tenant": "acme", "what": "all"}],
)  # fmt: skip
def test_an_invocation_that_does_not_say_what_it_must_does_nothing(lambda_, given):
    with pytest.raises(InvocationMalformed):
        operate("rotate", given)
    if given.get("tenant") != "acme":
        with pytest.raises(InvocationMalformed):
            operate("reseal", given)
    assert lambda_.items("KeyStore") == []


def test_every_event_of_the_vault_has_a_function_that_takes_it(lambda_):
    cases = sorted((ROOT / "events/vault").rglob("*.json"))
    answers = {}
    for path in cases:
        name = str(path.relative_to(ROOT / "events").with_suffix(""))
        verb = name.split("/")[1]
        if verb == "reseal":
            lambda_.clock.now += DAY
        found = handler(f"vault/{verb}")(event(name), lambda_context(900_000))
        answers[name] = found.get("statusCode") or found["status"]
    assert answers == {
        "vault/read/happy": 404,
        "vault/rekey/slice": "done",
        "vault/reseal/slice": "done",
        "vault/reveal/forbidden": 403,
        "vault/reveal/happy": 404,
        "vault/rotate/branch": "rotated",
        "vault/rotate/index": "rotated",
        "vault/sweep/hour": "swept",
    }


# Secrecy.


def test_secrets_are_found_nowhere_but_sealed(lambda_, log, capsys):
    vault = runtime_vault.vault()
    subject = made(vault)
    sealed = subject.seal_json("card", {"name": CANARIES[0]})
    tokens = [
        token(vault, subject, CANARIES[1], "iban"),
        token(vault, subject, CANARIES[2], "document_number"),
        token(vault, subject, CANARIES[3], "account_number"),
    ]
    said = []
    for found in tokens:
        said.append(read(found.id).text)
        assert reveal(found.id, key=f"key-{found.id}").status == 200
    for bad in ("not an iban " + CANARIES[0], CANARIES[1] + "!"):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, its text counts
            vault.tokenise(subject, "iban", bad, at=START, by="ada")
        said.append(str(raised.value))
    for opener in (
        lambda: subject.open("other", sealed),
        lambda: subject.open("card", b"x" + sealed),
    ):
        with pytest.raises(Exception) as raised:  # noqa: PT011
            opener()
        said += [str(raised.value), repr(raised.value.__cause__)]
    operate("rotate", {"tenant": "acme", "what": "index"})
    lambda_.clock.now += 3 * HOUR
    operate("reseal", {"tenant": "acme"})
    erased(vault, keep_until=None)
    said += [reveal(found.id, key="after").text for found in tokens]

    logged = log()
    assert len(logged) > 6
    held = repr(lambda_.world()) + json.dumps(logged) + "".join(said) + "".join(capsys.readouterr())
    for canary in CANARIES[:4]:
        for form in (canary, canary.lower(), canary.encode().hex()):
            assert form not in held, canary
    keys = [bytes(each) for pair in subject._keys.values() for each in (pair,)]
    assert not any(repr(key)[2:-1] in held or key.hex() in held for key in keys)


def test_sealed_things_lie_in_binary_attributes_alone(lambda_, iban):
    rows = lambda_.items("Vault")
    (row,) = (item for item in rows if "sealed" in item)

    assert isinstance(row["sealed"], bytes)
    assert "masked" not in row
    assert not any(IBAN_FORM[-4:] in repr({**item, "pk": ""}) for item in rows)
    assert IBAN.replace(" ", "") == IBAN_FORM
