"""Nothing that was accepted is forgotten: the stream, the resume queue, the machine again."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.builders import lambda_context
from tests.integration.cloud import SETTINGS, handler
from tests.integration.payments.files import submitted, xml
from tests.integration.payments.scenes import SMALL, accounts, in_review, received

RESUME, FILES = SETTINGS["RESUME_QUEUE_URL"], SETTINGS["FILES_QUEUE_URL"]


def changes(cloud, before):
    """The stream's records of what has changed in the payments table since `before`."""
    old = {(item["pk"]["S"], item["sk"]["S"]): item for item in before["Payments"]}
    found = []
    for item in cloud.world()["Payments"]:
        was = old.get((item["pk"]["S"], item["sk"]["S"]))
        if was == item:
            continue
        images = {"NewImage": item} | ({"OldImage": was} if was else {})
        found.append(
            {
                "eventID": str(len(found)),
                "eventName": "MODIFY" if was else "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {name: item[name] for name in ("pk", "sk")},
                    "SequenceNumber": str(100 + len(found)),
                    **images,
                },
            }
        )
    return found


def sweep(records):
    report = handler("payments/sweep")({"Records": records}, lambda_context())
    return [failure["itemIdentifier"] for failure in report["batchItemFailures"]]


def resume(cloud, *messages, attempt=1):
    return cloud.deliver("payments/resume", *messages, attempt=attempt)


def test_a_payment_whose_start_was_lost_is_started_by_the_sweep(cloud):
    debtor, creditor = accounts(cloud)
    before = cloud.world()
    cloud.machines.trouble = EndpointConnectionError(endpoint_url="states")
    payment = cloud.pay(debtor, creditor, SMALL).body["id"]
    assert cloud.payment(payment)["status"] == "received"
    cloud.machines.trouble = None

    assert sweep(changes(cloud, before)) == []
    (message,) = cloud.queues.sent[RESUME]
    assert message == {"id": payment, "tenant": "acme", "request_id": f"sweep-{payment}"}
    assert resume(cloud, message) == ["0"], "it must come back until the payment is at rest"
    (start,) = cloud.machines.started
    assert start["input"] == message
    assert cloud.run(payment) == "completed"
    assert resume(cloud, message) == []
    assert len(cloud.machines.started) == 1


def test_a_start_that_is_lost_again_is_tried_again(cloud):
    scene = received(cloud)
    message = {"id": scene.payment, "tenant": "acme", "request_id": "sweep"}
    cloud.machines.started.clear()
    cloud.machines.trouble = ClientError({"Error": {"Code": "Throttling"}}, "StartExecution")

    assert resume(cloud, message) == ["0"]
    cloud.machines.trouble = None
    assert resume(cloud, message, attempt=2) == ["0"]
    assert resume(cloud, message, attempt=3) == ["0"]
    started = cloud.machines.started
    assert [start["input"] for start in started] == [message] * 2
    assert len({scene.payment, *(start["name"] for start in started)}) == 3


def test_a_payment_that_waits_for_a_person_is_left_alone_until_it_is_released(cloud):
    scene = in_review(cloud)
    message = {"id": scene.payment, "tenant": "acme", "request_id": "sweep"}
    cloud.machines.started.clear()
    assert resume(cloud, message) == []

    before = cloud.world()
    cloud.machines.trouble = EndpointConnectionError(endpoint_url="states")
    assert cloud.decide(scene.case, "release").status == 200
    cloud.machines.trouble = None
    assert sweep(changes(cloud, before)) == []
    assert cloud.queues.sent[RESUME] == [message | {"request_id": f"sweep-{scene.payment}"}]
    assert resume(cloud, *cloud.queues.sent[RESUME]) == ["0"]
    assert cloud.run(scene.payment) == "completed"


@pytest.mark.parametrize("end", ["run", "cancel"])
def test_a_payment_that_came_to_its_end_is_not_looked_at_again(cloud, end):
    scene = received(cloud)
    before = cloud.world()
    cloud.run(scene.payment) if end == "run" else cloud.cancel(scene.payment)
    (record,) = changes(cloud, before)
    assert record["eventName"] == "MODIFY"
    assert sweep([record]) == []
    assert cloud.queues.sent.get(RESUME, []) == []


def test_a_file_is_put_on_the_queue_of_files_and_its_items_are_not(cloud):
    debtor, creditor = accounts(cloud)
    before = cloud.world()
    file_id = submitted(cloud, xml(debtor, creditor, count=1)).body["id"]

    assert sweep(changes(cloud, before)) == []
    assert cloud.queues.sent[FILES] == [
        {"id": file_id, "tenant": "acme", "request_id": f"sweep-{file_id}"}
    ]
    before = cloud.world()
    assert cloud.deliver("payments/process_file", *cloud.queues.sent[FILES]) == []
    assert sweep(changes(cloud, before)) == []
    (payment,) = [item for item in cloud.items("Payments") if item["sk"] == "payment"]
    assert [message["id"] for message in cloud.queues.sent[RESUME]] == [payment["pk"][5:]]
    assert len(cloud.queues.sent[FILES]) == 1


def test_a_batch_of_any_size_is_sent_whole(cloud):
    debtor, creditor = accounts(cloud)
    before = cloud.world()
    payments = {cloud.pay(debtor, creditor, 1).body["id"] for _ in range(23)}
    assert sweep(changes(cloud, before)) == []
    assert {message["id"] for message in cloud.queues.sent[RESUME]} == payments


@pytest.mark.parametrize("trouble", ["silence", "full"])
def test_a_batch_that_a_queue_does_not_take_comes_back_whole(cloud, trouble):
    debtor, creditor = accounts(cloud)
    before = cloud.world()
    for _ in range(3):
        cloud.pay(debtor, creditor, 1)
    if trouble == "full":
        cloud.queues.full = True
    else:
        cloud.queues.trouble = EndpointConnectionError(endpoint_url="sqs")
    records = changes(cloud, before)
    assert sweep(records) == [records[0]["dynamodb"]["SequenceNumber"]]

    cloud.queues.trouble, cloud.queues.full = None, False
    assert sweep(records) == []
    assert len({message["id"] for message in cloud.queues.sent[RESUME]}) == 3


def test_a_removed_record_is_nothing_to_look_at(cloud):
    record = {
        "eventName": "REMOVE",
        "dynamodb": {"OldImage": {"pk": {"S": "acme#x"}, "sk": {"S": "x"}}, "SequenceNumber": "1"},
    }
    assert sweep([record]) == []
    assert cloud.queues.sent == {}


def test_a_message_about_no_payment_is_reported_and_the_others_are_done(cloud):
    scene = received(cloud)
    cloud.run(scene.payment)
    settled = {"id": scene.payment, "tenant": "acme", "request_id": "r"}
    assert resume(cloud, settled | {"tenant": "globex"}, settled) == ["0"]
