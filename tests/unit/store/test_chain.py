"""Chains on records in memory: what is asked of the table, and how the past is found."""

from typing import Any

import pytest

from remit.store.chain import Chain, sequence_key, sequence_of
from remit.store.commit import Stale
from remit.store.item import encode_item
from remit.store.table import Table
from tests.unit.store.scripted import Scripted


class Records(Scripted):
    """A client that holds one chain, whose record number n has the n-th of the given times."""

    def __init__(self, *moments: int, first: int = 1) -> None:
        super().__init__()
        self.records = {
            sequence_key(number): encode_item({"pk": "a", "sk": sequence_key(number), "at": at})
            for number, at in enumerate(moments, first)
        }

    def get_item(self, **parameters: Any) -> Any:
        self.calls.append(("get_item", parameters))
        found = self.records.get(parameters["Key"]["sk"]["S"])
        return {"Item": found} if found else {}

    def query(self, **parameters: Any) -> Any:
        self.calls.append(("query", parameters))
        newest = [self.records[key] for key in sorted(self.records, reverse=True)]
        return {"Items": newest[: parameters["Limit"]]}


def chain(client: Scripted) -> Chain:
    return Chain(table=Table(client=client, name="Things"), pk="a")


def test_a_record_is_numbered_in_twelve_digits():
    assert sequence_key(7) == "000000000007"
    assert sequence_of({"pk": "a", "sk": "000000000007"}) == 7


def test_appending_puts_the_numbered_record_where_none_may_be():
    write = chain(Scripted()).append(7, {"at": 5})

    assert write.action == "Put"
    assert write.request["TableName"] == "Things"
    assert write.request["Item"] == encode_item({"pk": "a", "sk": "000000000007", "at": 5})
    assert write.request["ConditionExpression"] == "attribute_not_exists(pk)"
    assert isinstance(write.failed({"pk": "a"}), Stale)


def test_one_record_is_asked_for_by_its_number():
    client = Records(10, 20)

    assert chain(client).record(2) == {"pk": "a", "sk": sequence_key(2), "at": 20}
    assert chain(client).record(3) is None
    assert client.calls[0][1]["Key"] == {"pk": {"S": "a"}, "sk": {"S": "000000000002"}}


def test_the_newest_records_are_asked_for_newest_first():
    client = Records(10, 20, 30)

    assert [sequence_of(record) for record in chain(client).newest().items] == [3]
    chain(client).newest(2, start={"pk": "a", "sk": sequence_key(3)})

    asked = client.calls[1][1]
    assert (asked["ScanIndexForward"], asked["Limit"]) == (False, 2)
    assert asked["ExpressionAttributeValues"] == {":pk": {"S": "a"}}
    assert asked["ExclusiveStartKey"] == {"pk": {"S": "a"}, "sk": {"S": sequence_key(3)}}


def test_the_records_after_a_number_are_asked_for_oldest_first():
    client = Records(10)

    chain(client).after(2, limit=9)

    asked = client.calls[0][1]
    assert (asked["ScanIndexForward"], asked["Limit"]) == (True, 9)
    assert asked["KeyConditionExpression"] == "pk = :pk AND sk > :above"
    assert asked["ExpressionAttributeValues"] == {
        ":pk": {"S": "a"},
        ":above": {"S": "000000000002"},
    }


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    "moments", [(), (10,), (10, 10), (10, 20), (10, 20, 20, 30), tuple(range(10, 90, 10))]
)
def test_the_state_at_a_moment_is_the_last_record_not_after_it(moments, first):
    numbered = list(enumerate(moments, first))

    for moment in range(5, 96, 5):
        found = chain(Records(*moments, first=first)).last_at(moment)
        due = [number for number, at in numbered if at <= moment]
        assert (sequence_of(found) if found else None) == (due[-1] if due else None), moment


@pytest.mark.parametrize("moment", [0, 1, 500, 511, 512, 513, 1_021, 1_022])
def test_a_moment_in_a_thousand_records_costs_ten_reads_after_the_newest(moment):
    client = Records(*range(1, 1_024))

    chain(client).last_at(moment)

    assert len(client.calls) <= 1 + 10


def test_the_state_now_is_found_in_one_read():
    client = Records(*range(1, 1_024))

    assert sequence_of(chain(client).last_at(1_023)) == 1_023
    assert len(client.calls) == 1
