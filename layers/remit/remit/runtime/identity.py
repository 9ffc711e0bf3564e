"""The desk that identity checks are done at, from the function's settings."""

from functools import cache
from typing import TYPE_CHECKING

from remit.identity import http
from remit.identity.desk import Desk, House
from remit.identity.store import CheckStore
from remit.kernel import clock
from remit.kernel.signature import key_of
from remit.runtime import clients, machine, settings
from remit.runtime.secrets import SecretMalformed, secret

if TYPE_CHECKING:
    from urllib3 import PoolManager


def desk(*, site: str = "") -> Desk:
    """The desk, with the one provider that is deployed. `site` is where its callbacks come in:
    whoever asks questions needs it."""
    provider = settings.required("IDENTITY_PROVIDER")
    return Desk(
        checks=CheckStore.of(clients.dynamodb(), settings.required("IDENTITY_TABLE")),
        providers={provider: _house()},
        asks=provider,
        site=site,
        resume=machine.resumer(),
        patience=_patience(),
    )


def _house() -> House:
    """The provider knows us by `api_key`, and signs with one of `webhook_keys`, new or old."""
    found = secret(settings.required("IDENTITY_SECRET_ARN"))
    api_key, keys = found.get("api_key"), found.get("webhook_keys")
    if not isinstance(api_key, str) or not isinstance(keys, list):
        raise SecretMalformed
    try:
        decoded = [key_of(str(key)) for key in keys]
    except ValueError:
        raise SecretMalformed from None
    url = settings.required("IDENTITY_URL").rstrip("/")
    return House(provider=http.HttpProvider(pool=_pool(), url=url, key=api_key), keys=decoded)


@cache
def _pool() -> "PoolManager":
    return http.pool()


def _patience() -> int:
    text = settings.required("IDENTITY_PATIENCE_SECONDS")
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise settings.SettingMissing("IDENTITY_PATIENCE_SECONDS must be a number of seconds")
    return int(text) * clock.SECOND
