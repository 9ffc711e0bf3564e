"""The functions: uploads are loaded, lists are shown, searches are answered and recorded."""

import json

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.integration.screening.place import Place, sdn

ONE = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam"))
TWO = sdn((1, "MARCHENKO-OBLAST, Viktor"), (2, "QASSIMOV, Rustam Timur"))


def loaded(place: Place, files=ONE, name: str = "2026-11-24") -> None:
    assert place.deliver(place.upload("ofac", name, files)) == []


def search(place: Place, role: str = "operator", **body):
    return place.api(
        "POST", "/screening/searches", role=role, key=None, body={"name": "Nobody Here", **body}
    )


def test_a_finished_upload_is_put_in_force_and_told(place):
    loaded(place)

    (version,) = place.store.in_force()
    assert place.told == [{"source": "ofac", "version": version.id}]
    assert place.items()[0]["by"] == "lists/ofac/2026-11-24"


def test_the_same_upload_delivered_again_loads_and_tells_nothing(place):
    loaded(place)
    items = place.items()
    loaded(place)
    loaded(place, name="2026-11-25")

    assert len(place.told) == 1
    assert undated(place.items()) == undated(items)


def undated(items):
    """The items without when the newest upload was finished, which S3's clock says."""
    return [{name: one[name] for name in one if name != "uploaded_at"} for one in items]


def test_a_message_that_was_lost_is_sent_when_the_upload_is_delivered_again(place):
    key = place.upload("ofac", "one", ONE)
    place.queues.trouble = ReadTimeoutError(endpoint_url="sqs")
    assert place.deliver(key) == ["0"]
    assert place.store.current()
    place.queues.trouble = None

    assert place.deliver(key) == []

    assert [told["source"] for told in place.told] == ["ofac"]


def test_what_is_no_finished_upload_is_not_heeded(place):
    keys = ["lists/ofac/a/sdn.csv", "lists/ofac/complete", "versions/ofac/x/complete", "complete"]

    assert place.deliver(*keys) == []
    assert place.items() == []


def test_s3s_own_test_message_is_not_heeded(place):
    from tests.builders import lambda_context
    from tests.integration.cloud import handler

    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"})
    record = {"messageId": "0", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}

    report = handler("screening/load_list")({"Records": [record]}, lambda_context(1_000))

    assert report == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("source", "files", "marker"),
    [
        ("ofac", {**ONE, "sdn.csv": b"not,a,list"}, b""),
        ("ofac", {"sdn.csv": b"x"}, b""),
        ("nobody", ONE, b""),
        ("ofac", ONE, b"accept everything"),
    ],
)
def test_a_bad_upload_is_reported_and_changes_nothing(place, source, files, marker):
    assert place.deliver(place.upload(source, "bad", files, marker)) == ["0"]
    assert place.items() == []
    assert place.told == []


def test_a_marker_can_accept_removals(place):
    loaded(place, sdn(*((number, f"PERSON-{number}, Some") for number in range(1, 60))))
    few = sdn((1, "PERSON-1, Some"))
    assert place.deliver(place.upload("ofac", "few", few)) == ["0"]

    assert place.deliver(place.upload("ofac", "few", few, b"accept removals\n")) == []


def test_the_lists_in_force_are_shown_with_their_age(place):
    loaded(place)
    place.clock.now += 90_000

    reply = place.api("GET", "/screening/lists", role="auditor")

    assert reply.status == 200
    (shown,) = reply.body["items"]
    assert shown == {
        "source": "ofac",
        "version": place.store.current()["ofac"],
        "entries": 2,
        "names": 3,
        "loaded_at": "2026-11-24T09:30:00.000Z",
        "age_seconds": 90,
    }


def test_clients_see_no_lists_and_search_nothing(place):
    assert place.api("GET", "/screening/lists", role="client").status == 403
    assert search(place, role="client").status == 403
    assert search(place, role="auditor").status == 403


def test_a_search_explains_what_it_found(place):
    loaded(place)

    reply = search(place, name="Vikt0r Marchenko Oblast", kind="person")

    assert reply.status == 200
    assert reply.body["outcome"] == "hit"
    (hit,) = reply.body["hits"]
    assert hit["entry_id"] == "1"
    assert hit["list_version"] == reply.body["lists"]["ofac"]
    assert [(token["asked"], token["why"]) for token in hit["tokens"]][1] == (
        "marchenko",
        ["exact"],
    )


def test_a_search_is_recorded_without_the_name(place):
    loaded(place)
    search(place, name="Viktor Marchenko-Oblast")

    (record,) = [item for item in place.items() if item["pk"] == "acme#searches"]
    assert record["hits"] == 1
    assert record["by"]
    assert "archenko" not in str(record)


def test_a_name_that_cannot_be_compared_is_refused_and_not_clear(place):
    loaded(place)

    reply = search(place, name="!!! ---")

    assert (reply.status, reply.code) == (422, "unscreenable_name")


def test_without_a_list_in_force_nothing_is_clear(place):
    reply = search(place)

    assert (reply.status, reply.code) == (503, "no_list_in_force")


def test_a_new_version_is_searched_by_a_process_that_knows_the_old_one(place):
    loaded(place)
    assert search(place, name="Rustam Timur Qassimov").body["outcome"] == "clear"
    loaded(place, TWO, "later")

    (hit,) = search(place, name="Rustam Timur Qassimov").body["hits"]

    assert hit["score"] == 1.0


@pytest.mark.parametrize(
    "body",
    [{"name": ""}, {"name": "x" * 501}, {"kind": "dog"}, {"nationality": "Ukraine"}, {"born": 1}],
)
def test_a_search_that_is_not_valid_is_refused(place, body):
    assert search(place, **body).status == 400


def test_an_old_upload_that_comes_again_takes_nothing_back_and_is_told_again(place):
    loaded(place)
    loaded(place, TWO, "newer")
    first, second = (told["version"] for told in place.told)

    loaded(place)

    assert place.store.current() == {"ofac": second}
    assert [told["version"] for told in place.told] == [first, second, first]


def test_an_old_upload_that_comes_late_is_passed_over_and_done_with(place):
    old = place.upload("ofac", "old", ONE)
    loaded(place, TWO, "newer")
    (version,) = place.store.in_force()
    key = {"pk": {"S": "lists"}, "sk": {"S": "ofac"}}
    later = {":later": {"N": str(version.uploaded_at + 60_000)}}
    place.dynamodb.client.update_item(
        TableName="Screening",
        Key=key,
        UpdateExpression="SET uploaded_at = :later",
        ExpressionAttributeValues=later,
    )

    assert place.deliver(old) == []
    assert place.store.current() == {"ofac": version.id}
