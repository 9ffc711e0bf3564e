"""Secrets: read once in a while, taken up anew, never shown."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from remit.kernel import clock
from remit.kernel.errors import Unavailable
from remit.runtime import clients, secrets
from remit.runtime.secrets import KEPT, SecretMalformed, secret

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:identity"


@pytest.fixture
def manager():
    secrets.forget()
    with Stubber(clients.secretsmanager()) as stub:
        yield stub
    secrets.forget()


def holds(manager: Stubber, text: str) -> None:
    manager.add_response("get_secret_value", {"SecretString": text}, {"SecretId": ARN})


def test_a_secret_is_read_once_and_again_after_a_while(manager, monkeypatch):
    now = 1_000_000
    monkeypatch.setattr(clock, "now", lambda: now)
    holds(manager, '{"a":1}')
    assert secret(ARN) == secret(ARN) == {"a": 1}
    holds(manager, '{"a":2}')
    now += KEPT - 1
    assert secret(ARN) == {"a": 1}
    now += 1
    assert secret(ARN) == {"a": 2}


@pytest.mark.parametrize("text", ["canary", "[1]", "{}", '"canary"', "{"])
def test_a_secret_that_is_no_object_is_malformed_and_not_shown(manager, text):
    holds(manager, text)
    with pytest.raises(SecretMalformed) as malformed:
        secret(ARN)
    assert not str(malformed.value)
    assert malformed.value.__suppress_context__ or malformed.value.__context__ is None


@pytest.mark.parametrize(
    ("status", "raised"), [(500, Unavailable), (503, Unavailable), (400, ClientError)]
)
def test_an_outage_passes_and_a_refusal_does_not(manager, status, raised):
    manager.add_client_error("get_secret_value", "Trouble", http_status_code=status)
    with pytest.raises(raised):
        secret(ARN)


def test_a_silent_secrets_manager_may_be_asked_again(monkeypatch):
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://secrets")

    secrets.forget()
    monkeypatch.setattr(clients.secretsmanager(), "get_secret_value", silent)
    with pytest.raises(Unavailable):
        secret(ARN)
