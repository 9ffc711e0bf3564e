"""An issuer for tests: signs tokens as a real one does, and as an attacker would."""

import base64
import json
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

ISSUER = "https://issuer.example"
AUDIENCE = "remit"
NOW = 1_795_512_600_000
SECONDS = NOW // 1000

KEY = ECKey.generate_key("P-256", {"kid": "k-1", "use": "sig", "alg": "ES256"})
STRANGER = ECKey.generate_key("P-256", {"kid": "k-1"})


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims at `NOW`, with `changes`; a change to `...` leaves the claim out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada@acme",
        "tenant": "acme",
        "role": "client",
        "iat": SECONDS - 10,
        "nbf": SECONDS - 10,
        "exp": SECONDS + 600,
    }
    return {name: content for name, content in (good | changes).items() if content is not ...}


def token(
    content: Any = None, *, key: ECKey | RSAKey = KEY, alg: str = "ES256", **header: Any
) -> str:
    """A signed token over `content` (good claims by default)."""
    payload = json.dumps(claims() if content is None else content)
    head = {"alg": alg, "kid": "k-1", "typ": "JWT"} | header
    head = {name: value for name, value in head.items() if value is not ...}
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jws.serialize_compact(head, payload, key, registry=registry)


def forged(header: Any, payload: Any, signature: str = "") -> str:
    """A token made by hand, with any header and signature."""
    parts = (json.dumps(part).encode() for part in (header, payload))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + (
        "." + signature
    )


def jwks(*keys: ECKey, **changes: Any) -> bytes:
    """The issuer's document of public keys."""
    shown = [key.as_dict(private=False) | changes for key in keys or (KEY,)]
    return json.dumps({"keys": shown}).encode()
