"""Lists on the local cloud: from an upload to a version in force, told of, and searched."""

import time

from local.lists import samples, upload

SEARCH = {"name": "Victor Martchenka"}


def versions(story) -> dict[str, str]:
    listed = story.operator.look("/screening/lists")["items"]
    return {one["source"]: one["version"] for one in listed}


def test_the_sample_lists_are_in_force_and_explain_what_they_find(story):
    assert versions(story).keys() == {"ofac", "pep", "un"}

    found = story.operator.do("/screening/searches", SEARCH, expect=200)

    assert [hit["entry_id"] for hit in found["hits"]] == ["101"]


def test_an_upload_with_one_changed_entry_becomes_a_version_of_its_own(here, story):
    before = versions(story)["ofac"]
    changed = samples({103: "DOB 1961; nationality Kazakhstan."})
    bucket = here.resources["ListsBucket"]
    upload(here.client("s3"), bucket, "ofac", "changed", changed["ofac"])

    deadline = time.monotonic() + 30
    while versions(story)["ofac"] == before:
        assert time.monotonic() < deadline, "the upload did not come in force"
        time.sleep(0.1)

    upload(here.client("s3"), bucket, "ofac", "back", samples()["ofac"])
    while versions(story)["ofac"] != before:
        assert time.monotonic() < deadline, "the old content did not come back"
        time.sleep(0.1)
