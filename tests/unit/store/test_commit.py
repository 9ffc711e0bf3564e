"""The unit of work against a scripted DynamoDB: which answer leads to which outcome."""

import time

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from remit.kernel.errors import Contended, Unavailable
from remit.store import commit as unit_of_work
from remit.store.commit import ATTEMPTS, Stale, commit, is_passing
from remit.store.write import Write, delete, put_new, update
from tests.unit.store.scripted import Scripted, cancelled, check_failed, failure

REFUSED = "ConditionalCheckFailedException"


class Refused(Exception):
    """Which write spoke, and what it was told."""


def put(name: str) -> Write:
    return put_new("Things", {"pk": name}, exists=lambda item: Refused(name, item))


def change(name: str) -> Write:
    return update(
        "Things",
        {"pk": name},
        set_to={"state": "done"},
        only_if={"state": "new"},
        failed=lambda item: Refused(name, item),
    )


def check(name: str) -> Write:
    request = {"TableName": "Things", "Key": {"pk": {"S": name}}, "ConditionExpression": "a = b"}
    return Write(action="ConditionCheck", request=request, failed=lambda item: Refused(name, item))


def test_several_writes_are_one_transaction_in_the_given_order():
    client = Scripted()

    commit(client, [put("one"), change("two")])

    ((operation, parameters),) = client.calls
    assert operation == "transact_write_items"
    assert [list(item) for item in parameters["TransactItems"]] == [["Put"], ["Update"]]
    assert parameters["TransactItems"][0]["Put"]["Item"] == {"pk": {"S": "one"}}


@pytest.mark.parametrize(
    ("write", "operation"),
    [
        (put("one"), "put_item"),
        (change("one"), "update_item"),
        (delete("Things", {"pk": "one"}, missing=Refused), "delete_item"),
    ],
)
def test_a_single_write_is_a_plain_conditional_write_at_half_the_price(write, operation):
    client = Scripted()

    commit(client, [write])

    assert client.calls == [(operation, dict(write.request))]


def test_a_single_condition_check_needs_a_transaction():
    client = Scripted()

    commit(client, [check("one")])

    assert client.calls[0][0] == "transact_write_items"


@pytest.mark.parametrize("count", [0, 101])
def test_a_unit_of_work_has_from_one_to_a_hundred_writes(count):
    client = Scripted()

    with pytest.raises(ValueError, match="1 to 100 writes"):
        commit(client, [put(str(n)) for n in range(count)])

    assert client.calls == []


def test_a_hundred_writes_are_allowed():
    client = Scripted()

    commit(client, [put(str(n)) for n in range(100)])

    assert len(client.calls) == 1


def test_one_item_touched_twice_is_refused_before_anything_is_sent():
    client = Scripted()

    with pytest.raises(ValueError, match=r"^a unit of work may not touch one item twice$"):
        commit(client, [put("one"), change("two"), change("one")])

    assert client.calls == []


def test_the_same_key_in_two_tables_is_two_items():
    other = put_new("Others", {"pk": "one"}, exists=Refused)
    client = Scripted()

    commit(client, [put("one"), other])

    assert len(client.calls) == 1


# What a failed condition means.


def test_a_failed_condition_raises_the_error_of_its_write_with_the_item_as_it_stands():
    client = Scripted(cancelled("None", check_failed({"pk": {"S": "two"}, "n": {"N": "7"}})))

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two")])

    assert refused.value.args == ("two", {"pk": "two", "n": 7})
    assert len(client.calls) == 1


def test_a_failed_condition_on_no_item_says_so():
    client = Scripted(cancelled("None", check_failed()))

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two")])

    assert refused.value.args == ("two", None)


def test_the_first_failed_condition_in_order_speaks():
    client = Scripted(cancelled("None", check_failed(), check_failed()))

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two"), change("three")])

    assert refused.value.args[0] == "two"


