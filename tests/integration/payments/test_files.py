"""Payment files: taken in once, worked off item by item, resumed wherever they were left."""

from datetime import date

import pytest

from remit.payments.schema import AcceptedFileView, FileView
from tests.builders import api_event, lambda_context
from tests.integration.cloud import Killed, handler, kill_after, kill_before
from tests.integration.ledger.hostile import cursors
from tests.integration.payments.files import process, submitted, xml
from tests.integration.payments.scenes import MONEY, accounts


@pytest.fixture
def pair(cloud):
    return accounts(cloud)


def read(cloud, file_id, *, query=None, **request):
    return cloud.api("GET", "/payment-files/{id}", path={"id": file_id}, query=query, **request)


def payments(cloud):
    return [item for item in cloud.items("Payments") if item["sk"] == "payment"]


def test_a_file_is_taken_in_and_its_bytes_are_kept(cloud, pair):
    content = xml(*pair, count=2)
    answer = submitted(cloud, content)

    assert answer.status == 202
    view = AcceptedFileView.model_validate(answer.body)
    assert (view.status, view.item_count, view.duplicate) == ("received", 2, False)
    (kept,) = [
        entry["Key"]
        for entry in cloud.s3.list_objects_v2(Bucket="files")["Contents"]
        if view.id in entry["Key"]
    ]
    assert kept.startswith("acme/")
    assert cloud.s3.get_object(Bucket="files", Key=kept)["Body"].read() == content
    found = FileView.model_validate(read(cloud, view.id).body)
    assert (found.status, found.items, found.next_cursor) == ("received", [], None)


def test_the_same_file_under_another_key_is_the_same_file(cloud, pair):
    first = submitted(cloud, xml(*pair, count=2))
    again = submitted(cloud, xml(*pair, count=2))

    assert (again.status, again.body["id"]) == (202, first.body["id"])
    assert again.body["duplicate"] is True


def test_another_file_under_a_used_message_id_is_refused_for_ever(cloud, pair):
    submitted(cloud, xml(*pair, count=2))
    refused = submitted(cloud, xml(*pair, count=3), key="file")
    assert (refused.status, refused.code) == (409, "message_id_reused")
    cloud.clock.now += 1
    assert submitted(cloud, xml(*pair, count=3), key="file").text == refused.text


def test_two_tenants_may_use_one_message_id(cloud, pair):
    first = submitted(cloud, xml(*pair, count=1))
    other = submitted(cloud, xml(*pair, count=1), tenant="globex")
    assert first.body["id"] != other.body["id"]
    assert other.body["duplicate"] is False
    assert read(cloud, first.body["id"], tenant="globex").code == "file_not_found"


