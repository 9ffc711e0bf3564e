"""A window on the real machine: cut off early, ordered at the scheme's bank, booked, verified."""

import pytest

from local import settlement
from local.cloud import Cloud
from local.demo import rails
from local.demo import settlement as chapter
from local.demo.story import Story


def test_a_window_is_settled_and_verified(
    here: Cloud, story: Story, capsys: pytest.CaptureFixture[str]
):
    story.open("Ann", "EUR", 1_000_000)
    rails.ended(story, 250_00)
    chapter.chapter(story)
    (window, *_) = story.operator.look("/settlement-windows")["items"]
    assert window["status"] == "SETTLED"
    assert settlement.verified(here, window["id"], "acme") == 0
    assert window["hash"] in capsys.readouterr().out
    assert settlement.verified(here, window["id"], "globex") == 1

    client, table = here.client("dynamodb"), here.outputs["SettlementTableName"]
    key = {"pk": {"S": f"acme#{window['id']}"}, "sk": {"S": "window"}}
    forged = {":no": {"S": "0" * 64}}
    client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET #hash = :no",
        ExpressionAttributeNames={"#hash": "hash"},
        ExpressionAttributeValues=forged,
    )
    assert settlement.verified(here, window["id"], "acme") == 1
    assert "hash: 0000" in capsys.readouterr().out
