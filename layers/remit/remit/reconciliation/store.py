"""Reconciliation's records in DynamoDB; the lines themselves lie in a bucket.

| pk | sk | what |
|---|---|---|
| `<tenant>#<run id>` | `run` | a run, and how far it has come |
| `<tenant>#runs` | `<moment>#<run id>` | the list of runs |
| `<tenant>#<account key>` | `000000000001`… | an account's statements, in the order they came in |
| `<tenant>#mappings` | `<name>` | how a bank's CSV is read |
| `<tenant>#nostros` | `nostros` | which account the nostro of each currency is |
| `<tenant>#breaks` | `<break id>` | a break, and what has become of it |
| `due` | `<moment>#<tenant>#<break id>` | the clock of a break that has not ended |
| `waiting` | `<moment>#<tenant>#<run id>` | a run that has not come to its end |
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from remit.kernel.errors import Fault
from remit.kernel.ids import derive, is_id
from remit.kernel.value import value
from remit.reconciliation.breaks import ROADS
from remit.reconciliation.kept import BreakNotFound, Kept, break_item, kept_break
from remit.reconciliation.runs import (
    FINAL,
    RUN_FIELDS,
    ReconciliationNotFound,
    Run,
    Status,
)
from remit.store.chain import Chain
from remit.store.commit import Stale
from remit.store.item import Item, Plain, text
from remit.store.table import Page, Table
from remit.store.write import OnFailure, Write, delete, put_new, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE, WAITING = "due", "waiting"


class RunElsewhere(Fault):
    """Another execution has brought the run further meanwhile: what it found stands."""

    title = "The reconciliation has come further"


@value
class Waiting:
    """A run that has not come to its end: since when (milliseconds), whose, and which."""

    at: int
    tenant: str
    run: str


@value
class ReconciliationStore:
    """The table of reconciliation."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "ReconciliationStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    # Runs.

    def find(self, tenant: str, run: str) -> Run | None:
        """The run as last committed, or None."""
        item = self.table.get(_run_key(tenant, run)) if is_id("rec", run) else None
        return _run_of(item) if item else None

    def get(self, tenant: str, run: str) -> Run:
        """The run as last committed. Raises `ReconciliationNotFound`."""
        found = self.find(tenant, run)
        if found is None:
            raise ReconciliationNotFound
        return found

    def statements(self, tenant: str, account: str, currency: str) -> Chain:
        """The chain of an account's statements."""
        key = derive("sac", tenant, account, currency)
        return Chain(table=self.table, pk=f"{tenant}#{key}")

    def create(self, run: Run) -> list[Write]:
        """Put a new run; `Stale` when it is there, or another statement has its place."""
        name = self.table.name
        who: Item = {"at": run.at, "by": run.by}
        fields: Item = {each: getattr(run, each) for each in RUN_FIELDS if each not in _IN_KEY}
        listed: Item = {"pk": f"{run.tenant}#runs", "sk": f"{_time(run.at)}#{run.id}"}
        why = "statement received" if not run.of else f"run again of {run.of}"
        writes = [
            put_new(name, _run_key(run.tenant, run.id) | fields | {"why": why}, exists=_stale),
            put_new(name, listed | who | {"why": why}, exists=_stale),
        ]
        if run.status not in FINAL:
            waiting: Item = {"pk": WAITING, "sk": _waiting(run)}
            writes.append(put_new(name, waiting | who | {"why": why}, exists=_stale))
        return writes

    def placed(self, run: Run) -> Write:
        """Give a new run its place among its account's statements; `Stale` when that is taken."""
        chain = self.statements(run.tenant, run.account, run.currency)
        record: Item = {"run": run.id, "at": run.at, "by": run.by, "why": "statement received"}
        return chain.append(run.place, record)

    def advance(self, run: Run, to: Status, **found: Plain) -> list[Write]:
        """Take the run on from where it was read, with what was found; `RunElsewhere` otherwise."""
        writes = [
            update(
                self.table.name,
                _run_key(run.tenant, run.id),
                set_to={"status": to, **found},
                only_if={"status": run.status, "raised": run.raised},
                failed=lambda _: RunElsewhere(),
            )
        ]
        if to in FINAL:
            key: Item = {"pk": WAITING, "sk": _waiting(run)}
            writes.append(delete(self.table.name, key, missing=lambda _: RunElsewhere()))
        return writes

    def runs(self, tenant: str, *, limit: int, start: Item | None) -> Page:
        """The list of runs, newest first: `sk` ends in a run's id."""
        return self.table.query(f"{tenant}#runs", newest_first=True, limit=limit, start=start)

    def many(self, tenant: str, runs: Sequence[str]) -> list[Run]:
        """Up to 100 runs by their ids, in their order."""
        items = self.table.get_many([_run_key(tenant, run) for run in runs]) if runs else []
        return [_run_of(item) for item in items if item]

    def waiting(self, before: int, *, limit: int) -> list[Waiting]:
        """Runs that came in before that moment and have not come to their end, oldest first."""
        page = self.table.query(WAITING, below=_time(before), limit=limit)
        found = []
        for item in page.items:
            at, _, rest = text(item, "sk").partition("#")
            tenant, _, run = rest.rpartition("#")
            found.append(Waiting(at=int(at), tenant=tenant, run=run))
        return found

    # Breaks.

    def break_(self, tenant: str, break_id: str) -> Kept:
        """The break as last committed. Raises `BreakNotFound`."""
        key = _break_key(tenant, break_id)
        item = self.table.get(key) if is_id("brk", break_id) else None
        if item is None:
            raise BreakNotFound
        return kept_break(item)

    def breaks(self, tenant: str, ids: Sequence[str]) -> dict[str, Kept]:
        """Breaks by their ids; those that are not on record are left out."""
        found: dict[str, Kept] = {}
        for start in range(0, len(ids), 100):
            keys = [_break_key(tenant, each) for each in ids[start : start + 100]]
            for item in filter(None, self.table.get_many(keys)):
                found[text(item, "sk")] = kept_break(item)
        return found

    def all_breaks(self, tenant: str, *, limit: int, start: Item | None) -> Page:
        """Every break of the tenant, in the order of ids."""
        return self.table.query(f"{tenant}#breaks", limit=limit, start=start)

    def raise_(self, kept: Kept, *, now: int) -> list[Write]:
        """Put a new break with its clock; `Stale` when it is on record."""
        item = _break_key(kept.tracked.tenant, kept.id) | break_item(kept, now=now)
        due: Item = {"pk": DUE, "sk": _due(kept), "at": now, "by": kept.run, "why": "break opened"}
        return [put_new(self.table.name, one, exists=_stale) for one in (item, due)]

    def change(self, kept: Kept, after: Kept, *, now: int) -> list[Write]:
        """Put a break as it is `after`; `Stale` if it is no longer as it was read.

        The clock of one that ends stops.
        """
        writes = [
            update(
                self.table.name,
                _break_key(kept.tracked.tenant, kept.id),
                set_to=break_item(after, now=now) | {"revision": kept.revision + 1},
                only_if={"revision": kept.revision},
                failed=lambda item: Stale() if item else BreakNotFound(),
            )
        ]
        if not ROADS[after.tracked.status]:
            key: Item = {"pk": DUE, "sk": _due(kept)}
            writes.append(delete(self.table.name, key, missing=_stale))
        return writes

    def due(
        self, before: int, *, limit: int, start: Item | None
    ) -> tuple[list[tuple[Kept, str]], Item | None]:
        """Breaks whose clock ran out before that moment, longest first, each with the severity on
        record; and where to go on.
        """
        page = self.table.query(DUE, below=_time(before), limit=limit, start=start)
        named = [text(item, "sk").split("#", 1)[1].rsplit("#", 1) for item in page.items]
        keys = [_break_key(tenant, break_id) for tenant, break_id in named]
        items = self.table.get_many(keys) if keys else []
        found = [(kept_break(item), text(item, "severity_now")) for item in items if item]
        return found, page.next_key

    # Nostros.

    def nostros(self, tenant: str) -> dict[str, str]:
        """Which account the nostro of each currency is."""
        item = self.table.get(_nostros_key(tenant))
        found = cast("Mapping[str, str]", item["accounts"]) if item else {}
        return dict(found)

    def put_nostros(
        self, tenant: str, before: Mapping[str, str], after: Mapping[str, str], stamp: Item
    ) -> Write:
        """Put down which account each nostro is; `Stale` if that is not as `before` any more."""
        item: Item = stamp | {"accounts": dict(after)}
        if not before:
            return put_new(self.table.name, _nostros_key(tenant) | item, exists=_stale)
        return update(
            self.table.name,
            _nostros_key(tenant),
            set_to=item,
            only_if={"accounts": dict(before)},
            failed=_stale,
        )

    # Mappings.

    def mapping(self, tenant: str, name: str) -> Mapping[str, Any] | None:
        """The mapping of that name as it was put, or None."""
        item = self.table.get(_mapping_key(tenant, name))
        return item.get("mapping") if item else None  # type: ignore[return-value]

    def put_mapping(self, tenant: str, name: str, item: Item, *, exists: OnFailure) -> Write:
        """Put a new mapping; it never changes."""
        return put_new(self.table.name, _mapping_key(tenant, name) | item, exists=exists)


_IN_KEY = ("id", "tenant")


def _stale(_: Item | None) -> Exception:
    return Stale()


def _run_of(item: Item) -> Run:
    tenant, _, name = text(item, "pk").rpartition("#")
    fields: dict[str, Any] = {each: item[each] for each in RUN_FIELDS if each not in _IN_KEY}
    return Run(id=name, tenant=tenant, **fields)


def _run_key(tenant: str, run: str) -> Item:
    return {"pk": f"{tenant}#{run}", "sk": "run"}


def _break_key(tenant: str, break_id: str) -> Item:
    return {"pk": f"{tenant}#breaks", "sk": break_id}


def _nostros_key(tenant: str) -> Item:
    return {"pk": f"{tenant}#nostros", "sk": "nostros"}


def _mapping_key(tenant: str, name: str) -> Item:
    return {"pk": f"{tenant}#mappings", "sk": name}


def _due(kept: Kept) -> str:
    return f"{_time(kept.tracked.due_at)}#{kept.tracked.tenant}#{kept.id}"


def _waiting(run: Run) -> str:
    return f"{_time(run.at)}#{run.tenant}#{run.id}"


def _time(moment: int) -> str:
    return f"{moment:015d}"
