"""Bringing what is stored under the newest keys, slice by slice.

A pass goes over the wrapped keys first and the tokens then, and stores how far it came after each
page, so it can be killed anywhere and goes on from there: what is done twice changes nothing. Data
itself is never sealed anew, since its keys are. At the end of a pass the index's old keys, under
which nothing is left, are destroyed.
"""

import json
from collections.abc import Callable
from typing import cast

from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Rejection
from remit.kernel.value import value
from remit.store.commit import Stale, commit
from remit.store.item import Item, binary, integer, text
from remit.store.table import Table
from remit.store.write import delete, put, put_new, update
from remit.vault.index import READ_BEFORE_WRITTEN, place, rewrapped, stored, written
from remit.vault.keys import Keys
from remit.vault.model import RETENTION, SUBJECT, Kind, SealBroken, SubjectErased
from remit.vault.store import cursor_key, index_keys_pk, keys_key, rotation_key, scanned
from remit.vault.tokens import opened, token_row

_KEYS, _TOKENS, _DONE = "keys", "tokens", "done"
_PAGE = 25

MOST = 5_000
"""Records that one call looks at, unless told otherwise."""


class TooEarly(Rejection):
    """Some processes may still write under the keys from before the rotation."""

    status = 409
    title = "It is too early to re-seal"


@value
class Resealed:
    """How far a pass has come in all its slices: `rewrapped`, `moved` in the index, `broken`.

    `destroyed` names the versions of the index key that went at its end.
    """

    is_done: bool
    rewrapped: int
    moved: int
    broken: int
    destroyed: tuple[int, ...]


def reseal(keys: Keys, tenant: str, *, by: str, until: int, most: int) -> Resealed:
    """Do a slice of the tenant's pass: about `most` records, none begun after `until`.

    Begins a pass where none is under way; `TooEarly` when a rotation is too fresh for that.
    """
    state = keys.store.records.get(cursor_key(tenant)) or _begun(keys, tenant, by)
    seen = 0
    while state["stage"] != _DONE and seen < most and clock.now() < until:
        table, work = _stage(keys, state)
        page = scanned(
            table,
            prefix=f"{tenant}#subject#",
            start=cast("Item | None", json.loads(text(state, "start"))),
            limit=_PAGE,
        )
        for item in page.items:
            _count(state, work(item))
        seen += _PAGE
        _advance(state, page.next_key)
        commit(keys.store.records.client, [put(keys.store.records.name, state)])
    destroyed = _finished(keys, tenant, state) if state["stage"] == _DONE else ()
    return Resealed(
        is_done=state["stage"] == _DONE,
        rewrapped=integer(state, "rewrapped"),
        moved=integer(state, "moved"),
        broken=integer(state, "broken"),
        destroyed=destroyed,
    )


def _begun(keys: Keys, tenant: str, by: str) -> Item:
    now = clock.now()
    for what in ("branch", "index"):
        rotation = keys.store.records.get(rotation_key(tenant, what))
        if rotation is not None and integer(rotation, "reseal_from") > now:
            raise TooEarly(f"the rotation of the {what} key can be followed up later")
    live = stored(keys, tenant)
    return cursor_key(tenant) | {
        "stage": _KEYS,
        "start": "null",
        "index_version": written(live).version if live else 0,
        "rewrapped": 0,
        "moved": 0,
        "broken": 0,
        "at": now,
        "by": by,
        "why": "re-sealing",
    }


def _stage(keys: Keys, state: Item) -> tuple[Table, Callable[[Item], str]]:
    began = integer(state, "at")
    tenant = text(state, "pk").partition("#")[0]
    if state["stage"] == _KEYS:
        return keys.store.keys, lambda item: _rewrap(keys, tenant, item, before=began)
    version = integer(state, "index_version")
    return keys.store.records, lambda item: _move(keys, tenant, item, to=version)


