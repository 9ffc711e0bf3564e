"""Which rails are connected, where, and by what keys: for all who speak to a scheme. Light to load.

The secret has, by rail, the keys that we sign with and those that the scheme signs with:
`{"sct_inst": {"ours": ["whsec_..."], "theirs": ["whsec_..."]}}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from remit.kernel.signature import key_of
from remit.rails.capability import SCHEMES
from remit.runtime import settings
from remit.runtime.secrets import SecretMalformed

URLS = {rail: f"{rail.upper()}_URL" for rail in SCHEMES}
"""By rail, the setting that says where its scheme takes messages."""

NOT_CONNECTED = "none"


def connected() -> Mapping[str, str]:
    """Where each rail's scheme takes messages; those that are not connected are left out."""
    urls = {rail: settings.required(name) for rail, name in URLS.items()}
    return {rail: url for rail, url in urls.items() if url != NOT_CONNECTED}


def keys_of(secret: Mapping[str, Any], rail: str, whose: str) -> Sequence[bytes]:
    """The keys that we (`ours`) or the scheme (`theirs`) sign with. Raises `SecretMalformed`."""
    found = secret.get(rail)
    given = found.get(whose) if isinstance(found, dict) else None
    if not isinstance(given, list):
        raise SecretMalformed
    try:
        return [key_of(str(key)) for key in given]
    except ValueError:
        raise SecretMalformed from None
