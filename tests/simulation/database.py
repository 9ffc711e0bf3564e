"""DynamoDB in memory: what its documentation says it does, as far as the product uses it.

Time is the caller's. What is not implemented raises `Unsupported`, never a wrong answer. Items are
kept as the attribute values that were given; neither side may change one afterwards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.simulation import database_reads
from tests.simulation.database_refusals import (
    CONFLICT,
    Refused,
    Unsupported,
    client_error,
    invalid,
    misfit,
)
from tests.simulation.database_table import Item, Key, Row, Table
from tests.simulation.database_transactions import (
    Place,
    Tokens,
    judged,
    understood_all,
)
from tests.simulation.database_values import measured
from tests.simulation.database_writes import Request, Write, refuse_unknown, understood

SECOND = 1000
LAG = 1000
"""How far behind a read that need not be consistent may be unless told, in milliseconds."""
_FORGOTTEN = 5 * 365 * 24 * 60 * 60
"""Items that expired longer ago than this (in seconds) are never deleted."""
_MOST_KEYS = 100
_MOST_BATCH_BYTES = 16 * 1024 * 1024
_GET = frozenset({"TableName", "Key", "ConsistentRead"})
_BATCH = frozenset({"RequestItems"})
_BATCH_TABLE = frozenset({"Keys", "ConsistentRead"})
_TRANSACTION = frozenset({"TransactItems", "ClientRequestToken"})
_WRITES = {"put_item": "Put", "update_item": "Update", "delete_item": "Delete"}


class Database:
    """All tables of one account. `clock` gives the time in milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._tables: dict[str, Table] = {}
        self.writes = 0
        self._tokens = Tokens()

    def create_table(
        self,
        name: str,
        hash: str,  # noqa: A002 - as DynamoDB calls it
        range: str | None = None,  # noqa: A002
        *,
        indexes: Mapping[str, tuple[str, str | None]] | None = None,
        stream: bool = False,
        ttl: str | None = None,
    ) -> None:
        """Make a table whose keys are strings; indexes hold keys only. Streams hold both images."""
        self._tables[name] = Table(
            name, (hash, range), indexes=indexes or {}, stream=stream, ttl=ttl
        )

    def call(
        self,
        operation: str,
        parameters: Request,
        *,
        conflict_on: frozenset[Place] = frozenset(),
        stale: int | bool = 0,
    ) -> dict[str, Any]:
        """What the client's method `operation` (`put_item`) answers. Raises `ClientError`.

        Another transaction is under way on the items `conflict_on`: a write to one is refused. A
        read that does not ask for consistency may be `stale` milliseconds old (True is `LAG`).
        """
        lag = LAG if stale is True else stale
        try:
            if operation in _WRITES:
                return self._write(_WRITES[operation], parameters, conflict_on)
            if operation == "transact_write_items":
                return self._transact(parameters, conflict_on)
            if operation == "query":
                return database_reads.query(*self._seen(parameters, lag))
            if operation == "scan":
                return database_reads.scan(*self._seen(parameters, lag))
            if operation == "get_item":
                return self._get(parameters, lag)
            if operation == "batch_get_item":
                return self._batch_get(parameters, lag)
        except Refused as refused:
            name = "".join(word.capitalize() for word in operation.split("_"))
            raise client_error(refused, name) from None
        raise Unsupported(operation)

    # For those who watch.

    def stream_records(self, table: str) -> list[dict[str, Any]]:
        """The table's stream since its beginning, oldest first (`Stream.records`)."""
        stream = self._tables[table].stream
        assert stream is not None, f"{table} has no stream"
        return stream.records()

    def items(self, table: str) -> Iterator[Item]:
        """Every item of a table, in no order that means anything. Not to be changed."""
        return (item for item, _ in self._tables[table].rows.values())

    def snapshot(self) -> dict[str, dict[Key, Item]]:
        """Every item of every table, by key, as it is now."""
        return {
            name: {key: table.rows[key][0] for key in sorted(table.rows)}
            for name, table in self._tables.items()
        }

    def put_back(self, items: Mapping[str, Iterable[Item]]) -> None:
        """Make every table hold just these items, and forget which requests were done.

        A test's own means: no stream tells of it.
        """
        for name, table in self._tables.items():
            table.fill(measured(item) for item in items.get(name, ()))
        self._tokens = Tokens()

    def expire(self, chosen: Callable[[str, Item], bool] = lambda table, item: True) -> int:
        """Delete what is due and `chosen` (of table and item); how many that were.

        DynamoDB deletes an item some time after it expired, which may take days; until then reads
        and conditions see it.
        """
        now = self._clock()
        return sum(self._expire(table, now, chosen) for table in self._tables.values())

    def _expire(self, table: Table, now: int, chosen: Callable[[str, Item], bool]) -> int:
        due = [
            key
            for key, (item, _) in table.rows.items()
            if _expired(item, table.ttl, now // SECOND) and chosen(table.name, item)
        ]
        for key in due:
            table.write(key, None, now, service=True)
        self.writes += len(due)
        return len(due)

    # Operations.

    def _table(self, name: str) -> Table:
        table = self._tables.get(name)
        if table is None:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        return table

    def _write(self, action: str, request: Request, conflicts: frozenset[Place]) -> dict[str, Any]:
        write = understood(self._table(request["TableName"]), action, request)
        if conflicts and (write.table.name, write.key) in conflicts:
            raise Refused("TransactionConflictException", CONFLICT)
        write.table.write(write.key, write.judge(), self._clock())
        self.writes += 1
        return {}

    def _transact(self, request: Request, conflicts: frozenset[Place]) -> dict[str, Any]:
        refuse_unknown("TransactWriteItems", request, _TRANSACTION)
        asked: Sequence[Any] = request["TransactItems"]
        writes = understood_all(asked, self._understood)
        now, token = self._clock(), request.get("ClientRequestToken")
        if not self._tokens.is_done(token, asked, now):
            rows = judged(writes, conflicts)
            for write, row in zip(writes, rows, strict=True):
                write.table.write(write.key, row, now)
            self.writes += 1
            self._tokens.done(token, asked, now)
        return {}

    def _understood(self, each: Mapping[str, Any]) -> Write:
        ((action, request),) = each.items()
        return understood(self._table(request["TableName"]), action, request)

    def _seen(self, request: Request, lag: int) -> tuple[Table, Request, dict[Key, Row | None]]:
        """A table, and what of it a read sees otherwise than it is."""
        table = self._table(request["TableName"])
        old = lag and not request.get("ConsistentRead")
        return table, request, table.before(self._clock() - lag) if old else {}

    def _get(self, request: Request, lag: int) -> dict[str, Any]:
        refuse_unknown("GetItem", request, _GET)
        table, _, overlay = self._seen(request, lag)
        key = table.key_given(request["Key"])
        row = overlay[key] if key in overlay else table.rows.get(key)
        return {"Item": dict(row[0])} if row else {}

    def _batch_get(self, request: Request, lag: int) -> dict[str, Any]:
        refuse_unknown("BatchGetItem", request, _BATCH)
        asked: Mapping[str, Any] = request["RequestItems"]
        if sum(len(wanted["Keys"]) for wanted in asked.values()) > _MOST_KEYS:
            raise invalid("Too many items requested for the BatchGetItem call")
        answer: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {}}
        left = _MOST_BATCH_BYTES
        for name, wanted in asked.items():
            refuse_unknown("BatchGetItem", wanted, _BATCH_TABLE)
            table, _, overlay = self._seen({"TableName": name, **wanted}, lag)
            keys = [table.key_given(key) for key in wanted["Keys"]]
            if not keys:
                raise misfit(f"requestItems.{name}.member.keys", [], "length greater than 0")
            if len(set(keys)) < len(keys):
                raise invalid("Provided list of item keys contains duplicates")
            rows = [overlay[key] if key in overlay else table.rows.get(key) for key in keys]
            fit, left = _fitting([row[1] if row else 0 for row in rows], left)
            # In no particular order, says the documentation: so in none that anybody expects.
            answer["Responses"][name] = [dict(row[0]) for row in reversed(rows[:fit]) if row]
            if fit < len(keys):
                rest = wanted["Keys"][fit:]
                answer["UnprocessedKeys"][name] = {**wanted, "Keys": rest}
        return answer


def _fitting(sizes: list[int], left: int) -> tuple[int, int]:
    """How many rows of those sizes fit into what is left of an answer, and what is left then."""
    for number, size in enumerate(sizes):
        if size > left:
            return number, 0
        left -= size
    return len(sizes), left


def _expired(item: Item, ttl: str | None, now: int) -> bool:
    """Whether the item's time has come; `now` is in seconds, as the attribute must be."""
    content = item.get(ttl) if ttl else None
    if content is None or "N" not in content:
        return False
    return now - _FORGOTTEN < float(content["N"]) < now
