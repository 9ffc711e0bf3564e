"""Reading: what is asked of DynamoDB, and what its troubles become."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from remit.kernel.errors import Unavailable
from remit.store.commit import ATTEMPTS
from remit.store.table import Table
from tests.unit.store.scripted import Scripted, failure


def test_a_read_sees_what_was_last_committed():
    client = Scripted({"Item": {"pk": {"S": "one"}}}, {"Items": []})
    table = Table(client=client, name="Things")

    table.get({"pk": "one"})
    table.query("one", limit=1)

    assert [parameters["ConsistentRead"] for _, parameters in client.calls] == [True, True]


@pytest.mark.parametrize(
    "trouble",
    [
        ReadTimeoutError(endpoint_url="dynamodb"),
        EndpointConnectionError(endpoint_url="dynamodb"),
        failure("ThrottlingException", operation="GetItem"),
        failure("502", status=502, operation="GetItem"),
    ],
)
def test_an_outage_is_a_fault_that_may_pass(trouble):
    with pytest.raises(Unavailable) as raised:
        Table(client=Scripted(trouble), name="Things").get({"pk": "one"})

    assert raised.value.__cause__ is trouble


def test_anything_else_is_raised_as_it_is():
    denied = failure("AccessDeniedException", operation="GetItem")

    with pytest.raises(ClientError) as raised:
        Table(client=Scripted(denied), name="Things").get({"pk": "one"})

    assert raised.value is denied


def some(*names: str, unprocessed: tuple[str, ...] = ()) -> dict:
    left = {"Keys": [{"pk": {"S": name}} for name in unprocessed], "ConsistentRead": True}
    return {
        "Responses": {"Things": [{"pk": {"S": name}} for name in names]},
        "UnprocessedKeys": {"Things": left} if unprocessed else {},
    }


def test_what_a_throttling_database_left_out_is_asked_for_again(pauses):
    client = Scripted(some("b", unprocessed=("a", "c")), {**some("c", "a")})
    table = Table(client=client, name="Things")

    assert table.get_many([{"pk": "a"}, {"pk": "b"}, {"pk": "c"}]) == [
        {"pk": "a"},
        {"pk": "b"},
        {"pk": "c"},
    ]
    assert client.calls[0][1]["RequestItems"]["Things"]["ConsistentRead"]
    assert client.calls[1][1]["RequestItems"] == some(unprocessed=("a", "c"))["UnprocessedKeys"]
    assert pauses == [0]


def test_a_database_that_never_hands_out_all_is_unavailable():
    client = Scripted(*[some(unprocessed=("a",))] * 50)

    with pytest.raises(Unavailable):
        Table(client=client, name="Things").get_many([{"pk": "a"}])

    assert len(client.calls) == ATTEMPTS
