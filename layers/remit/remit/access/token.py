"""Verifying a bearer token: a JWT (RFC 7519) signed with ES256, by the practice of RFC 8725.

The algorithm is ours to say, not the token's; the key comes from the issuer's document by `kid`
alone. Why a token was refused is told to the log, never to the caller.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from remit.access.jwks import Jwks
from remit.access.model import Caller, Unauthorized, caller
from remit.kernel import clock
from remit.kernel.value import value

ALGORITHM = "ES256"
LEEWAY_SECONDS = 30
MAX_CHARACTERS = 4096

_TYPES = (None, "JWT", "at+jwt")


@value
class Verifier:
    """Whose tokens are taken, meant for whom."""

    issuer: str
    audience: str
    jwks: Jwks

    def verify(self, token: str, *, now: int) -> Caller:
        """The caller whom `token` names at `now` (milliseconds).

        Raises `Unauthorized`, or `Unavailable` when the issuer's keys cannot be had.
        """
        claims = self._signed(token, now)
        self._check(claims, now / clock.SECOND)
        return caller(claims)

    def _signed(self, token: str, now: int) -> Mapping[str, Any]:
        """The claims of `token`, once the signature has been checked."""
        if len(token) > MAX_CHARACTERS:
            raise Unauthorized("the token is too long")
        try:
            signed = jws.extract_compact(token.encode("ascii"))
            header = signed.headers()
            if header.get("alg") != ALGORITHM or header.get("typ") not in _TYPES:
                raise Unauthorized("the token is of another kind")
            kid = header.get("kid")
            key = self.jwks.key(kid, now=now) if isinstance(kid, str) else None
            if key is None:
                raise Unauthorized("the token names no key of the issuer")
            if not jws.validate_compact(signed, key, algorithms=[ALGORITHM]):
                raise Unauthorized("the signature does not match")
            claims = json.loads(signed.payload)
        except (JoseError, ValueError, TypeError, RecursionError):
            raise Unauthorized("the token cannot be read") from None
        if not isinstance(claims, dict):
            raise Unauthorized("the token holds no claims")
        return claims

    def _check(self, claims: Mapping[str, Any], now: float) -> None:
        audience = claims.get("aud")
        meant_for = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self.issuer:
            raise Unauthorized("another issuer made the token")
        if self.audience not in meant_for:
            raise Unauthorized("the token is meant for another audience")
        if _moment(claims, "exp") + LEEWAY_SECONDS <= now:
            raise Unauthorized("the token has expired")
        for name in ("nbf", "iat"):
            if _moment(claims, name) - LEEWAY_SECONDS > now:
                raise Unauthorized("the token is not valid yet")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    """A NumericDate claim, in seconds; it must be there."""
    moment = claims.get(name)
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not math.isfinite(moment):
        raise Unauthorized("the token lacks a time")
    return moment
