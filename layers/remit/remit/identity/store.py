"""Checks in DynamoDB.

| pk | sk | what |
|---|---|---|
| `<check id>` | `check` | the check as it stands; `task` and `request` in it are sealed |
| `<check id>` | `attestation` | the provider's answer, sealed: the one that the outcome rests on |
| `<check id>` | `evidence#<sha256>` | an answer that came late, or says something else; sealed |
| `due#<minute>` | `<check id>` | the check is looked at in that minute; none once it is settled |
| `due#swept` | `000000000001`… | until when checks have been looked at; see `sweep` |
| `provider#<name>` | `breaker` | the provider's circuit breaker |

Of a check's due lines there is one, always: it moves in the commit that moves `look_at`.
"""

from typing import TYPE_CHECKING, Any, cast

from remit.identity.breaker import Breaker
from remit.identity.model import Check, CheckNotFound
from remit.kernel.clock import rfc3339
from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.item import Item, Plain, binary, integer, text
from remit.store.table import Page, Table
from remit.store.write import Write, delete, put, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TEXTS = ("tenant", "subject", "provider", "status", "token_hash")
_NUMBERS = ("at", "deadline", "look_at", "looks")
_MAYBE = ("reference", "outcome", "reason", "attestation_hash", "answered_at", "resumed_at")


@value
class Kept:
    """A check as it is stored: with its sealed parts, and the number of its last change."""

    check: Check
    task: bytes | None
    request: bytes | None
    turn: int


@value
class Proof:
    """A sealed answer, with the hash of what is sealed in it."""

    sealed: bytes
    sha256: str
    at: int


@value
class CheckStore:
    """The identity table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "CheckStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def find(self, check_id: str) -> Kept | None:
        """The check of that id, whosever it is."""
        if not is_id("chk", check_id):
            return None
        item = self.table.get({"pk": check_id, "sk": "check"})
        return _kept(item) if item else None

    def get(self, check_id: str) -> Kept:
        """The check of that id. Raises `CheckNotFound`."""
        kept = self.find(check_id)
        if kept is None:
            raise CheckNotFound
        return kept

    def record(self, check: Check, *, task: bytes, request: bytes) -> list[Write]:
        """Put a new check; `Stale` if it is there."""
        sealed: Item = {"task": task, "request": request}
        told: Item = {"by": "identity", "why": f"ask {check.provider}"}
        item = {"pk": check.id, "sk": "check"} | _item(check) | sealed | told | {"turn": 1}
        return [
            put_new(self.table.name, item, exists=lambda _: Stale()),
            put(self.table.name, _line(check)),
        ]

    def change(
        self,
        old: Kept,
        new: Check,
        *,
        task: bytes | None = None,
        forget: tuple[str, ...] = (),
    ) -> list[Write]:
        """Make the check `new`, with its due line; `Stale` if it is not as `old` any more.

        `task` replaces the sealed token; `forget` names sealed parts to drop.
        """
        after = _item(new)
        gone = tuple(name for name in _MAYBE if name not in after)
        set_to: dict[str, Plain] = {**after, "turn": old.turn + 1}
        if task is not None:
            set_to["task"] = task
        changed = update(
            self.table.name,
            {"pk": new.id, "sk": "check"},
            set_to=set_to,
            remove=(*gone, *forget),
            only_if={"turn": old.turn},
            failed=lambda _: Stale(),
        )
        return [changed, *self._moved(old.check, new)]

    def _moved(self, old: Check, new: Check) -> list[Write]:
        before = None if old.is_settled else due_key(old.look_at)
        after = None if new.is_settled else due_key(new.look_at)
        if before == after:
            return []
        writes = []
        if before is not None:
            writes.append(self.unlist(before, new.id))
        if after is not None:
            writes.append(put(self.table.name, _line(new)))
        return writes

    def unlist(self, minute: str, check_id: str) -> Write:
        """Take away a due line; `Stale` if it is gone."""
        return delete(self.table.name, {"pk": minute, "sk": check_id}, missing=lambda _: Stale())

    def due(self, minute: str, *, limit: int, start: Item | None = None) -> Page:
        """The checks to be looked at in the minute of that `due_key`: `sk` is the check's id."""
        return self.table.query(minute, limit=limit, start=start)

    def attest(self, check_id: str, proof: Proof) -> Write:
        """Keep the answer that the outcome rests on; there is one."""
        item = {"pk": check_id, "sk": "attestation"} | _proof_item(proof, "the outcome rests on it")
        return put_new(self.table.name, item, exists=lambda _: Stale())

    def keep(self, check_id: str, name: str, proof: Proof, *, why: str) -> Write:
        """Keep an answer that changes nothing; `Stale` if it is kept already."""
        item = {"pk": check_id, "sk": f"evidence#{name}"} | _proof_item(proof, why)
        return put_new(self.table.name, item, exists=lambda _: Stale())

    def has_evidence(self, check_id: str, name: str) -> bool:
        """Whether that answer is kept beside the check."""
        return self.table.get({"pk": check_id, "sk": f"evidence#{name}"}) is not None

    def proof(self, check_id: str) -> Proof | None:
        """The answer that the outcome rests on, sealed."""
        item = self.table.get({"pk": check_id, "sk": "attestation"})
        return _proof(item) if item else None

    def breaker(self, provider: str) -> Breaker:
        """Where the provider's breaker stands."""
        item = self.table.get(_breaker_key(provider))
        if item is None:
            return Breaker()
        return Breaker(
            failures=integer(item, "failures"),
            openings=integer(item, "openings"),
            open_until=cast(int | None, item.get("open_until")),
            probe_until=cast(int | None, item.get("probe_until")),
            turn=integer(item, "turn"),
        )

    def turn(self, provider: str, old: Breaker, new: Breaker, *, now: int) -> Write:
        """Make the provider's breaker `new`; `Stale` if it is not as `old` any more."""
        state: dict[str, Any] = {
            "failures": new.failures,
            "openings": new.openings,
            "open_until": new.open_until,
            "probe_until": new.probe_until,
            "turn": old.turn + 1,
            "at": now,
            "by": "identity",
            "why": "closed" if new.is_closed else "open",
        }
        set_to = {name: content for name, content in state.items() if content is not None}
        key = _breaker_key(provider)
        if old.turn == 0:
            return put_new(self.table.name, key | set_to, exists=lambda _: Stale())
        return update(
            self.table.name,
            key,
            set_to=set_to,
            remove=tuple(name for name in state if name not in set_to),
            only_if={"turn": old.turn},
            failed=lambda _: Stale(),
        )


