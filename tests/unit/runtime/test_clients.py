"""The one factory of AWS clients."""

import pytest

from remit.runtime import clients

EVERY = [clients.dynamodb, clients.stepfunctions, clients.sqs, clients.s3]


@pytest.mark.parametrize("client", EVERY)
def test_a_client_is_made_once(client):
    assert client() is client()


def test_after_forgetting_clients_are_made_anew():
    before = clients.dynamodb()
    clients.forget()
    assert clients.dynamodb() is not before


@pytest.mark.parametrize("client", EVERY)
def test_every_limit_is_ours(client):
    config = client().meta.config
    assert config.connect_timeout == 1
    assert config.read_timeout == (5 if client is clients.s3 else 2)
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] == 3
    assert config.tcp_keepalive is True


def test_the_worst_wait_ends_before_api_gateway_gives_up():
    config = clients.dynamodb().meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) < 29
