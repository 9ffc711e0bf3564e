"""One answer per key against a scripted DynamoDB: what is written, and what an answer means."""

import dataclasses

import pytest

from remit.kernel import clock
from remit.kernel.errors import Contended, NotFound, Refusal, problem
from remit.store.commit import ATTEMPTS, Stale
from remit.store.idempotency import Answer, Command, InFlight, KeyReused, answer_once, settle
from remit.store.item import encode_item
from remit.store.table import Table
from remit.store.write import Write, put_new
from tests.unit.store.scripted import Scripted, cancelled, check_failed, failure

NOW = 1_795_512_600_000
UNTIL = NOW + 10_000
ASKED = Command(
    tenant="acme", key="key", fingerprint="f1", path="/v1/things", actor="anna", now=NOW
)
KEY = {"pk": f"acme#{ASKED.id}"}
MADE = Answer(status=201, body='{"made":1}')
REPLAYED = dataclasses.replace(MADE, replayed=True)
ROW = KEY | {
    "fingerprint": "f1",
    "status": 201,
    "body": '{"made":1}',
    "at": NOW,
    "by": "anna",
    "why": "/v1/things",
    "expires_at": (NOW + 30 * clock.DAY) // 1_000,
}
HELD = ROW | {"held_until": UNTIL}


class TooPoor(Refusal):
    title = "Not enough"


POOR = (
    '{"code":"too_poor","detail":"none is left","instance":"/v1/things","status":422,'
    '"title":"Not enough","type":"urn:remit:problem:too_poor"}'
)


def thing(error: Exception) -> Write:
    return put_new("Things", {"pk": "one"}, exists=lambda _: error)


def make(error: Exception | None = None):
    return lambda: (MADE, [thing(error or Stale())])


def fails(error: Exception):
    def act():
        raise error

    return act


def keys(client: Scripted) -> Table:
    return Table(client=client, name="Keys")


def taken(row: dict | None) -> Exception:
    """What DynamoDB says when the key's row stands in the way of the transaction."""
    return cancelled(check_failed(encode_item(row) if row else None), "None")


def row_taken(row: dict, operation: str = "UpdateItem") -> Exception:
    return failure("ConditionalCheckFailedException", operation=operation, Item=encode_item(row))


