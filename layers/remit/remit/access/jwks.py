"""The issuer's public keys (RFC 7517): fetched with care, kept within bounds.

Only P-256 signature keys with a `kid` count; whatever else the document holds is passed over.
"""

import json
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
)

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from remit.kernel import clock
from remit.kernel.errors import Unavailable

FRESH = 10 * clock.MINUTE
"""After this long the keys are fetched again, so that a withdrawn key stops working."""

KEPT = clock.DAY
"""For this long keys still serve when the issuer does not answer."""

MAX_KEYS = 16
MAX_BYTES = 64 * 1024
TIMEOUT_SECONDS = 2

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MAX_KID = 128

Fetch = Callable[[str], bytes]


# Only these: no proxy from the environment, and no redirect, which could lead off TLS.
_opener = OpenerDirector()
for _handler in (HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
    _opener.add_handler(_handler())


def fetch(url: str) -> bytes:
    """The document at `url`, at most `MAX_BYTES`; `Unavailable` when it cannot be had."""
    try:
        with _opener.open(url, timeout=TIMEOUT_SECONDS) as answer:
            raw: bytes = answer.read(MAX_BYTES + 1)
    except (OSError, HTTPException) as error:
        raise Unavailable("the issuer's keys cannot be fetched") from error
    if len(raw) > MAX_BYTES:
        raise Unavailable("the issuer's keys are too large")
    return raw


class Jwks:
    """The keys at one URL, remembered between requests of one process."""

    def __init__(self, url: str, *, fetch: Fetch = fetch) -> None:
        """`url` must be https, or http on the loopback interface; else `ValueError`."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ValueError("the issuer's keys must come over https")
        self._url = url
        self._fetch = fetch
        self._keys: dict[str, ECKey] = {}
        self._fetched_at: int | None = None
        self._tried_at: int | None = None

    def key(self, kid: str, *, now: int) -> ECKey | None:
        """The key named `kid`, or None when the issuer has none; `now` in milliseconds.

        An unknown name makes us ask the issuer again, but at most once a minute, so that invented
        names cannot make us flood it. Raises `Unavailable` while there are no keys to judge by.
        """
        if self._is_due(kid, now):
            self._tried_at = now
            try:
                self._keys = parse(self._fetch(self._url))
                self._fetched_at = now
            except Unavailable:
                if self._age(now) >= KEPT:
                    raise
        if self._age(now) >= KEPT:
            raise Unavailable("the issuer's keys cannot be fetched")
        return self._keys.get(kid)

    def _is_due(self, kid: str, now: int) -> bool:
        if kid in self._keys and self._age(now) < FRESH:
            return False
        # With nothing in hand, every second without an answer refuses everybody: ask sooner.
        pause = clock.MINUTE if self._keys else clock.SECOND
        return self._tried_at is None or now - self._tried_at >= pause

    def _age(self, now: int) -> int:
        return KEPT if self._fetched_at is None else now - self._fetched_at


def parse(raw: bytes) -> dict[str, ECKey]:
    """The usable keys of a JWKS document, by `kid`; `Unavailable` when it is not one.

    A `kid` that names two keys is ambiguous, and names none.
    """
    try:
        entries = json.loads(raw)["keys"]
        named = [(entry["kid"], _key(entry)) for entry in entries if _is_usable(entry)]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, JoseError) as error:
        raise Unavailable("the issuer's keys cannot be read") from error
    kids = [kid for kid, _ in named]
    return {kid: key for kid, key in named[:MAX_KEYS] if kids.count(kid) == 1}


def _is_usable(entry: dict[str, object]) -> bool:
    kid = entry.get("kid")
    return (
        isinstance(kid, str)
        and 0 < len(kid) <= _MAX_KID
        and (entry.get("kty"), entry.get("crv")) == ("EC", "P-256")
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", "ES256") == "ES256"
    )


def _key(entry: dict[str, str]) -> ECKey:
    # Only the public half, and none of the entry's own opinions about how it may be used.
    key = ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y")})
    key.public_key  # noqa: B018 - built now, since a point off the curve is refused only then
    return key
