"""What the engine is given of a template."""

from local import deploy


def test_what_the_engine_does_not_get_leaves_no_reference_behind():
    template = {
        "Resources": {
            "Plan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {}},
            "Table": {"Type": "AWS::DynamoDB::Table", "DependsOn": ["Plan", "Key"]},
            "Key": {"Type": "AWS::KMS::Key", "DependsOn": "Plan"},
        },
        "Outputs": {
            "PlanId": {"Value": {"Ref": "Plan"}},
            "Name": {"Value": {"Fn::Join": ["", [{"Ref": "Table"}]]}},
        },
    }
    given = deploy._for_engine(template)
    assert {name: r["DependsOn"] for name, r in given["Resources"].items()} == {
        "Table": ["Key"],
        "Key": [],
    }
    assert set(given["Outputs"]) == {"Name"}


def test_a_stream_is_read_by_us_and_a_queue_by_the_engine():
    def mapping(attribute: str) -> dict:
        source = {"Fn::GetAtt": ["X", attribute]}
        properties = {"EventSourceArn": source}
        return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}

    template = {"Resources": {"S": mapping("StreamArn"), "Q": mapping("Arn")}}
    assert set(deploy._for_engine(template)["Resources"]) == {"Q"}


def test_a_function_is_deployed_without_code_and_an_api_without_routes():
    template = {
        "Resources": {
            "F": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Code": {"S3Key": "f"}, "Layers": [{"Ref": "L"}], "Timeout": 3},
            },
            "A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {}, "Name": "a"}},
        }
    }
    given = {n: r["Properties"] for n, r in deploy._for_engine(template)["Resources"].items()}
    assert set(given["F"]) == {"Code", "Timeout"}
    assert "ZipFile" in given["F"]["Code"]
    assert given["A"] == {"Name": "a"}


def test_every_reason_is_a_sentence_about_the_resource_left_out():
    assert all(len(reason) > 20 for reason in deploy.NOT_DEPLOYED.values())


def test_parameters_have_the_local_value_then_the_templates():
    template = {"Parameters": {"Stage": {"Default": "prod"}, "Rate": {"Default": 5}, "Issuer": {}}}
    assert deploy.parameters_of(template, {"Issuer": "me", "Other": "x"}) == {
        "Stage": "dev",
        "Rate": "5",
        "Issuer": "me",
    }