@pytest.mark.parametrize(
    "content", ["", "<a/>", "no XML", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_what_is_no_payment_file_is_refused_and_nothing_is_kept(cloud, content):
    refused = submitted(cloud, content.encode())
    assert 400 <= refused.status < 500
    assert cloud.items("Payments") == cloud.items("Idempotency") == []


def test_auditors_send_no_files_and_see_them_all(cloud, pair):
    assert submitted(cloud, xml(*pair, count=1), role="auditor").status == 403
    file_id = submitted(cloud, xml(*pair, count=1)).body["id"]
    assert read(cloud, file_id, role="auditor").status == 200


def test_every_item_becomes_a_payment_and_the_file_shows_where_each_stands(cloud, pair):
    debtor, creditor = pair
    file_id = submitted(cloud, xml(debtor, creditor, count=3)).body["id"]
    process(cloud, file_id)

    view = FileView.model_validate(read(cloud, file_id).body)
    assert view.status == "processed"
    assert [item.position for item in view.items] == [1, 2, 3]
    assert view.items[0].end_to_end_id == "SALARY-00001"
    assert [item.status for item in view.items] == ["received"] * 3
    assert [start["name"] for start in cloud.machines.started] == [
        item.payment_id for item in view.items
    ]
    for item in view.items:
        assert cloud.run(item.payment_id) == "completed"
    assert {item["status"] for item in read(cloud, file_id).body["items"]} == {"completed"}
    paid = sum(item["amount"] for item in payments(cloud))
    assert (cloud.balance(creditor), cloud.balance(debtor)) == (paid, MONEY - paid)
    shown = cloud.payment(view.items[0].payment_id)
    assert (shown["end_to_end_id"], shown["remittance"]) == ("SALARY-00001", "Salary November 2026")


def test_a_file_worked_off_twice_is_worked_off_once(cloud, pair):
    file_id = submitted(cloud, xml(*pair, count=2)).body["id"]
    process(cloud, file_id)
    before = cloud.world()
    cloud.clock.now += 1_000
    process(cloud, file_id)
    assert cloud.world() == before
    assert len(cloud.machines.started) == 2


@pytest.mark.parametrize("kill", [kill_before, kill_after])
def test_a_file_left_in_the_middle_of_any_item_is_resumed_there_and_nothing_is_paid_twice(
    cloud, pair, kill
):
    file_id = submitted(cloud, xml(*pair, count=3)).body["id"]
    before = cloud.world()
    cloud.dynamodb.watch()
    process(cloud, file_id)
    calls = len(cloud.dynamodb.calls)
    whole = {item["pk"]: item["amount"] for item in payments(cloud)}

    for call in range(calls):
        cloud.restore(before)
        cloud.dynamodb.watch({call: kill})
        with pytest.raises(Killed):
            process(cloud, file_id)
        cloud.clock.now += 60_000
        process(cloud, file_id)
        cloud.dynamodb.watch()
        assert {item["pk"]: item["amount"] for item in payments(cloud)} == whole
        found = read(cloud, file_id).body
        assert found["status"] == "processed"
        assert [item["status"] for item in found["items"]] == ["received"] * 3


def test_a_run_whose_time_is_short_leaves_the_rest_for_the_next(cloud, pair):
    file_id = submitted(cloud, xml(*pair, count=2)).body["id"]
    message = {"id": file_id, "tenant": "acme", "request_id": "r"}
    assert cloud.deliver("payments/process_file", message, left=29_999) == ["0"]
    assert payments(cloud) == []
    assert cloud.deliver("payments/process_file", message, left=30_001) == []
    assert len(payments(cloud)) == 2


def test_a_file_whose_bytes_are_not_to_be_had_comes_back(cloud, pair):
    file_id = submitted(cloud, xml(*pair, count=1)).body["id"]
    found = cloud.s3.list_objects_v2(Bucket="files")["Contents"]
    for entry in found:
        cloud.s3.delete_object(Bucket="files", Key=entry["Key"])
    message = {"id": file_id, "tenant": "acme", "request_id": "r"}
    assert cloud.deliver("payments/process_file", message) == ["0"]
    assert read(cloud, file_id).body["status"] == "received"


def test_a_file_that_is_none_comes_back_until_somebody_looks(cloud):
    message = {"id": "file_" + "0" * 26, "tenant": "acme", "request_id": "r"}
    assert cloud.deliver("payments/process_file", message) == ["0"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"creditor": "acc_" + "0" * 26}, "AC01"),
        ({"debtor": "acc_" + "0" * 26}, "AC01"),
        ({"creditor": "not an account"}, "AC03"),
        ({"debtor": "not an account"}, "AC02"),
        ({"creditor": "debtor"}, "AG01"),
        ({"currency": "USD"}, "AM03"),
        ({"execution_date": date(2026, 11, 25)}, "DT01"),
    ],
)
def test_an_item_that_cannot_be_a_payment_is_rejected_with_its_reason(cloud, pair, change, reason):
    debtor, creditor = pair
    payer = change.pop("debtor", debtor)
    payee = change.pop("creditor", creditor)
    file_id = submitted(cloud, xml(payer, payer if payee == "debtor" else payee, count=1, **change))
    file_id = file_id.body["id"]
    process(cloud, file_id)

    (item,) = read(cloud, file_id).body["items"]
    assert (item["status"], item["reason"], item["payment_id"]) == ("rejected", reason, None)
    assert payments(cloud) == cloud.machines.started == []
    assert read(cloud, file_id).body["status"] == "processed"


