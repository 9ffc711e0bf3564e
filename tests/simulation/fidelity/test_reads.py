"""GetItem, BatchGetItem, Query and Scan, as the API reference and "Query operations" have them."""

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.simulation.fidelity.items import FILLING, item, key, n, s
from tests.simulation.fidelity.places import INDEX, eventually


def ranges(answer):
    return [found["sk"]["S"] for found in answer["Items"]]


def fill(there, pk, *sort_keys, **attributes):
    for sk in sort_keys:
        there.put(item(pk, sk, **attributes))


def test_items_come_in_the_order_of_their_sort_keys_bytes(there, pk):
    """ "Query": strings are ordered by their bytes in UTF-8, not by UTF-16 or by any language."""
    last, first_outside = "\uffee", "\U00010000"
    fill(there, pk, "b", first_outside, "a", "B", last, "a b", "\u00e4")
    answer = there.query("pk = :pk", {":pk": s(pk)})
    assert ranges(answer) == ["B", "a", "a b", "b", "\u00e4", last, first_outside]
    turned = there.query("pk = :pk", {":pk": s(pk)}, ScanIndexForward=False, Limit=1)
    assert ranges(turned) == [first_outside]


def test_a_sort_key_may_be_bounded_on_one_side_or_both(there, pk):
    fill(there, pk, "1", "2", "22", "3")
    for condition, wanted in (
        ("sk > :x", ["22", "3"]),
        ("sk >= :x", ["2", "22", "3"]),
        ("sk < :x", ["1"]),
        ("sk <= :x", ["1", "2"]),
        ("sk = :x", ["2"]),
        ("begins_with(sk, :x)", ["2", "22"]),
        ("sk BETWEEN :x AND :x", ["2"]),
    ):
        answer = there.query(f"pk = :pk AND {condition}", {":pk": s(pk), ":x": s("2")})
        assert ranges(answer) == wanted, condition
        assert answer["Count"] == len(wanted)


def test_the_last_below_a_bound_comes_first_when_turned(there, pk):
    fill(there, pk, "resolution", "reversal#000001", "reversal#000002", "transfer")
    values = {":pk": s(pk), ":x": s("transfer")}
    answer = there.query("pk = :pk AND sk < :x", values, ScanIndexForward=False, Limit=1)
    assert ranges(answer) == ["reversal#000002"]
    start = answer["LastEvaluatedKey"]
    more = {"ScanIndexForward": False, "ExclusiveStartKey": start}
    rest = there.query("pk = :pk AND sk < :x", values, **more)
    assert ranges(rest) == ["reversal#000001", "resolution"]


@pytest.mark.parametrize(
    ("condition", "saying"),
    [
        pytest.param("sk = :x AND sk > :x", "only contain one condition per key", id="twice"),
        pytest.param("pk = :x AND sk > :x AND sk < :x", "one condition per key", id="two bounds"),
        pytest.param("sk = :x", "Query condition missed key schema element: pk", id="no partition"),
        pytest.param("pk > :x", "Query key condition not supported", id="many partitions"),
        pytest.param("pk = :x AND another = :x", "missed key schema element: sk", id="no key"),
        pytest.param("pk = :x OR sk = :x", "Invalid operator used", id="or"),
        pytest.param("pk = :x AND sk <> :x", "", id="unequal"),
    ],
)
def test_a_key_condition_names_the_partition_and_one_bound(there, pk, condition, saying):
    with there.refusal("ValidationException", saying):
        there.query(condition, {":x": s(pk)})


def test_a_key_condition_compares_with_text_that_is_not_empty(there, pk):
    with there.refusal("ValidationException", "does not match schema type"):
        there.query("pk = :x", {":x": n(1)})
    with there.refusal("ValidationException", "cannot contain an empty string value"):
        there.query("pk = :x", {":x": s("")})


def test_a_range_that_is_turned_round_is_refused(there, pk):
    with there.refusal("ValidationException", "upper bound to be greater than or equal to lower"):
        there.query("pk = :pk AND sk BETWEEN :a AND :b", {":pk": s(pk), ":a": s("2"), ":b": s("1")})


