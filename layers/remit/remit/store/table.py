"""Reading one table. Every read says whether it must be consistent; none decides on money."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from remit.kernel.errors import Unavailable
from remit.kernel.value import value
from remit.store.commit import ATTEMPTS, UNANSWERED, is_passing, pause
from remit.store.item import Item, decode_item, encode, encode_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@value
class Page:
    """Some items of a query, in order; `next_key` continues it, None at the end."""

    items: tuple[Item, ...]
    next_key: Item | None


@value
class Table:
    """One DynamoDB table by its name, seen through one client."""

    client: "DynamoDBClient"
    name: str

    def get(self, key: Item) -> Item | None:
        """The item as last committed, or None."""
        answer = self._ask(
            "get_item", TableName=self.name, Key=encode_item(key), ConsistentRead=True
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Item]) -> list[Item | None]:
        """The items under up to 100 `keys`, in their order, as last committed; None where none is.

        Raises `Unavailable` when the database does not hand out all of them.
        """
        found: dict[str, Item] = {}
        wanted: Any = {self.name: {"Keys": [*map(encode_item, keys)], "ConsistentRead": True}}
        for attempt in range(ATTEMPTS):
            answer = self._ask("batch_get_item", RequestItems=wanted)
            for item in map(decode_item, answer["Responses"].get(self.name, ())):
                found[_identity(item)] = item
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return [found.get(_identity(key)) for key in keys]
            pause(attempt)
        raise Unavailable("the database is throttling")

    def query(
        self,
        pk: str,
        *,
        above: str | None = None,
        below: str | None = None,
        newest_first: bool = False,
        limit: int,
        start: Item | None = None,
    ) -> Page:
        """Items of partition `pk` in sort-key order, as last committed.

        `above` or `below` (one of them) bounds the sort key, exclusively; at most `limit` items
        come back.
        """
        condition, values = "pk = :pk", {":pk": encode(pk)}
        if above is not None:
            condition, values[":above"] = condition + " AND sk > :above", encode(above)
        elif below is not None:
            condition, values[":below"] = condition + " AND sk < :below", encode(below)
        more: dict[str, Any] = {"ExclusiveStartKey": encode_item(start)} if start else {}
        answer = self._ask(
            "query",
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest_first,
            ConsistentRead=True,
            Limit=limit,
            **more,
        )
        return _page(answer)

    def query_index(
        self,
        index: str,
        *,
        attribute: str,
        equals: str,
        sort: str,
        least: str,
        limit: int,
        start: Item | None = None,
    ) -> Page:
        """Items of an index, newest first, whose `sort` is at least `least`. May lag behind."""
        more: dict[str, Any] = {"ExclusiveStartKey": encode_item(start)} if start else {}
        answer = self._ask(
            "query",
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression="#pk = :pk AND #sk >= :least",
            ExpressionAttributeNames={"#pk": attribute, "#sk": sort},
            ExpressionAttributeValues={":pk": encode(equals), ":least": encode(least)},
            ScanIndexForward=False,
            Limit=limit,
            **more,
        )
        return _page(answer)

    def scan(self) -> Iterator[Item]:
        """Every item, page by page, in no order: not one moment's, for what is put meanwhile."""
        more: dict[str, Any] = {}
        while True:
            answer = self._ask("scan", TableName=self.name, ConsistentRead=True, **more)
            yield from map(decode_item, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _ask(self, operation: str, **parameters: Any) -> Any:
        try:
            return getattr(self.client, operation)(**parameters)
        except UNANSWERED as error:
            raise Unavailable("the database did not answer") from error
        except ClientError as error:
            if is_passing(error):
                raise Unavailable("the database is throttling or failing") from error
            raise


def _identity(item: Item) -> str:
    return f"{item['pk']!r} {item.get('sk')!r}"


def _page(answer: Any) -> Page:
    last = answer.get("LastEvaluatedKey")
    return Page(
        items=tuple(decode_item(item) for item in answer["Items"]),
        next_key=decode_item(last) if last else None,
    )