def test_a_failed_condition_before_a_conflict_speaks_at_once():
    client = Scripted(cancelled(check_failed(), "TransactionConflict"))

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two")])

    assert refused.value.args[0] == "one"
    assert len(client.calls) == 1


def test_a_conflict_before_a_failed_condition_is_retried_since_the_earlier_may_speak():
    client = Scripted(
        cancelled("TransactionConflict", check_failed()), cancelled(check_failed(), check_failed())
    )

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two")])

    assert refused.value.args[0] == "one"
    assert len(client.calls) == 2


def test_a_single_write_whose_condition_fails_is_told_the_item_too():
    answer = failure(REFUSED, operation="PutItem", Item={"pk": {"S": "one"}})

    with pytest.raises(Refused) as refused:
        commit(Scripted(answer), [put("one")])

    assert refused.value.args == ("one", {"pk": "one"})
    assert refused.value.__cause__ is answer


def test_a_write_without_a_reason_did_not_stand_in_the_way():
    client = Scripted(cancelled({}, check_failed()))

    with pytest.raises(Refused) as refused:
        commit(client, [put("one"), change("two")])

    assert refused.value.args[0] == "two"


def test_a_refusal_keeps_the_answer_of_the_database_as_its_cause():
    answer = cancelled(check_failed(), "None")

    with pytest.raises(Refused) as refused:
        commit(Scripted(answer), [put("one"), check("two")])

    assert refused.value.__cause__ is answer


# What passes is tried again, within bounds; nothing else is.


@pytest.mark.parametrize(
    "code",
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"],
)
def test_a_transaction_cancelled_by_passing_trouble_is_tried_again(code, pauses):
    client = Scripted(cancelled("None", code), cancelled(code, "None"))

    commit(client, [put("one"), change("two")])

    assert len(client.calls) == 3
    assert pauses == [0, 1]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("RequestLimitExceeded", 400),
        ("InternalServerError", 500),
        ("InternalFailure", 500),
        ("503", 503),  # an answer that is not DynamoDB's, from something on the way
    ],
)
def test_what_the_sdk_has_retried_is_not_retried_once_more(code, status):
    answer = failure(code, status=status)
    client = Scripted(answer)

    with pytest.raises(Unavailable) as raised:
        commit(client, [put("one"), change("two")])

    assert raised.value.__cause__ is answer
    assert len(client.calls) == 1


def test_an_earlier_try_that_is_still_running_is_waited_for():
    client = Scripted(failure("TransactionInProgressException"))

    commit(client, [put("one"), change("two")])

    assert len(set(client.tokens)) == 1
    assert len(client.calls) == 2


def test_a_single_write_in_the_way_of_a_transaction_is_tried_again():
    client = Scripted(failure("TransactionConflictException", operation="PutItem"))

    commit(client, [put("one")])

    assert len(client.calls) == 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (cancelled("None", "TransactionConflict"), Contended),
        (failure("TransactionConflictException"), Contended),
        (failure("TransactionInProgressException"), Contended),
        (cancelled("ThrottlingError", "None"), Unavailable),
        (cancelled("None", "ProvisionedThroughputExceeded"), Unavailable),
    ],
)
def test_trouble_that_does_not_pass_ends_in_a_fault_after_bounded_tries(trouble, error, pauses):
    client = Scripted(*[trouble] * 50)

    with pytest.raises(error) as raised:
        commit(client, [put("one"), change("two")])

    assert len(client.calls) == ATTEMPTS
    assert pauses == list(range(ATTEMPTS - 1))
    assert raised.value.__cause__ is trouble


@pytest.mark.parametrize(
    ("trouble", "detail"),
    [
        (ReadTimeoutError(endpoint_url="dynamodb"), "the database did not answer"),
        (failure("503", status=503), "the database is throttling or failing"),
        (cancelled("None", "ThrottlingError"), "the database is throttling"),
    ],
)
def test_a_client_is_told_what_the_trouble_is(trouble, detail):
    with pytest.raises(Unavailable) as raised:
        commit(Scripted(*[trouble] * ATTEMPTS), [put("one"), change("two")])

    assert raised.value.detail == detail