def due_key(moment: int) -> str:
    """The partition of what is looked at in the minute of `moment` (milliseconds)."""
    return f"due#{rfc3339(moment)[:16]}"


def _breaker_key(provider: str) -> Item:
    return {"pk": f"provider#{provider}", "sk": "breaker"}


def _line(check: Check) -> Item:
    told: Item = {"at": check.look_at, "by": "identity", "why": check.status}
    return {"pk": due_key(check.look_at), "sk": check.id} | told


def _item(check: Check) -> Item:
    every: dict[str, Any] = {name: getattr(check, name) for name in (*_TEXTS, *_NUMBERS, *_MAYBE)}
    return {name: content for name, content in every.items() if content is not None}


def _kept(item: Item) -> Kept:
    found: dict[str, Any] = {name: text(item, name) for name in _TEXTS}
    found |= {name: integer(item, name) for name in _NUMBERS}
    found |= {name: item.get(name) for name in _MAYBE}
    return Kept(
        check=Check(id=text(item, "pk"), **found),
        task=_sealed(item, "task"),
        request=_sealed(item, "request"),
        turn=integer(item, "turn"),
    )


def _proof_item(proof: Proof, why: str) -> Item:
    return {
        "sealed": proof.sealed,
        "sha256": proof.sha256,
        "at": proof.at,
        "by": "identity",
        "why": why,
    }


def _proof(item: Item) -> Proof:
    return Proof(sealed=binary(item, "sealed"), sha256=text(item, "sha256"), at=integer(item, "at"))


def _sealed(item: Item, name: str) -> bytes | None:
    return binary(item, name) if name in item else None
