"""Moving the key store to another KMS key, record by record, while it is in use.

KMS encrypts each branch key anew (`ReEncrypt`), so none is ever seen in the clear. A record is
replaced only where it stands as it was read, so this can be killed anywhere and run again.
"""

from typing import TYPE_CHECKING, Any

from remit.kernel.errors import Rejection
from remit.kernel.value import value
from remit.vault.store import Noted, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

KEY_STORE = "remit-vault"
"""The key store's logical name, to which every branch key is bound. It never changes: the table
may be restored under another name.
"""

_CUSTOM = "aws-crypto-ec:"
_BOUND = ("branch-key-id", "type", "version", "create-time", "hierarchy-version", "kms-arn")


MOST = 1_000
"""Records that one call moves, unless told otherwise."""


class KeyNotAnArn(Rejection):
    """A KMS key is named by its whole ARN, since branch keys are bound to that."""

    status = 422
    title = "A KMS key is named by its ARN"


@value
class Rekeyed:
    """How many records were moved, and whether all of them are under the new key now."""

    moved: int
    is_done: bool


def rekey(
    dynamodb: "DynamoDBClient", kms: "KMSClient", *, table: str, to: str, most: int
) -> Rekeyed:
    """Bring up to `most` records of the key store under the KMS key `to`."""
    if not to.startswith("arn:"):
        raise KeyNotAnArn
    moved = 0
    for item in _records(dynamodb, table):
        if item["kms-arn"]["S"] == to:
            continue
        if moved == most:
            return Rekeyed(moved=moved, is_done=False)
        moved += update_if(dynamodb, _moved(kms, table, item, to))
    return Rekeyed(moved=moved, is_done=True)


def _records(dynamodb: "DynamoDBClient", table: str) -> Any:
    more: dict[str, Any] = {}
    while True:
        answer = Noted(dynamodb).scan(TableName=table, ConsistentRead=True, **more)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _moved(kms: "KMSClient", table: str, item: dict[str, Any], to: str) -> dict[str, Any]:
    """The update that puts one branch key, encrypted anew, in the place of the old."""
    context = bound_context(item)
    answer = Noted(kms).re_encrypt(
        SourceKeyId=item["kms-arn"]["S"],
        CiphertextBlob=item["enc"]["B"],
        SourceEncryptionContext=context,
        DestinationKeyId=to,
        DestinationEncryptionContext=context | {"kms-arn": to},
    )
    return {
        "TableName": table,
        "Key": {name: item[name] for name in ("branch-key-id", "type")},
        "UpdateExpression": "SET #enc = :new, #arn = :to",
        "ConditionExpression": "#enc = :old",
        "ExpressionAttributeNames": {"#enc": "enc", "#arn": "kms-arn"},
        "ExpressionAttributeValues": {
            ":new": {"B": answer["CiphertextBlob"]},
            ":old": item["enc"],
            ":to": {"S": to},
        },
    }


def bound_context(item: dict[str, Any]) -> dict[str, str]:
    """The encryption context that the SDK binds a record's branch key to.

    Everything that the record says but the key itself (AWS Encryption SDK specification, branch key
    store, "encryption context"), and the logical name of the key store.
    """
    context = {"tablename": KEY_STORE}
    for name, attribute in item.items():
        if name in _BOUND or name.startswith(_CUSTOM):
            context[name] = attribute.get("S") or attribute["N"]
    return context
