"""The authoriser, from API Gateway's event to its policy."""

import io
import json

import boto3
import pytest
from moto import mock_aws

from remit.access import store
from remit.access.store import Tenant, TenantExists
from remit.kernel.errors import Unavailable
from remit.runtime import clients
from remit.store.table import Table
from tests import builders
from tests.unit.access.issuer import AUDIENCE, ISSUER, NOW, claims, jwks, token

ACME = Tenant(id="acme", status="active", usage_key="usage-key-of-acme-0001")


@pytest.fixture
def access(monkeypatch):
    for name, content in {
        "ACCESS_TABLE": "Access",
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "JWKS_URL": "https://issuer.example/jwks",
    }.items():
        monkeypatch.setenv(name, content)
    monkeypatch.setattr("remit.access.jwks._opener.open", lambda *_, **__: io.BytesIO(jwks()))
    monkeypatch.setattr("remit.kernel.clock.now", lambda: NOW)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="Access",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        table = Table(client=clients.dynamodb(), name="Access")
        store.enrol(table, ACME, now=NOW, by="setup", why="test")
        yield table


@pytest.fixture
def ask(access):
    """Calls the authoriser with an `Authorization` header, or several."""
    authorise = builders.function("access/authorise")

    def call(*authorization: str) -> dict:
        event = builders.event("access/authorise/client")
        event["multiValueHeaders"]["Authorization"] = list(authorization)
        return authorise.handler(event, builders.lambda_context())

    return call


def test_a_good_token_of_an_active_tenant_opens_the_whole_api(ask):
    assert ask(f"Bearer {token()}") == {
        "principalId": "ada@acme",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/*/*",
                }
            ],
        },
        "context": {"tenant": "acme", "subject": "ada@acme", "role": "client"},
        "usageIdentifierKey": "usage-key-of-acme-0001",
    }


def test_the_context_is_what_the_edge_reads(ask):
    """What the authoriser tells, API Gateway hands on to the functions."""
    told = ask(f"bearer {token(claims(role='operator'))}")["context"]
    seen = builders.api_event("GET", "/x", role="operator")["requestContext"]["authorizer"]
    assert told.items() <= seen.items()


@pytest.mark.parametrize("tenant", ["globex", "initech"])
def test_a_suspended_or_unknown_tenant_is_denied(ask, access, tenant):
    suspended = Tenant(id="globex", status="suspended", usage_key="usage-key-of-globex-01")
    store.enrol(access, suspended, now=NOW, by="setup", why="test")
    answer = ask(f"Bearer {token(claims(tenant=tenant))}")
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert "usageIdentifierKey" not in answer


@pytest.mark.parametrize(
    "authorization",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        [token()],
        [f"Basic {token()}"],
        [f"Bearer  {token()}"],
        [f"Bearer {token()} {token()}"],
        [f"Bearer {token()}", f"Bearer {token()}"],
        [f"Bearer {token(claims(exp=1))}"],
        ["Bearer canary.canary.canary"],
    ],
)
def test_any_other_bearer_is_told_exactly_unauthorized(ask, log, authorization):
    with pytest.raises(Exception, match=r"^Unauthorized$") as caught:
        ask(*authorization)
    assert type(caught.value) is Exception
    (line,) = log()
    assert (line["message"], line["code"]) == ("authorise", "unauthorized")
    assert line["detail"]
    assert "canary" not in json.dumps(line)


def test_an_outage_of_the_issuer_is_no_refusal(ask, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("remit.access.jwks._opener.open", away)
    with pytest.raises(Unavailable):
        ask(f"Bearer {token()}")


def test_no_part_of_a_token_is_logged(ask, log):
    secret = token(claims(sub="canary", email="canary@acme.example"))
    ask(f"Bearer {secret}")
    text = json.dumps(log())
    assert "canary" not in text
    assert not any(part in text for part in secret.split("."))


def test_a_tenant_is_enrolled_once(access):
    with pytest.raises(TenantExists):
        store.enrol(access, ACME, now=NOW, by="setup", why="again")
    assert store.load(access, "acme") == ACME
    assert store.load(access, "nobody") is None
