"""Revealing what stands behind a token: recorded before it is answered, and only so often.

Each person's reveals are a chain, so the records are dense and none can be taken out unseen; the
token's own partition lists the same reveals.
"""

from remit.kernel.clock import HOUR
from remit.kernel.errors import Rejection
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.store import commit as unit_of_work
from remit.store.chain import Chain, sequence_of
from remit.store.commit import Stale, commit, pause
from remit.store.item import Item, integer
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
    row = token_row(keys.store, tenant, token_id)
    plain = opened(keys, tenant, row)
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            commit(keys.store.records.client, recorded(keys.store, asked)[1])
        except Stale:
            pause(attempt)
        else:
            return plain
    raise Stale


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
