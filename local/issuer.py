"""The local identity provider: one ES256 key, its public half, and tokens signed with it.

It gives a token to anyone who can read the key file; nothing like it exists in a deployment.
"""

import json
import os
import time
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from local.home import write_whole

DAY_SECONDS = 86_400
AUDIENCE = "remit"
ROLES = ("client", "operator", "auditor")


class Issuer:
    """Signs as `url`, with the key in `key_file`, which is made when it is not there."""

    def __init__(self, url: str, key_file: Path) -> None:
        self.url = url
        if not key_file.exists():
            made = ECKey.generate_key("P-256", auto_kid=True)
            write_whole(key_file, json.dumps(made.as_dict(private=True)), mode=0o600)
        self._key = ECKey.import_key(json.loads(key_file.read_text()))

    def token(self, tenant: str, role: str, *, subject: str | None = None) -> str:
        """An access token, valid for a day."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject or f"{role}@{tenant}",
            "tenant": tenant,
            "role": role,
            "iat": now,
            "nbf": now,
            "exp": now + DAY_SECONDS,
            "jti": os.urandom(8).hex(),
        }
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)

    def keys(self) -> dict[str, object]:
        """The public key, as a JWKS document."""
        public = {**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}
        return {"keys": [public]}

    def configuration(self) -> dict[str, object]:
        """The OpenID discovery document; there is no endpoint to ask for a token."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
            "id_token_signing_alg_values_supported": ["ES256"],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
        }
