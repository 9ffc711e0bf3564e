"""The lines to rails as the function's settings describe them: which, where, and by what keys.

The secret has, by rail, the keys that we sign with and those that the scheme signs with:
`{"sct_inst": {"ours": ["whsec_..."], "theirs": ["whsec_..."]}}`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from remit.kernel.signature import key_of
from remit.rails import link
from remit.runtime import settings
from remit.runtime.secrets import SecretMalformed, secret

if TYPE_CHECKING:
    from urllib3 import PoolManager

URLS = {"sct_inst": "SCT_INST_URL", "fps_hk": "FPS_HK_URL"}
"""By rail, the setting that says where its scheme takes messages."""

NOT_CONNECTED = "none"


def lines() -> Mapping[str, link.Line]:
    """The line to each rail that is connected."""
    return {
        rail: link.HttpLine(pool=pool(), url=url, keys=keys(rail, "ours"))
        for rail, url in connected().items()
    }


def connected() -> Mapping[str, str]:
    """Where each rail's scheme takes messages; those that are not connected are left out."""
    urls = {rail: settings.required(name) for rail, name in URLS.items()}
    return {rail: url for rail, url in urls.items() if url != NOT_CONNECTED}


def keys(rail: str, whose: str) -> Sequence[bytes]:
    """The keys that we (`ours`) or the scheme of a rail (`theirs`) sign with."""
    found = secret(settings.required("RAILS_SECRET_ARN")).get(rail)
    named = found.get(whose) if isinstance(found, dict) else None
    if not isinstance(named, list):
        raise SecretMalformed
    try:
        return [key_of(str(key)) for key in named]
    except ValueError:
        raise SecretMalformed from None


@cache
def pool() -> "PoolManager":
    """The process's connections to schemes."""
    return link.pool()
