"""The schedule that ends expired holds, as deployed, and one run of its function."""

import json

from local.cloud import Cloud
from tests.builders import event


def test_a_schedule_invokes_the_function_that_ends_expired_holds(here: Cloud):
    events, name = here.client("events"), here.functions["ExpireFunction"]
    arn = here.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    (rule,) = events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
    found = events.describe_rule(Name=rule)
    assert (found["ScheduleExpression"], found["State"]) == ("rate(1 minute)", "ENABLED")


def test_a_run_records_how_far_it_came(here: Cloud):
    answer = here.client("lambda").invoke(
        FunctionName=here.functions["ExpireFunction"],
        Payload=json.dumps(event("ledger/expire/minute")).encode(),
    )
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    marks = here.client("dynamodb").query(
        TableName=here.outputs["LedgerTableName"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "due#swept"}},
    )["Items"]
    assert said["status"] == "swept"
    assert marks