def stored(row: dict) -> dict:
    return {
        "TableName": "Keys",
        "Item": encode_item(row),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def settling(answer: Answer) -> tuple[str, dict]:
    return "update_item", {
        "TableName": "Keys",
        "Key": encode_item(KEY),
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1 REMOVE #n2",
        "ConditionExpression": "#n2 = :v2",
        "ExpressionAttributeNames": {"#n0": "status", "#n1": "body", "#n2": "held_until"},
        "ExpressionAttributeValues": {
            ":v0": {"N": str(answer.status)},
            ":v1": {"S": answer.body},
            ":v2": {"N": str(UNTIL)},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


@pytest.mark.parametrize("other", [{"tenant": "zeta"}, {"key": "other"}])
def test_what_a_command_makes_is_named_by_tenant_and_key_and_nothing_else(other):
    later = dataclasses.replace(ASKED, fingerprint="f2", path="/v1/x", actor="ben", now=NOW + 1)

    assert later.id == ASKED.id
    assert dataclasses.replace(ASKED, **other).id != ASKED.id


@pytest.mark.parametrize(
    ("rejection", "status", "title"),
    [
        (KeyReused(), 422, "The idempotency key belongs to another request"),
        (InFlight(), 409, "The first request with this key is still running"),
    ],
)
def test_a_client_is_told_what_is_wrong_with_its_key(rejection, status, title):
    said = problem(rejection)

    assert (said["status"], said["title"]) == (status, title)


# The first answer.


@pytest.mark.parametrize(("hold_until", "row"), [(None, ROW), (UNTIL, HELD)])
def test_the_answer_is_committed_with_its_effect_and_before_it(hold_until, row):
    client = Scripted()

    assert answer_once(keys(client), ASKED, make(), hold_until=hold_until) == MADE
    ((operation, parameters),) = client.calls
    assert operation == "transact_write_items"
    assert parameters["TransactItems"] == [
        {"Put": stored(row)},
        {"Put": dict(thing(Stale()).request)},
    ]


@pytest.mark.parametrize("hold_until", [None, UNTIL])
def test_a_refusal_is_stored_as_the_answer_and_never_held(hold_until):
    client = Scripted()

    answer = answer_once(keys(client), ASKED, fails(TooPoor("none is left")), hold_until=hold_until)

    assert answer == Answer(status=422, body=POOR, replayed=False)
    assert client.calls == [("put_item", stored(ROW | {"status": 422, "body": POOR}))]


def test_a_refusal_that_a_failed_condition_means_is_stored_too():
    client = Scripted(cancelled("None", check_failed()))

    answer = answer_once(keys(client), ASKED, make(TooPoor("none is left")), hold_until=UNTIL)

    assert answer == Answer(status=422, body=POOR, replayed=False)
    assert client.calls[1] == ("put_item", stored(ROW | {"status": 422, "body": POOR}))


# A key that has been used.


def test_a_known_key_gives_the_stored_answer_byte_for_byte():
    assert answer_once(keys(Scripted(taken(ROW))), ASKED, make()) == REPLAYED


def test_a_refusal_gives_way_to_the_answer_that_the_key_already_has():
    client = Scripted(row_taken(ROW, "PutItem"))

    assert answer_once(keys(client), ASKED, fails(TooPoor("none is left"))) == REPLAYED


@pytest.mark.parametrize("row", [ROW, HELD])
def test_a_key_of_another_request_is_refused_held_or_not(row):
    other = row | {"fingerprint": "f2"}

    with pytest.raises(KeyReused):
        answer_once(keys(Scripted(taken(other))), ASKED, make())


def test_a_rejection_looks_for_an_earlier_answer_first():
    client = Scripted({"Item": encode_item(ROW)})

    assert answer_once(keys(client), ASKED, fails(NotFound())) == REPLAYED
    assert client.calls == [
        ("get_item", {"TableName": "Keys", "Key": encode_item(KEY), "ConsistentRead": True})
    ]


def test_a_rejection_under_a_new_key_is_raised_and_stores_nothing():
    client, rejection = Scripted({}), NotFound()

    with pytest.raises(NotFound) as raised:
        answer_once(keys(client), ASKED, fails(rejection))

    assert raised.value is rejection
    assert [operation for operation, _ in client.calls] == ["get_item"]


# A held answer.


def test_while_an_answer_is_held_the_key_is_told_to_come_back():
    client, asked = Scripted(taken(HELD)), dataclasses.replace(ASKED, now=UNTIL - 1)

    with pytest.raises(InFlight):
        answer_once(keys(client), asked, make())

    assert len(client.calls) == 1


def test_a_hold_that_ran_out_is_settled_to_its_first_answer():
    client, asked = Scripted(taken(HELD)), dataclasses.replace(ASKED, now=UNTIL)

    assert answer_once(keys(client), asked, make()) == REPLAYED
    assert client.calls[1:] == [settling(MADE)]


def test_a_hold_that_somebody_settles_meanwhile_gives_their_answer():
    theirs = ROW | {"status": 202, "body": "{}"}
    client = Scripted(taken(HELD), row_taken(theirs))

    answer = answer_once(keys(client), dataclasses.replace(ASKED, now=UNTIL), make())

    assert answer == Answer(status=202, body="{}", replayed=True)


def test_settling_replaces_the_held_answer():
    client, answer = Scripted(), Answer(status=200, body='{"done":1}')

    assert settle(keys(client), ASKED, answer, hold_until=UNTIL) is answer
    assert client.calls == [settling(answer)]


def test_settling_late_gives_the_answer_that_stands():
    client = Scripted(row_taken(ROW))

    answer = settle(keys(client), ASKED, Answer(status=200, body="late"), hold_until=UNTIL)

    assert answer == REPLAYED


def test_settling_a_row_that_is_gone_is_stale():
    gone = failure("ConditionalCheckFailedException", operation="UpdateItem")

    with pytest.raises(Stale):
        settle(keys(Scripted(gone)), ASKED, MADE, hold_until=UNTIL)


# Others at the same time.


@pytest.mark.parametrize("trouble", [taken(None), cancelled("None", check_failed())])
def test_a_row_that_vanished_or_a_stale_decision_is_decided_again(trouble, pauses):
    client = Scripted(trouble, trouble)

    assert answer_once(keys(client), ASKED, make()) == MADE
    assert len(client.calls) == 3
    assert pauses == [0, 1]


def test_a_decision_that_is_always_stale_ends_in_contended(pauses):
    client = Scripted(*[cancelled("None", check_failed())] * 50)

    with pytest.raises(Contended):
        answer_once(keys(client), ASKED, make())

    assert len(client.calls) == ATTEMPTS
    assert pauses == list(range(ATTEMPTS))
