"""The one factory of AWS clients."""

import importlib.util
from types import ModuleType

import pytest

from remit.runtime import clients, settings

EVERY = [clients.dynamodb, clients.stepfunctions, clients.sqs, clients.s3, clients.secretsmanager]


@pytest.mark.parametrize("client", EVERY)
def test_a_client_is_made_once(client):
    assert client() is client()


def test_after_forgetting_clients_are_made_anew():
    before = clients.dynamodb()
    clients.forget()
    assert clients.dynamodb() is not before


@pytest.mark.parametrize(
    ("setting", "client"),
    [
        ("LEDGER_TABLE", clients.dynamodb),
        ("PAYMENT_MACHINE_ARN", clients.stepfunctions),
        ("FILES_QUEUE_URL", clients.sqs),
        ("FILES_BUCKET", clients.s3),
        ("IDENTITY_SECRET_ARN", clients.secretsmanager),
    ],
)
def test_inside_lambda_a_function_has_its_clients_before_the_first_request(
    monkeypatch, setting, client
):
    monkeypatch.setattr(settings, "names", lambda: frozenset({"AWS_LAMBDA_FUNCTION_NAME", setting}))
    assert made(loaded_anew()) == [client.__wrapped__.__name__]


def test_what_only_payments_that_leave_the_house_need_is_made_with_the_first(monkeypatch):
    given = {"AWS_LAMBDA_FUNCTION_NAME", "LISTS_BUCKET", "VAULT_KEY_ARN"}
    monkeypatch.setattr(settings, "names", lambda: frozenset(given))
    assert made(loaded_anew()) == []


def test_elsewhere_no_client_is_made_until_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(settings, "names", lambda: frozenset({"LEDGER_TABLE"}))
    assert made(loaded_anew()) == []


def loaded_anew() -> ModuleType:
    """The module as a cold start loads it, beside the one that other tests use."""
    spec = importlib.util.find_spec("remit.runtime.clients")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(module: ModuleType) -> list[str]:
    names = ("dynamodb", "stepfunctions", "sqs", "s3", "kms", "secretsmanager")
    return [name for name in names if getattr(module, name).cache_info().currsize]


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
