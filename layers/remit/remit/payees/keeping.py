"""A key's first answer stands: questions of clients are answered once, and what is told is sealed.

The usual row of a key would hold names in plain text, so that these answers have rows of their own.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from remit.kernel.errors import Contended
from remit.payees.store import Asked
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.idempotency import Command, KeyReused
from remit.store.write import Write
from remit.vault.model import SubjectUnknown

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from remit.vault.seal import Subject, Vault

K = TypeVar("K")

SUBJECT = "payees"
"""Whose keys seal, in each tenant, what others tell us of people who are no customers of ours."""


def same(asked: Asked, command: Command) -> None:
    """Raise `KeyReused` unless the command is the one that asked this."""
    if asked.fingerprint != command.fingerprint:
        raise KeyReused


def keep(
    client: "DynamoDBClient",
    find: Callable[[], K | None],
    made: Callable[[], tuple[K, Sequence[Write]]],
) -> tuple[K, bool]:
    """Commit what is `made`, or give what another call under the key has kept meanwhile.

    True when it had been kept. Raises `Contended` or `Unavailable`.
    """
    for attempt in range(unit_of_work.ATTEMPTS):
        kept, writes = made()
        try:
            commit(client, writes)
        except Stale:
            known = find()
            if known is not None:
                return known, True
            pause(attempt)
        else:
            return kept, False
    raise Contended


def strangers(vault: "Vault", tenant: str, *, at: int, by: str) -> tuple["Subject", list[Write]]:
    """The subject for what others tell the tenant; made with the first of it."""
    try:
        return vault.subject(tenant, SUBJECT), []
    except SubjectUnknown:
        return vault.new_subject(tenant, SUBJECT, at=at, by=by)