def test_a_page_that_reached_its_limit_says_so_though_nothing_follows(there, pk):
    fill(there, pk, "1", "2")
    page = there.query("pk = :pk", {":pk": s(pk)}, Limit=2)
    assert ranges(page) == ["1", "2"]
    assert page["LastEvaluatedKey"] == key(pk, "2")
    after = there.query("pk = :pk", {":pk": s(pk)}, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert ranges(after) == []
    assert "LastEvaluatedKey" not in after
    assert "LastEvaluatedKey" not in there.query("pk = :pk", {":pk": s(pk)}, Limit=3)


def test_a_query_goes_on_after_an_item_that_is_gone(there, pk):
    fill(there, pk, "1", "3", "5")
    start = {"ExclusiveStartKey": key(pk, "2")}
    assert ranges(there.query("pk = :pk", {":pk": s(pk)}, **start)) == ["3", "5"]
    turned = there.query("pk = :pk", {":pk": s(pk)}, ScanIndexForward=False, **start)
    assert ranges(turned) == ["1"]


@pytest.mark.parametrize(
    ("start", "saying"),
    [
        pytest.param(key("elsewhere"), "starting key is outside query boundaries", id="elsewhere"),
        pytest.param({"pk": s("{pk}")}, "The provided starting key is invalid", id="short"),
        pytest.param(item("{pk}", a=s("x")), "The provided starting key is invalid", id="long"),
    ],
)
def test_a_query_goes_on_from_a_whole_key_of_its_partition_alone(there, pk, start, saying):
    start = {**start, "pk": s(start["pk"]["S"].format(pk=pk))}
    with there.refusal("ValidationException", saying):
        there.query("pk = :pk", {":pk": s(pk)}, ExclusiveStartKey=start)


def test_a_page_holds_a_megabyte_at_most(there, pk):
    fill(there, pk, "1", "2", "3", "4", filling=s(FILLING * 300))
    page = there.query("pk = :pk", {":pk": s(pk)})
    assert ranges(page) == ["1", "2", "3"]
    assert page["LastEvaluatedKey"] == key(pk, "3")


def test_a_limit_counts_what_is_looked_at_before_the_filter(there, pk):
    for number in range(4):
        there.put(item(pk, f"{number}", even={"BOOL": number % 2 == 0}))
    page = there.query(
        "pk = :pk", {":pk": s(pk), ":yes": {"BOOL": True}}, FilterExpression="even = :yes", Limit=3
    )
    assert ranges(page) == ["0", "2"]
    assert (page["Count"], page["ScannedCount"]) == (2, 3)
    assert page["LastEvaluatedKey"] == key(pk, "2")


def test_a_filter_does_not_look_at_keys(there, pk):
    with there.refusal("ValidationException", "non-primary key attributes"):
        there.query("pk = :pk", {":pk": s(pk), ":x": s("1")}, FilterExpression="sk = :x")


def test_an_index_gives_keys_alone_in_its_own_order_page_by_page(there, pk):
    for number in range(5):
        there.put(item(pk, f"{number}", owner=s(pk), since=s(f"{9 - number}"), note=s("not in it")))
    there.put(item(pk, "9", owner=s(pk)))  # has no place in the order, so it is left out
    wanted = [item(pk, f"{each}", owner=s(pk), since=s(f"{9 - each}")) for each in range(5)]

    def ask(**more):
        named = {"ExpressionAttributeNames": {"#o": "owner"}}
        return there.query("#o = :o", {":o": s(pk)}, IndexName=INDEX, **named, **more)

    assert eventually(lambda: ask()["Items"], 5) == wanted[::-1]
    first = ask(ScanIndexForward=False, Limit=2)
    assert first["Items"] == wanted[:2]
    assert first["LastEvaluatedKey"] == wanted[1]
    rest = ask(ScanIndexForward=False, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert rest["Items"] == wanted[2:]


def test_an_item_leaves_an_index_with_its_attribute(there, pk):
    there.put(item(pk, owner=s(pk), since=s("1")))
    ask = {"IndexName": INDEX, "ExpressionAttributeNames": {"#o": "owner"}}
    assert eventually(lambda: there.query("#o = :o", {":o": s(pk)}, **ask)["Items"], 1)
    there.update(key(pk), "REMOVE since")

    def gone():
        return [] if there.query("#o = :o", {":o": s(pk)}, **ask)["Items"] else [True]

    assert eventually(gone, 1)


def test_an_index_gives_no_consistent_reads_and_must_be_there(there, pk):
    asked = {
        "TableName": there.things,
        "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": {"#o": "owner"},
        "ExpressionAttributeValues": {":o": s(pk)},
    }
    with there.refusal("ValidationException", "Consistent reads are not supported on global"):
        there.client.query(**asked, IndexName=INDEX, ConsistentRead=True)
    with there.refusal("ValidationException", "The table does not have the specified index"):
        there.client.query(**asked, IndexName="by_nothing")


def batch(there, keys):
    return there.client.batch_get_item(
        RequestItems={there.things: {"Keys": keys, "ConsistentRead": True}}
    )


def test_a_batch_leaves_out_what_is_not_there(there, pk):
    fill(there, pk, "1", "3")
    answer = batch(there, [key(pk, sk) for sk in ("1", "2", "3")])
    found = answer["Responses"][there.things]
    assert sorted(each["sk"]["S"] for each in found) == ["1", "3"]
    assert not answer.get("UnprocessedKeys")


def test_a_batch_takes_a_hundred_keys_and_none_twice(there, pk):
    keys = [key(pk, f"{number}") for number in range(101)]
    batch(there, keys[:100])
    with there.refusal("ValidationException"):
        batch(there, keys)
    with there.refusal("ValidationException", "contains duplicates"):
        batch(there, [key(pk), {"sk": s("1"), "pk": s(pk)}])


def test_a_batch_of_more_than_16_megabytes_leaves_keys_for_later(there, pk):
    fill(there, pk, *[f"{number:02}" for number in range(43)], filling=s(FILLING * 399))
    answer = batch(there, [key(pk, f"{number:02}") for number in range(43)])
    left = answer["UnprocessedKeys"].get(there.things)
    assert left is not None
    assert len(answer["Responses"][there.things]) + len(left["Keys"]) == 43
    assert left["ConsistentRead"] is True


def test_a_table_that_is_not_there_is_told_as_such(there, pk):
    with there.refusal("ResourceNotFoundException", "Requested resource not found"):
        there.client.get_item(TableName=f"{there.things}-none", Key=key(pk))


def scanned(there, limit):
    """Every item of the table, page by page; consistent."""
    items, start = [], {}
    while start is not None:
        more = {"ExclusiveStartKey": start} if start else {}
        page = there.client.scan(TableName=there.things, ConsistentRead=True, Limit=limit, **more)
        assert len(page["Items"]) == page["Count"] == page["ScannedCount"] <= limit
        items += page["Items"]
        start = page.get("LastEvaluatedKey")
    return items


def test_a_scan_comes_upon_every_item_once_in_order_within_its_partition(there, pk):
    fill(there, pk, "2", "1", "3")
    fill(there, f"{pk}-other", "1")
    found = [each for each in scanned(there, 7) if each["pk"]["S"].startswith(pk)]
    of_one = [each["sk"]["S"] for each in found if each["pk"]["S"] == pk]
    assert (len(found), of_one) == (4, ["1", "2", "3"])


def test_a_scan_takes_a_limit_of_one_and_none_below(there, pk):
    fill(there, pk, "1")
    asked = {"TableName": there.things, "ConsistentRead": True}
    assert there.client.scan(**asked, Limit=1)["LastEvaluatedKey"].keys() == {"pk", "sk"}
    with pytest.raises((ClientError, ParamValidationError)):
        there.client.scan(**asked, Limit=0)
