"""One answer per key for ever: the answer is committed together with the effect, refusals too.

A key is a tenant's. Its row holds the request's fingerprint and the answer, byte for byte. A first
call that waits for a later state *holds* its answer: until that call ends (or can no longer be
alive) the same key is told to come back, and afterwards whoever settles the row first decides.
"""

from collections.abc import Callable, Sequence

from remit.kernel import clock
from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.errors import Contended, Refusal, Rejection, problem
from remit.kernel.value import value
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put_new, update

KEPT = 30 * clock.DAY
"""How long a key is remembered at least (the contract promises 7 days)."""


class KeyReused(Rejection):
    """The key was used for another request: nothing was done."""

    status = 422
    title = "The idempotency key belongs to another request"


class InFlight(Rejection):
    """The first call with this key is still running: nothing was done; ask again in a moment."""

    status = 409
    title = "The first request with this key is still running"


@value
class Command:
    """A request that changes something, as far as answering it once is concerned.

    `fingerprint` stands for the method, path and body; `now` is in milliseconds; `actor` is who
    asks, for the record.
    """

    tenant: str
    key: str
    fingerprint: str
    path: str
    actor: str
    now: int

    @property
    def id(self) -> str:
        """What ids of things made by this command derive from."""
        return fingerprint(self.tenant.encode(), self.key.encode())


@value
class Answer:
    """What the client gets: an HTTP status and the body as text."""

    status: int
    body: str
    replayed: bool = False


class AnswerExists(Exception):
    """The key has been answered, or is held; carries its row."""

    def __init__(self, row: Item) -> None:
        super().__init__("the key has a row already")
        self.row = row


Act = Callable[[], tuple[Answer, Sequence[Write]]]
"""Loads, decides, and returns the answer with the writes that make it true."""


def answer_once(
    idempotency: Table, command: Command, act: Act, *, hold_until: int | None = None
) -> Answer:
    """Carry out `act` and its answer in one commit, or give the answer that the key already has.

    A `Refusal`, whether `act` raises it or a write's condition means it, is the answer and is
    stored. Raises `KeyReused`, `InFlight`, or a `Fault` after which the same key may be sent again.
    """
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            return _answer(idempotency, command, act, hold_until)
        except AnswerExists as found:
            return _replay(idempotency, command, found.row)
        except Stale:
            pause(attempt)
    raise Contended


def settle(idempotency: Table, command: Command, answer: Answer, *, hold_until: int) -> Answer:
    """Replace the held answer by `answer`, or return what somebody else settled it to."""
    write = _settled(idempotency, command, answer, hold_until)
    try:
        commit(idempotency.client, [write])
    except AnswerExists as found:
        return _stored(found.row)
    return answer


def _answer(idempotency: Table, command: Command, act: Act, hold_until: int | None) -> Answer:
    try:
        answer, writes = _decided(idempotency, command, act)
        commit(idempotency.client, [_record(idempotency, command, answer, hold_until), *writes])
    except Refusal as refusal:
        answer = refused(command, refusal)
        commit(idempotency.client, [_record(idempotency, command, answer, None)])
    return answer


def _decided(idempotency: Table, command: Command, act: Act) -> tuple[Answer, Sequence[Write]]:
    try:
        return act()
    except Rejection:
        # The world may have changed since this key was answered: its answer goes before.
        if row := idempotency.get(_row_key(command)):
            raise AnswerExists(row) from None
        raise


def refused(command: Command, refusal: Refusal) -> Answer:
    """The answer that `refusal` is."""
    return Answer(
        status=refusal.status, body=canonical_json(problem(refusal, instance=command.path))
    )


def _replay(idempotency: Table, command: Command, row: Item) -> Answer:
    if row["fingerprint"] != command.fingerprint:
        raise KeyReused
    held_until = row.get("held_until")
    if not isinstance(held_until, int):
        return _stored(row)
    if command.now < held_until:
        raise InFlight
    # The first call can no longer be alive, and never settled: its first answer stands.
    settled = settle(idempotency, command, _stored(row), hold_until=held_until)
    return Answer(status=settled.status, body=settled.body, replayed=True)


def _row_key(command: Command) -> Item:
    return {"pk": f"{command.tenant}#{command.id}"}


def _record(idempotency: Table, command: Command, answer: Answer, hold_until: int | None) -> Write:
    row: Item = _row_key(command) | {
        "fingerprint": command.fingerprint,
        "status": answer.status,
        "body": answer.body,
        "at": command.now,
        "by": command.actor,
        "why": command.path,
        "expires_at": (command.now + KEPT) // clock.SECOND,
    }
    if hold_until is not None:
        row["held_until"] = hold_until
    return put_new(idempotency.name, row, exists=_exists)


def _settled(idempotency: Table, command: Command, answer: Answer, hold_until: int) -> Write:
    return update(
        idempotency.name,
        _row_key(command),
        set_to={"status": answer.status, "body": answer.body},
        remove=("held_until",),
        only_if={"held_until": hold_until},
        failed=_exists,
    )


def _exists(row: Item | None) -> Exception:
    return AnswerExists(row) if row else Stale()


def _stored(row: Item) -> Answer:
    return Answer(status=integer(row, "status"), body=text(row, "body"), replayed=True)
