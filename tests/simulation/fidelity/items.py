"""Short ways to write keys, items and values."""

from typing import Any

FILLING = "x" * 1000


def s(text: str) -> dict[str, Any]:
    return {"S": text}


def n(number: int | str) -> dict[str, Any]:
    return {"N": str(number)}


def key(pk: str, sk: str = "1") -> dict[str, Any]:
    return {"pk": s(pk), "sk": s(sk)}


def item(pk: str, sk: str = "1", **attributes: dict[str, Any]) -> dict[str, Any]:
    return {**key(pk, sk), **attributes}


def put_new(pk: str, sk: str = "1", **attributes: dict[str, Any]) -> dict[str, Any]:
    """A put as the product sends it: the item must be new, and is told if it is not."""
    return {
        "Put": {
            "Item": item(pk, sk, **attributes),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def check(pk: str, sk: str, condition: str = "attribute_exists(pk)") -> dict[str, Any]:
    return {"ConditionCheck": {"Key": key(pk, sk), "ConditionExpression": condition}}


def increment(pk: str, sk: str = "1") -> dict[str, Any]:
    return {
        "Update": {
            "Key": key(pk, sk),
            "UpdateExpression": "SET times = times + :one",
            "ExpressionAttributeValues": {":one": n(1)},
        }
    }


def codes(raised: Any) -> list[str]:
    """The codes of a cancelled transaction's reasons."""
    return [reason["Code"] for reason in raised.value.response["CancellationReasons"]]
