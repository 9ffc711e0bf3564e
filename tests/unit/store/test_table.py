"""Reading: what is asked of DynamoDB, and what its troubles become."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from remit.kernel.errors import Unavailable
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