def _advance(state: Item, next_key: Item | None) -> None:
    state["start"] = canonical_json(next_key)
    if next_key is None:
        state["stage"] = _TOKENS if state["stage"] == _KEYS else _DONE


def _count(state: Item, outcome: str) -> None:
    if outcome in state:
        state[outcome] = integer(state, outcome) + 1


def _rewrap(keys: Keys, tenant: str, item: Item, *, before: int) -> str:
    """Wrap one subject's keys under the newest branch key, unless that is done."""
    if integer(item, "wrapped_at") >= before:
        return "nothing"
    subject = text(item, "pk").split("#", 2)[2]
    names = [name for name in (SUBJECT, RETENTION) if name in item]
    if not names:
        return "nothing"  # all its keys are destroyed
    try:
        fresh: Item = {
            name: keys.wrap(
                tenant, subject, name, keys.unwrap(tenant, subject, name, binary(item, name))
            )
            for name in names
        }
        write = update(
            keys.store.keys.name,
            keys_key(tenant, subject),
            set_to=fresh | {"wrapped_at": clock.now()},
            only_if={name: item[name] for name in names},
            failed=lambda _: Stale(),
        )
        commit(keys.store.keys.client, [write])
    except SealBroken:
        return "broken"
    except Stale:
        return "nothing"  # erased meanwhile, or another run was faster
    return "rewrapped"


def _move(keys: Keys, tenant: str, item: Item, *, to: int) -> str:
    """Index one token under the newest index key, unless that is done."""
    identifier = text(item, "sk")
    if not identifier.startswith("tok_") or integer(item, "index_version") == to:
        return "nothing"
    subject = text(item, "pk").split("#", 2)[2]
    (key,) = (each for each in stored(keys, tenant) if each.version == to)
    name, records = keys.store.records.name, keys.store.records
    try:
        form = opened(keys, tenant, token_row(keys.store, tenant, identifier))
        there = place(tenant, cast("Kind", text(item, "kind")), form, key)
        who: Item = {"at": item["at"], "by": item["by"], "why": "indexed anew"}
        row: Item = {"pk": there, "sk": subject, "token": identifier}
        writes = [
            delete(name, {"pk": item["index"], "sk": subject}, missing=lambda _: Stale()),
            put_new(name, row | who, exists=lambda _: Stale()),
            update(
                name,
                {"pk": item["pk"], "sk": identifier},
                set_to={"index": there, "index_version": to},
                only_if={"index": item["index"]},
                failed=lambda _: Stale(),
            ),
        ]
        commit(records.client, writes)
    except SealBroken:
        return "broken"
    except (Stale, SubjectErased):
        return "nothing"  # erased, or another run was faster
    return "moved"


def _finished(keys: Keys, tenant: str, state: Item) -> tuple[int, ...]:
    """End the pass: wrap the index keys anew, and destroy those that nothing is indexed under."""
    client, table = keys.store.keys.client, keys.store.keys.name
    live, version = stored(keys, tenant), integer(state, "index_version")
    newest = next((each for each in live if each.version == version), None)
    is_settled = newest is not None and (
        integer(state, "at") >= newest.written_from + READ_BEFORE_WRITTEN
    )
    destroyed = [each.version for each in live if each.version < version] if is_settled else []
    if integer(state, "broken"):
        destroyed = []  # what could not be moved is still found under the old ones
    for item in keys.store.keys.query(index_keys_pk(tenant), limit=_PAGE).items:
        at = {"pk": item["pk"], "sk": item["sk"]}
        if int(text(item, "sk")) in destroyed:
            write = delete(table, at, missing=lambda _: Stale())
        else:
            write = update(
                table,
                at,
                set_to={"index_key": rewrapped(keys, tenant, item)},
                only_if={"index_key": item["index_key"]},
                failed=lambda _: Stale(),
            )
        commit(client, [write])
    commit(
        keys.store.records.client,
        [delete(keys.store.records.name, cursor_key(tenant), missing=lambda _: Stale())],
    )
    return tuple(destroyed)