def test_a_rejected_item_stays_rejected_when_the_account_is_opened_later(cloud, pair):
    later = cloud.open(key="later", currency="USD")
    file_id = submitted(cloud, xml(pair[0], later, count=1)).body["id"]
    process(cloud, file_id)
    again = submitted(cloud, xml(pair[0], later, count=1)).body["id"]
    process(cloud, again)
    assert read(cloud, file_id).body["items"][0]["reason"] == "AM03"


def test_a_key_that_a_client_used_for_something_else_rejects_the_item(cloud, pair):
    from remit.rails.iso20022.pain001 import parse

    content = xml(*pair, count=1)
    (item,) = parse(content).items
    cloud.pay(*pair, 1, key=item.key)
    file_id = submitted(cloud, content).body["id"]
    process(cloud, file_id)
    (shown,) = read(cloud, file_id).body["items"]
    assert (shown["status"], shown["reason"]) == ("rejected", "DU04")


def test_the_sample_files_are_worked_off_to_their_ends(cloud):
    from tests.builders import ROOT

    for sample in sorted((ROOT / "events/payments/accept_file").glob("*.xml")):
        answer = submitted(cloud, sample.read_bytes())
        assert answer.status == 202
        process(cloud, answer.body["id"])
        found = read(cloud, answer.body["id"]).body
        assert found["status"] == "processed"
        assert len(found["items"]) == answer.body["item_count"]
        assert {item["status"] for item in found["items"]} == {"rejected"}


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_together_are_the_whole_file(cloud, pair, limit):
    file_id = submitted(cloud, xml(*pair, count=4)).body["id"]
    process(cloud, file_id)
    seen, more = [], {}
    for _ in range(6):
        page = read(cloud, file_id, query={"limit": str(limit)} | more).body
        seen += [item["position"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        more = {"cursor": page["next_cursor"]}
    assert seen == [1, 2, 3, 4]


def test_a_hostile_cursor_is_refused(cloud, pair):
    file_id = submitted(cloud, xml(*pair, count=1)).body["id"]
    for text in cursors(f"file {file_id}"):
        assert read(cloud, file_id, query={"cursor": text}).status == 400, text


def test_two_runs_at_once_end_in_one_file_worked_off(cloud, pair):
    from tests.integration.cloud import let_in

    file_id = submitted(cloud, xml(*pair, count=2)).body["id"]
    before = cloud.world()
    cloud.dynamodb.watch()
    process(cloud, file_id)
    after, calls = cloud.world(), len(cloud.dynamodb.calls)
    for call in range(calls):
        cloud.restore(before)
        cloud.dynamodb.watch({call: let_in(lambda: process(cloud, file_id))})
        process(cloud, file_id)
        cloud.dynamodb.watch()
        assert cloud.world() == after


def test_a_store_of_bytes_that_fails_leaves_nothing_accepted(cloud, pair, monkeypatch):
    from botocore.exceptions import EndpointConnectionError

    def fail(**_):
        raise EndpointConnectionError(endpoint_url="s3")

    with monkeypatch.context() as broken:
        broken.setattr(cloud.s3, "put_object", fail)
        answer = submitted(cloud, xml(*pair, count=1), key="file")
    assert (answer.status, answer.code) == (503, "unavailable")
    assert submitted(cloud, xml(*pair, count=1), key="file").status == 202


def test_a_file_must_come_as_xml(cloud, pair):
    event = api_event("POST", "/payment-files", body=xml(*pair, count=1).decode())
    assert handler("payments/accept_file")(event, lambda_context())["statusCode"] == 415
