"""A subject's two keys, and the tenant's index keys: wrapped at rest, unwrapped in memory only.

The subject key seals what erasure shall take away, the retention key what a law keeps for a while.
Their records are read each time, so a key that was destroyed is refused at once by every process;
only the unwrapping is remembered, for a bounded time.
"""

import json
from collections import OrderedDict
from collections.abc import Callable

from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import MINUTE
from remit.store.commit import Stale
from remit.store.item import Item, binary
from remit.store.write import Write, put_new
from remit.vault.model import RETENTION, SUBJECT, SealBroken, SubjectErased, SubjectUnknown, context
from remit.vault.ports import Cipher, Context
from remit.vault.store import VaultStore, keys_key

KEY_BYTES = 32
MOST_CACHED = 1_000
CACHED_FOR = 5 * MINUTE


_Place = tuple[str, str, str, bytes]
"""Tenant, subject, name, wrapped bytes: a wrapped key moved elsewhere is not remembered there."""


class Subject:
    """What a subject's keys can do. Holds them in memory; never stored, logged or sent.

    With `kept`, sealing and opening go by the retention key, which outlives an erasure for a time.
    """

    __slots__ = ("_cipher", "_keys", "id", "tenant")

    def __init__(self, tenant: str, id: str, *, keys: dict[str, bytes], cipher: Cipher) -> None:  # noqa: A002 - what it is called everywhere
        self.tenant = tenant
        self.id = id
        self._keys = keys
        self._cipher = cipher

    def __repr__(self) -> str:
        return f"Subject({self.tenant!r}, {self.id!r})"

    def seal(self, field: str, plain: bytes, *, kept: bool = False) -> bytes:
        """Seal `plain` as this subject's `field`. `SubjectErased` when the key is gone."""
        return self._cipher.seal(self._key(kept=kept), self._bound(field), plain)

    def open(self, field: str, sealed: bytes, *, kept: bool = False) -> bytes:
        """What `seal` was given; `SealBroken` for any other bytes, field or key."""
        return self._cipher.open(self._key(kept=kept), self._bound(field), sealed)

    def seal_json(self, field: str, content: object, *, kept: bool = False) -> bytes:
        """Seal `content` as canonical JSON."""
        return self.seal(field, canonical_json(content).encode(), kept=kept)

    def open_json(self, field: str, sealed: bytes, *, kept: bool = False) -> object:
        """What `seal_json` was given."""
        content: object = json.loads(self.open(field, sealed, kept=kept))
        return content

    def _bound(self, field: str) -> Context:
        return context(self.tenant, self.id, field)

    def _key(self, *, kept: bool) -> bytes:
        key = self._keys.get(RETENTION if kept else SUBJECT)
        if key is None:
            raise SubjectErased
        return key


class Keys:
    """Makes, finds and unwraps subjects' keys."""

    def __init__(
        self, store: VaultStore, cipher: Cipher, *, chance: Callable[[int], bytes]
    ) -> None:
        self.store = store
        self.cipher = cipher
        self.chance = chance
        self._unwrapped: OrderedDict[_Place, tuple[int, bytes]] = OrderedDict()

    def new(self, tenant: str, subject: str, *, at: int, by: str) -> tuple[Subject, list[Write]]:
        """Fresh keys for a subject that has none; see `Vault.new_subject`."""
        plain = {name: self.chance(KEY_BYTES) for name in (SUBJECT, RETENTION)}
        item: Item = keys_key(tenant, subject) | {
            "wrapped_at": at,
            "at": at,
            "by": by,
            "why": "new subject",
        }
        for name, key in plain.items():
            item[name] = self.wrap(tenant, subject, name, key)
        write = put_new(self.store.keys.name, item, exists=lambda _: Stale())
        return Subject(tenant, subject, keys=plain, cipher=self.cipher), [write]

    def of(self, tenant: str, subject: str) -> Subject:
        """The subject; `SubjectErased` once its key is destroyed, `SubjectUnknown` without one."""
        record = self.record(tenant, subject)
        if SUBJECT not in record:
            raise SubjectErased
        return self._subject(tenant, subject, record)

    def retained(self, tenant: str, subject: str) -> Subject:
        """The subject, erased or not; `SubjectErased` once the retention key is destroyed too."""
        record = self.record(tenant, subject)
        if RETENTION not in record:
            raise SubjectErased
        return self._subject(tenant, subject, record)

    def record(self, tenant: str, subject: str) -> Item:
        """The subject's record as it stands, with whatever of its keys there still is."""
        context(tenant, subject, "keys")
        found = self.store.keys.get(keys_key(tenant, subject))
        if found is None:
            raise SubjectUnknown
        return found

    def wrap(self, tenant: str, subject: str, name: str, key: bytes) -> bytes:
        """Wrap `key`, and remember it."""
        wrapped = self.cipher.wrap(tenant, context(tenant, subject, name), key)
        self._remember((tenant, subject, name, wrapped), key)
        return wrapped

    def unwrap(self, tenant: str, subject: str, name: str, wrapped: bytes) -> bytes:
        """The key in `wrapped`; `SealBroken` when it is another subject's, or no such key."""
        place = (tenant, subject, name, wrapped)
        made_at, key = self._unwrapped.get(place, (0, b""))
        if clock.now() - made_at < CACHED_FOR:
            self._unwrapped.move_to_end(place)
            return key
        key = self.cipher.unwrap(tenant, context(tenant, subject, name), wrapped)
        if len(key) != KEY_BYTES:
            raise SealBroken
        self._remember(place, key)
        return key

    def forget(self) -> None:
        """Drop every key from memory."""
        self._unwrapped.clear()

    def _subject(self, tenant: str, subject: str, record: Item) -> Subject:
        keys = {
            name: self.unwrap(tenant, subject, name, binary(record, name))
            for name in (SUBJECT, RETENTION)
            if name in record
        }
        return Subject(tenant, subject, keys=keys, cipher=self.cipher)

    def _remember(self, place: _Place, key: bytes) -> None:
        self._unwrapped[place] = (clock.now(), key)
        while len(self._unwrapped) > MOST_CACHED:
            self._unwrapped.popitem(last=False)
