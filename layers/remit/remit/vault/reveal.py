"""Revealing what stands behind a token: recorded before it is answered, and only so often.

Each person's reveals are a chain, so the records are dense and none can be taken out unseen; the
token's own partition lists the same reveals. What is stored under an idempotency key is the record
of the reveal, never the value: a replay opens the token again, and is recorded like any reveal.
"""

import json
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import HOUR, rfc3339
from remit.kernel.errors import Contended, Rejection
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.store import commit as unit_of_work
from remit.store.chain import Chain, sequence_of
from remit.store.commit import Stale, commit, pause
from remit.store.idempotency import Answer, Command, KeyReused, answer_once
from remit.store.item import Item, integer
from remit.store.table import Table
from remit.store.write import Write, put_new
from remit.vault.keys import Keys
from remit.vault.store import VaultStore, token_key
from remit.vault.tokens import opened, token_row

MOST_REVEALS = 60
WINDOW = HOUR
"""A person may reveal so many in that time. Whoever needs more needs a report, not reveals."""


class RevealsExhausted(Rejection):
    """This person has revealed as many as one may in an hour; nothing was revealed."""

    status = 429
    title = "Too many tokens were revealed"


@value
class Reveal:
    """That a person asked to see what stands behind a token: which, who, why, when."""

    tenant: str
    token: str
    by: str
    reason: str
    at: int


def reveal(keys: Keys, tenant: str, token_id: str, *, by: str, reason: str, at: int) -> str:
    """See `Vault.reveal`."""
    asked = Reveal(tenant=tenant, token=token_id, by=by, reason=reason, at=at)
    plain = opened(keys, tenant, token_row(keys.store, tenant, token_id))
    _record(keys.store, asked)
    return plain


def reveal_once(
    keys: Keys, idempotency: Table, command: Command, token_id: str, *, reason: str
) -> Answer:
    """Reveal by a command, and answer with `schema.RevealView`.

    The same key and body give the same answer while the subject is there. A key is its person's: it
    is `KeyReused` for another, whose reveal would be recorded under the first one's name.
    """
    asked = Reveal(
        tenant=command.tenant, token=token_id, by=command.actor, reason=reason, at=command.now
    )

    def act() -> tuple[Answer, list[Write]]:
        # An erased subject is refused before anything is recorded.
        opened(keys, asked.tenant, token_row(keys.store, asked.tenant, token_id))
        identifier, writes = recorded(keys.store, asked)
        told = {
            "id": identifier,
            "token": asked.token,
            "by": asked.by,
            "reason": asked.reason,
            "at": rfc3339(asked.at),
        }
        return Answer(status=HTTPStatus.OK, body=canonical_json(told)), writes

    answer = answer_once(idempotency, command, act)
    if answer.status != HTTPStatus.OK:
        return answer
    told = json.loads(answer.body)
    if told["by"] != command.actor:
        raise KeyReused
    plain = opened(keys, asked.tenant, token_row(keys.store, asked.tenant, token_id))
    if answer.replayed:
        _record(keys.store, asked)
    body = canonical_json(told | {"value": plain})
    return Answer(status=answer.status, body=body, replayed=answer.replayed)


def _record(store: VaultStore, asked: Reveal) -> None:
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            return commit(store.records.client, recorded(store, asked)[1])
        except Stale:
            pause(attempt)  # the same person revealed something else meanwhile
    raise Contended


def recorded(store: VaultStore, asked: Reveal) -> tuple[str, list[Write]]:
    """The id of this reveal, and the writes that record it; `RevealsExhausted`."""
    chain = Chain(table=store.records, pk=f"{asked.tenant}#reveals#{asked.by}")
    newest = chain.newest().items
    sequence = sequence_of(newest[0]) + 1 if newest else 1
    _check_rate(chain, sequence, asked.at)
    # The chain's number makes it another reveal each time, though all else be the same.
    identifier = derive("rev", asked.tenant, asked.by, str(sequence))
    record: Item = {
        "reveal": identifier,
        "token": asked.token,
        "at": asked.at,
        "by": asked.by,
        "why": asked.reason,
    }
    beside = token_key(asked.tenant, asked.token) | {"sk": f"reveal#{identifier}"}
    return identifier, [
        chain.append(sequence, record),
        put_new(store.records.name, beside | record, exists=lambda _: Stale()),
    ]


def _check_rate(chain: Chain, sequence: int, at: int) -> None:
    before = chain.record(sequence - MOST_REVEALS) if sequence > MOST_REVEALS else None
    if before is not None and integer(before, "at") > at - WINDOW:
        raise RevealsExhausted(f"at most {MOST_REVEALS} in an hour")
