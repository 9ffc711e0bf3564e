"""Tokens: made once for a subject's value, found by equality, opened by who may.

A row of a token holds whose it is and of which kind, and the value sealed; even its masked form is
made from that, so that an erasure leaves nothing.
"""

from typing import cast

from remit.store.commit import Stale
from remit.store.item import Item, binary, integer, text
from remit.store.write import Write, put_new
from remit.vault.index import IndexKey, index_keys, place, stored, written
from remit.vault.keys import Keys, Subject
from remit.vault.model import Kind, Token, TokenUnknown, masked, plain_form, token_id
from remit.vault.store import VaultStore, subject_pk, token_key

MOST_FOUND = 100
_CHANCE_BYTES = 32


def tokenise(
    keys: Keys, subject: Subject, kind: Kind, plain: str, *, at: int, by: str
) -> tuple[Token, list[Write]]:
    """The token of this value for this subject, and the writes that make it; see `Vault`."""
    form = plain_form(kind, plain)
    live = index_keys(keys, subject.tenant, by=by)
    places = [place(subject.tenant, kind, form, key) for key in live]
    found = keys.store.records.get_many([{"pk": each, "sk": subject.id} for each in places])
    for row in found:
        if row is not None:
            return token(keys, subject.tenant, text(row, "token")), []
    made = Token(
        id=token_id(kind, keys.chance(_CHANCE_BYTES).hex()),
        tenant=subject.tenant,
        kind=kind,
        subject=subject.id,
        masked=masked(kind, form),
        at=at,
    )
    return made, _writes(keys.store, subject, made, form, live, by)


def find(keys: Keys, tenant: str, kind: Kind, plain: str) -> tuple[str, ...]:
    """The ids of the tenant's tokens of this value, at most `MOST_FOUND` of each index version."""
    form = plain_form(kind, plain)
    found = {
        text(row, "token")
        for key in stored(keys, tenant)
        for row in keys.store.records.query(place(tenant, kind, form, key), limit=MOST_FOUND).items
    }
    return tuple(sorted(found))


def token(keys: Keys, tenant: str, identifier: str) -> Token:
    """The token; `TokenUnknown` without one, `SubjectErased` when its subject is erased."""
    row = token_row(keys.store, tenant, identifier)
    kind = cast("Kind", text(row, "kind"))
    return Token(
        id=identifier,
        tenant=tenant,
        kind=kind,
        subject=text(row, "subject"),
        masked=masked(kind, opened(keys, tenant, row)),
        at=integer(row, "at"),
    )


def token_row(store: VaultStore, tenant: str, identifier: str) -> Item:
    """The token as it is stored; `TokenUnknown` without one."""
    row = store.records.get(token_key(tenant, identifier))
    if row is None:
        raise TokenUnknown
    return row


def opened(keys: Keys, tenant: str, row: Item) -> str:
    """The value of a token, in its plain form. `SubjectErased` when its key is destroyed."""
    subject = keys.of(tenant, text(row, "subject"))
    identifier = text(row, "pk").rpartition("#")[2]
    return subject.open(_field(identifier), binary(row, "sealed")).decode()


def _writes(
    store: VaultStore,
    subject: Subject,
    made: Token,
    form: str,
    live: tuple[IndexKey, ...],
    by: str,
) -> list[Write]:
    key = written(live)
    who: Item = {"at": made.at, "by": by, "why": "tokenised"}
    rows: list[Item] = [
        {"pk": place(made.tenant, made.kind, form, key), "sk": made.subject, "token": made.id},
        token_key(made.tenant, made.id)
        | {
            "kind": made.kind,
            "subject": made.subject,
            "sealed": subject.seal(_field(made.id), form.encode()),
        },
        {
            "pk": subject_pk(made.tenant, made.subject),
            "sk": made.id,
            "kind": made.kind,
            "index": place(made.tenant, made.kind, form, key),
            "index_version": key.version,
        },
    ]
    return [put_new(store.records.name, row | who, exists=lambda _: Stale()) for row in rows]


def _field(identifier: str) -> str:
    return f"token:{identifier.lower()}"
