"""The blind index: finds equal values by a keyed hash, and tells nothing to who lacks the key.

Each tenant has keys of its own, in versions. A new version is read for a while before it is
written under, so that no process looks for less than another may have written; an old one is
destroyed when everything has been indexed anew (`reseal`).
"""

import contextlib
import hashlib
import hmac

from remit.kernel import clock
from remit.kernel.clock import HOUR
from remit.kernel.value import value
from remit.store.chain import sequence_key, sequence_of
from remit.store.commit import Stale, commit
from remit.store.item import Item, binary, integer
from remit.store.write import Write, put_new
from remit.vault.keys import KEY_BYTES, Keys
from remit.vault.model import Kind
from remit.vault.store import index_keys_pk, index_pk

READ_BEFORE_WRITTEN = HOUR
"""Longer than any process lives on what it has read before."""

MOST_VERSIONS = 8
_OWNER = "index"


@value
class IndexKey:
    """One version of a tenant's index key; written under from `written_from` (milliseconds) on."""

    version: int
    key: bytes
    written_from: int


def index_keys(keys: Keys, tenant: str, *, by: str) -> tuple[IndexKey, ...]:
    """The tenant's live index keys, oldest first. The first one is made at first use."""
    found = stored(keys, tenant)
    if not found:
        with contextlib.suppress(Stale):  # somebody else was first, and theirs is as good
            commit(keys.store.keys.client, [added(keys, tenant, 1, written_from=0, by=by)])
        found = stored(keys, tenant)
    return found


def stored(keys: Keys, tenant: str) -> tuple[IndexKey, ...]:
    """The tenant's live index keys, oldest first; none before the first use."""
    page = keys.store.keys.query(index_keys_pk(tenant), limit=MOST_VERSIONS)
    return tuple(_index_key(keys, tenant, item) for item in page.items)


def added(keys: Keys, tenant: str, version: int, *, written_from: int, by: str) -> Write:
    """Add a version; `Stale` when it is there already."""
    wrapped = keys.wrap(tenant, _OWNER, _name(version), keys.chance(KEY_BYTES))
    item: Item = {
        "pk": index_keys_pk(tenant),
        "sk": sequence_key(version),
        "index_key": wrapped,
        "written_from": written_from,
        "at": clock.now(),
        "by": by,
        "why": "index key",
    }
    return put_new(keys.store.keys.name, item, exists=lambda _: Stale())


def written(live: tuple[IndexKey, ...]) -> IndexKey:
    """The version to write under now."""
    now = clock.now()
    return [each for each in live if each.written_from <= now or each is live[0]][-1]


def place(tenant: str, kind: Kind, form: str, key: IndexKey) -> str:
    """The partition of the index in which the value of that plain form is, under that version."""
    content = b"\0".join((kind.encode(), form.encode()))
    digest = hmac.new(key.key, content, hashlib.sha256).hexdigest()
    return index_pk(tenant, kind, key.version, digest)


def rewrapped(keys: Keys, tenant: str, item: Item) -> bytes:
    """A stored index key, wrapped anew under the tenant's newest branch key."""
    version = sequence_of(item)
    plain = keys.unwrap(tenant, _OWNER, _name(version), binary(item, "index_key"))
    return keys.wrap(tenant, _OWNER, _name(version), plain)


def _index_key(keys: Keys, tenant: str, item: Item) -> IndexKey:
    version = sequence_of(item)
    key = keys.unwrap(tenant, _OWNER, _name(version), binary(item, "index_key"))
    return IndexKey(version=version, key=key, written_from=integer(item, "written_from"))


def _name(version: int) -> str:
    return f"index_key.{version}"
