"""What is kept of questions about payees, in DynamoDB. All of it dies by itself.

| pk | sk | what |
|---|---|---|
| `count#<hash>#<begin of the window>` | `count` | points used in a window |
| `<tenant>#<vop id>` | `verification` | what it found, and sealed the name if one was told |
| `<tenant>#<plk id>` | `lookup` | whose a proxy is, sealed |

A counter's hash stands for who asks and about whom. A key's first answer stands as long as it is
kept, as with every other key of a client's.
"""

from typing import TYPE_CHECKING, cast

from remit.kernel.clock import DAY, HOUR, SECOND
from remit.kernel.errors import LimitReached
from remit.kernel.value import value
from remit.payees.limits import Counter, seconds_left
from remit.rails.payee import Outcome
from remit.store.commit import Stale, commit
from remit.store.item import Item, binary, integer, text
from remit.store.table import Table
from remit.store.write import Write, count, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = 8 * DAY
"""How long an answer is remembered under its key (the contract promises 7 days)."""


@value
class Asked:
    """That something was asked: by which command of whom, when (milliseconds).

    `owner` is the tenant and the subject under whom `sealed` is sealed.
    """

    id: str
    tenant: str
    fingerprint: str
    at: int
    by: str
    owner: tuple[str, str] | None = None
    sealed: bytes | None = None


@value
class Verified:
    """A verification: what it found, and why there is no better answer."""

    asked: Asked
    result: Outcome
    reason: str | None


@value
class Lookup:
    """A proxy that was looked up; the payer may pay by it until `expires_at` (milliseconds)."""

    asked: Asked
    currency: str
    expires_at: int


@value
class PayeeStore:
    """The payees' table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "PayeeStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def count(self, counter: Counter, points: int, *, now: int, bounded: bool = True) -> None:
        """Take `points` in one conditional write. Raises `LimitReached` when there are too few.

        Unbounded it counts whatever there is left.
        """
        wait = seconds_left(counter, now)
        write = count(
            self.table.name,
            {"pk": f"count#{counter.key}", "sk": "count"},
            by=points,
            most=counter.most if bounded else None,
            set_to={"expires_at": (counter.ends_at + HOUR) // SECOND},
            full=lambda _: LimitReached(
                "too many questions about payees", retry_after_seconds=wait
            ),
        )
        commit(self.table.client, [write])

    def verification(self, tenant: str, identifier: str) -> Verified | None:
        """The verification of that id; None when there is none."""
        item = self.table.get(_key(tenant, identifier, "verification"))
        if item is None:
            return None
        return Verified(
            asked=_asked(tenant, identifier, item),
            result=cast(Outcome, text(item, "result")),
            reason=text(item, "reason") if "reason" in item else None,
        )

    def keep_verification(self, found: Verified) -> Write:
        """Put a verification; `Stale` when its key has been answered meanwhile."""
        item = _item(found.asked, "verification", why="payee verified")
        item |= {"result": found.result}
        return self._put(item | ({"reason": found.reason} if found.reason else {}))

    def lookup(self, tenant: str, identifier: str) -> Lookup | None:
        """The lookup of that id; None when there is none."""
        item = self.table.get(_key(tenant, identifier, "lookup"))
        if item is None:
            return None
        return Lookup(
            asked=_asked(tenant, identifier, item),
            currency=text(item, "currency"),
            expires_at=integer(item, "usable_until"),
        )

    def keep_lookup(self, found: Lookup) -> Write:
        """Put a lookup; `Stale` when its key has been answered meanwhile."""
        item = _item(found.asked, "lookup", why="payee looked up")
        return self._put(item | {"currency": found.currency, "usable_until": found.expires_at})

    def _put(self, item: Item) -> Write:
        return put_new(self.table.name, item, exists=lambda _: Stale())


def _key(tenant: str, identifier: str, kind: str) -> Item:
    return {"pk": f"{tenant}#{identifier}", "sk": kind}


def _item(asked: Asked, kind: str, *, why: str) -> Item:
    item = _key(asked.tenant, asked.id, kind) | {
        "fingerprint": asked.fingerprint,
        "at": asked.at,
        "by": asked.by,
        "why": why,
        "expires_at": (asked.at + KEPT) // SECOND,
    }
    if asked.owner is not None and asked.sealed is not None:
        owner, subject = asked.owner
        item |= {"owner": owner, "subject": subject, "sealed": asked.sealed}
    return item


def _asked(tenant: str, identifier: str, item: Item) -> Asked:
    is_sealed = "sealed" in item
    return Asked(
        id=identifier,
        tenant=tenant,
        fingerprint=text(item, "fingerprint"),
        at=integer(item, "at"),
        by=text(item, "by"),
        owner=(text(item, "owner"), text(item, "subject")) if is_sealed else None,
        sealed=binary(item, "sealed") if is_sealed else None,
    )
