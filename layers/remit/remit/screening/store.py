"""What screening keeps, in DynamoDB and S3.

| pk | sk | what |
|---|---|---|
| `lists` | `<source>` | the version in force, and whether it was told to those who rescreen |
| `lists#<source>` | `00000001`… | every version that has been in force, in order; never changed |
| `<tenant>#<subject>` | `cleared#<source>#<entry id>` | an entry cleared for a subject: its hash |
| `<tenant>#searches` | `<id>` | who searched, when, in which versions, with how many hits |

| object | what |
|---|---|
| `lists/<source>/<upload>/…` | what was uploaded |
| `versions/<source>/<version>/index` | the version's index |
| `versions/<source>/<version>/after/<previous>/changes.json`, `…/changed` | what it changed |

Objects are named by their content, so writing one twice changes nothing. All lists are the house's,
not a tenant's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from remit.kernel.clock import SECOND
from remit.kernel.errors import Fault, NotFound, Unavailable
from remit.kernel.value import value
from remit.screening.index import FORMAT, Index
from remit.screening.model import Hit
from remit.store.commit import UNANSWERED, Stale
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Cleared = frozenset[tuple[str, str, str]]
"""Entries that were cleared for a subject: source, entry id, entry hash."""

_LISTS = "lists"
_MOST_SOURCES = 100
_PAGE = 100
_MOST_HISTORY = 1_000


class NoListInForce(Fault):
    """Nothing can be screened yet: no list has been loaded."""

    title = "No list is in force"


class VersionUnknown(NotFound):
    """The source never had that version in force."""


@value
class ListVersion:
    """A version of a source as it came in force: how much is in it, when, after what.

    `uploaded_at` is when the newest upload with this content was finished; an older upload never
    comes after it. `changes` is the key of the object with its change set. `told` says that those
    who rescreen have its message.
    """

    source: str
    id: str
    previous: str | None
    sequence: int
    entries: int
    names: int
    at: int
    uploaded_at: int
    changes: str
    told: bool = False


_indexes: dict[tuple[str, str], Index] = {}
"""Indexes by bucket and key, which names their content: what a cold start would read again."""


@value
class ScreeningStore:
    """The screening table, and the bucket of lists."""

    table: Table
    s3: "S3Client"
    bucket: str

    @classmethod
    def of(
        cls, dynamodb: "DynamoDBClient", s3: "S3Client", *, table: str, bucket: str
    ) -> "ScreeningStore":
        """The store kept in the table and bucket of those names."""
        return cls(table=Table(client=dynamodb, name=table), s3=s3, bucket=bucket)

    def in_force(self) -> list[ListVersion]:
        """The version in force of each source, by one consistent read."""
        page = self.table.query(_LISTS, limit=_MOST_SOURCES)
        return [_version(item, source=text(item, "sk")) for item in page.items]

    def current(self) -> Mapping[str, str]:
        """The id of the version in force of each source, by one consistent read."""
        return {version.source: version.id for version in self.in_force()}

    def index(self) -> Index:
        """The index of every version in force; kept in the process until one changes.

        Raises `NoListInForce`: to have searched nothing is not to have found nothing.
        """
        keys = [index_key(source, version) for source, version in self.current().items()]
        if not keys:
            raise NoListInForce
        found = [self.load(key) for key in keys]
        for old in [one for one in _indexes if one not in {(self.bucket, key) for key in keys}]:
            del _indexes[old]
        return Index([shelf for index in found for shelf in index.shelves])

    def load(self, key: str) -> Index:
        """The index kept under `key`, read once by a process."""
        kept = _indexes.get((self.bucket, key))
        if kept is None:
            kept = _indexes[self.bucket, key] = Index.load(self.get(key))
        return kept

    def version(self, source: str) -> ListVersion | None:
        """The version in force of `source`, as last committed."""
        item = self.table.get({"pk": _LISTS, "sk": source})
        return _version(item, source=source) if item else None

    def past(self, source: str, version: str) -> ListVersion:
        """`version` of `source` as it last came in force. Raises `VersionUnknown`."""
        start, seen = None, 0
        while seen < _MOST_HISTORY:
            page = self.table.query(
                f"{_LISTS}#{source}", newest_first=True, limit=_PAGE, start=start
            )
            for item in page.items:
                if text(item, "version") == version:
                    return _version(item, source=source)
            seen, start = seen + len(page.items), page.next_key
            if start is None:
                break
        raise VersionUnknown

    def loaded_by(self, source: str, upload: str) -> ListVersion | None:
        """The version that `upload` put in force, if it is among the newest hundred."""
        page = self.table.query(f"{_LISTS}#{source}", newest_first=True, limit=_PAGE)
        for item in page.items:
            if item.get("by") == upload:
                found = _version(item, source=source)
                current = self.version(source)
                return current if current and current.sequence == found.sequence else found
        return None

    def put_in_force(self, version: ListVersion, *, by: str) -> list[Write]:
        """Move `source` to `version`; `Stale` when another version came first."""
        item = _item(version) | {"by": by, "why": "list loaded"}
        pointer = {"pk": _LISTS, "sk": version.source} | item
        history = {"pk": f"{_LISTS}#{version.source}", "sk": f"{version.sequence:08d}"} | item
        moved = put_new(self.table.name, pointer, exists=lambda _: Stale())
        if version.sequence > 1:
            moved = update(
                self.table.name,
                {"pk": _LISTS, "sk": version.source},
                set_to=item | {"told": False},
                remove=() if version.previous else ("previous",),
                only_if={"sequence": version.sequence - 1},
                failed=lambda _: Stale(),
            )
        return [moved, put_new(self.table.name, history, exists=lambda _: Stale())]

    def confirm(self, version: ListVersion, *, uploaded_at: int) -> Write:
        """Remember a newer upload of the same content; `Stale` when another version is in force."""
        return update(
            self.table.name,
            {"pk": _LISTS, "sk": version.source},
            set_to={"uploaded_at": uploaded_at},
            only_if={"sequence": version.sequence, "uploaded_at": version.uploaded_at},
            failed=lambda _: Stale(),
        )

    def tell(self, version: ListVersion, *, at: int) -> Write:
        """Remember that those who rescreen have the message; `Stale` when it is not in force."""
        return update(
            self.table.name,
            {"pk": _LISTS, "sk": version.source},
            set_to={"told": True, "told_at": at},
            only_if={"sequence": version.sequence},
            failed=lambda _: Stale(),
        )

    def dispositions(self, tenant: str, subject: str) -> Cleared:
        """What has been cleared for a subject."""
        return frozenset(
            (text(item, "source"), text(item, "entry"), text(item, "hash"))
            for item in self._cleared(f"{tenant}#{subject}")
        )

    def _cleared(self, pk: str) -> Iterator[Item]:
        start = None
        while True:
            page = self.table.query(pk, above="cleared#", limit=_PAGE, start=start)
            yield from page.items
            start = page.next_key
            if start is None:
                return

    def dispose(
        self, tenant: str, subject: str, hits: Sequence[Hit], *, by: str, reason: str, at: int
    ) -> list[Write]:
        """Clear `hits` for a subject, until the entry of each changes. The same again is the same.

        A hit on an entry that was cleared before, as it was then, takes that one's place.
        """
        entries = {(hit.source, hit.entry_id): hit.entry_hash for hit in hits}
        return [
            put(
                self.table.name,
                {
                    "pk": f"{tenant}#{subject}",
                    "sk": f"cleared#{source}#{entry}",
                    "source": source,
                    "entry": entry,
                    "hash": digest,
                    "at": at,
                    "by": by,
                    "why": reason,
                },
            )
            for (source, entry), digest in entries.items()
        ]

    def record_search(self, tenant: str, identifier: str, told: Item) -> Write:
        """Record a search: who, when, where, how many hits; never for which name."""
        item: Item = {"pk": f"{tenant}#searches", "sk": identifier}
        return put(self.table.name, item | told)

    def put(self, key: str, content: bytes) -> None:
        """Keep an object. Raises `Unavailable`."""
        try:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        except (ClientError, *UNANSWERED) as error:
            raise Unavailable("the object store did not take the bytes") from error

    def get(self, key: str) -> bytes:
        """The object under `key`. Raises `Unavailable`, also when it is not there."""
        return self.get_dated(key)[0]

    def get_dated(self, key: str) -> tuple[bytes, int]:
        """The object under `key`, and when it was put, in milliseconds. Raises as `get` does."""
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=key)
            return answer["Body"].read(), int(answer["LastModified"].timestamp()) * SECOND
        except (ClientError, *UNANSWERED) as error:
            raise Unavailable("the object store did not give the bytes") from error


def index_key(source: str, version: str) -> str:
    """Where the index of a version is kept."""
    return f"versions/{source}/{version}/index-{FORMAT}"


def changes_key(source: str, version: str, previous: str | None) -> str:
    """Where the change set of a version against another is kept."""
    return f"versions/{source}/{version}/after/{previous or 'nothing'}/changes.json"


def changed_key(changes: str) -> str:
    """Where the index of only the entries added and changed is kept, by the change set's key."""
    return changes.replace("/changes.json", f"/changed-{FORMAT}")


def _item(version: ListVersion) -> Item:
    item: Item = {
        "version": version.id,
        "sequence": version.sequence,
        "entries": version.entries,
        "names": version.names,
        "at": version.at,
        "uploaded_at": version.uploaded_at,
        "changes": version.changes,
    }
    return item | {"previous": version.previous} if version.previous else item


def _version(item: Item, *, source: str) -> ListVersion:
    return ListVersion(
        source=source,
        id=text(item, "version"),
        previous=text(item, "previous") if "previous" in item else None,
        sequence=integer(item, "sequence"),
        entries=integer(item, "entries"),
        names=integer(item, "names"),
        at=integer(item, "at"),
        uploaded_at=integer(item, "uploaded_at"),
        changes=text(item, "changes"),
        told=cast(bool, item.get("told", False)),
    )
