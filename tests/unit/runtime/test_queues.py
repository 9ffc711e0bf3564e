"""Sending to queues: all of it, or an outage."""

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from remit.kernel.errors import Unavailable
from remit.runtime import clients, queues

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/Resume"


@pytest.fixture
def sqs():
    with Stubber(clients.sqs()) as stub:
        yield stub
        stub.assert_no_pending_responses()


def batch(numbers: range) -> dict:
    return {
        "QueueUrl": URL,
        "Entries": [
            {"Id": str(position), "MessageBody": f'{{"id":"{number}"}}'}
            for position, number in enumerate(numbers)
        ],
    }


def bodies(count: int) -> list[dict[str, str]]:
    return [{"id": str(number)} for number in range(count)]


def test_messages_go_in_batches_that_the_queue_takes(sqs):
    for numbers in (range(10), range(10, 20), range(20, 23)):
        sqs.add_response("send_message_batch", {"Successful": [], "Failed": []}, batch(numbers))
    queues.send(URL, bodies(23))


def test_nothing_to_send_asks_nobody(sqs):
    queues.send(URL, [])


def test_one_message_that_is_not_taken_is_an_outage(sqs):
    failed = [{"Id": "1", "SenderFault": False, "Code": "InternalError"}]
    sqs.add_response("send_message_batch", {"Successful": [], "Failed": failed}, batch(range(2)))
    with pytest.raises(Unavailable):
        queues.send(URL, bodies(2))


def test_a_queue_that_refuses_or_is_silent_is_an_outage(sqs, monkeypatch):
    sqs.add_client_error("send_message_batch", "ServiceUnavailable")
    with pytest.raises(Unavailable):
        queues.send(URL, bodies(1))

    def silent(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url=URL)

    monkeypatch.setattr(clients.sqs(), "send_message_batch", silent)
    with pytest.raises(Unavailable):
        queues.send(URL, bodies(1))