@pytest.mark.parametrize(
    "silence",
    [
        ReadTimeoutError(endpoint_url="dynamodb"),
        ConnectTimeoutError(endpoint_url="dynamodb"),
        EndpointConnectionError(endpoint_url="dynamodb"),
    ],
)
def test_a_silent_database_is_unavailable_before_the_invocation_is_over(silence):
    client = Scripted(silence)

    with pytest.raises(Unavailable) as raised:
        commit(client, [put("one"), change("two")])

    assert len(client.calls) == 1
    assert raised.value.__cause__ is silence


@pytest.mark.parametrize(
    "answer",
    [
        failure("ValidationException"),
        failure("AccessDeniedException"),
        failure("ResourceNotFoundException"),
        failure("IdempotentParameterMismatchException"),
        failure("TransactionCanceledException"),  # without any reasons
        cancelled("None", "None"),
        cancelled("None", "ItemCollectionSizeLimitExceeded"),
        cancelled("ValidationError", "TransactionConflict"),
    ],
)
def test_anything_else_is_raised_as_it_is_and_never_tried_again(answer):
    client = Scripted(answer)

    with pytest.raises(ClientError) as raised:
        commit(client, [put("one"), change("two")])

    assert raised.value is answer
    assert len(client.calls) == 1


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("InternalServerError", True),
        ("ServiceUnavailable", True),
        ("ThrottlingException", True),
        ("Other", False),
    ],
)
@pytest.mark.parametrize("metadata", [{}, {"ResponseMetadata": {}}])
def test_an_error_without_a_status_is_judged_by_its_code(metadata, code, passes):
    error = ClientError({"Error": {"Code": code}, **metadata}, "PutItem")

    assert is_passing(error) is passes


@pytest.mark.parametrize(("status", "passes"), [(499, False), (500, True)])
def test_every_status_from_500_on_is_an_outage(status, passes):
    assert is_passing(failure("Odd", status=status)) is passes


# The token.


def token_of(*writes: Write) -> str:
    client = Scripted()
    commit(client, writes)
    return client.tokens[0]


def test_a_transaction_tried_again_keeps_its_token():
    client = Scripted(cancelled("None", "TransactionConflict"))

    commit(client, [put("one"), change("two")])

    assert len(client.tokens) == 2
    assert len(set(client.tokens)) == 1


def test_the_token_comes_from_the_content():
    assert token_of(put("one"), change("two")) == token_of(put("one"), change("two"))
    assert len(token_of(put("one"), change("two"))) == 36  # DynamoDB takes no longer one


def test_another_content_order_or_action_is_another_token():
    drop = delete("Things", {"pk": "two"}, missing=Refused)
    verify = Write(action="ConditionCheck", request=drop.request, failed=Refused)
    tokens = {
        token_of(put("one"), change("two")),
        token_of(change("two"), put("one")),
        token_of(put("one"), change("three")),
        token_of(put("one"), drop),
        token_of(put("one"), verify),
    }

    assert len(tokens) == 5


def test_pauses_are_random_and_grow_but_never_past_the_longest(monkeypatch):
    monkeypatch.undo()  # the pause itself, not the counting one
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(unit_of_work.random, "uniform", lambda least, most: (least, most))

    for attempt in range(8):
        unit_of_work.pause(attempt)

    longest = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.4, 0.4]
    assert slept == [(0, most) for most in longest]


def test_bytes_count_in_a_transactions_token():
    tokens = set()
    for content in (b"x", b"y", b"x"):
        client = Scripted()
        sealed = put_new("Things", {"pk": "a", "b": content}, exists=lambda _: Stale())
        commit(client, [sealed, put("two")])
        tokens.add(client.calls[0][1]["ClientRequestToken"])

    assert len(tokens) == 2
