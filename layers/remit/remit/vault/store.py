"""What the vault keeps, in two tables of DynamoDB. The branch keys are in a third, the SDK's own.

SubjectKeysTable, which has no backups, so that what is destroyed there is destroyed:

| pk | sk | what |
|---|---|---|
| `<tenant>#subject#<id>` | `keys` | a subject's wrapped keys; an erased one's tombstone |
| `<tenant>#index` | `000000000001`… | a wrapped key of the blind index, by version |

VaultTable, where nothing is readable without those keys:

| pk | sk | what |
|---|---|---|
| `<tenant>#token#<id>` | `token` | a token: its subject, kind and sealed value |
| `<tenant>#token#<id>` | `reveal#<reveal id>` | that it was revealed: when, to whom, why |
| `<tenant>#subject#<id>` | `<token id>` | the subject's tokens, and where the index has each |
| `<tenant>#subject#<id>` | `certificate#<key>` | the certificates of its keys' destruction |
| `<tenant>#index#<kind>#<version>#<digest>` | `<subject>` | the blind index: who has this value |
| `<tenant>#reveals#<person>` | `000000000001`… | each person's reveals, in order |
| `<tenant>#reseal` | `cursor` | how far the re-sealing under way has come |
| `<tenant>#reseal` | `rotated#<what>` | the last rotation, and when it may be followed up |
| `due` | `<time>#<tenant>#<subject>#<what>` | what the sweep has to finish, by when it is due |
"""

import functools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from remit.kernel.errors import Unavailable
from remit.kernel.value import value
from remit.store.commit import UNANSWERED, is_passing
from remit.store.item import Item, decode_item, encode_item
from remit.store.table import Page, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@value
class VaultStore:
    """Both tables."""

    records: Table
    keys: Table

    @classmethod
    def of(
        cls, client: "DynamoDBClient", *, vault_table: str, subject_keys_table: str
    ) -> "VaultStore":
        """The store kept in the tables of these names."""
        return cls(
            records=Table(client=client, name=vault_table),
            keys=Table(client=client, name=subject_keys_table),
        )


def keys_key(tenant: str, subject: str) -> Item:
    """Where a subject's keys are."""
    return {"pk": f"{tenant}#subject#{subject}", "sk": "keys"}


def index_keys_pk(tenant: str) -> str:
    """Where a tenant's index keys are."""
    return f"{tenant}#index"


def token_key(tenant: str, token_id: str) -> Item:
    """Where a token is."""
    return {"pk": f"{tenant}#token#{token_id}", "sk": "token"}


def subject_pk(tenant: str, subject: str) -> str:
    """Where a subject's tokens and certificates are listed."""
    return f"{tenant}#subject#{subject}"


def cursor_key(tenant: str) -> Item:
    """Where it stands how far the tenant's re-sealing has come."""
    return {"pk": f"{tenant}#reseal", "sk": "cursor"}


def rotation_key(tenant: str, what: str) -> Item:
    """Where the tenant's last rotation of that kind of key is recorded."""
    return {"pk": f"{tenant}#reseal", "sk": f"rotated#{what}"}


def index_pk(tenant: str, kind: str, version: int, digest: str) -> str:
    """Where the blind index has the subjects of one value."""
    return f"{tenant}#index#{kind}#{version}#{digest}"


def scanned(table: Table, *, prefix: str, start: Item | None, limit: int) -> Page:
    """A page of the items whose partition begins so, in no order, of `limit` looked at."""
    more: dict[str, Any] = {"ExclusiveStartKey": encode_item(start)} if start else {}
    answer = Noted(table.client).scan(
        TableName=table.name,
        ConsistentRead=True,
        FilterExpression="begins_with(pk, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": prefix}},
        Limit=limit,
        **more,
    )
    last = answer.get("LastEvaluatedKey")
    return Page(
        items=tuple(map(decode_item, answer["Items"])),
        next_key=decode_item(last) if last else None,
    )


def update_if(client: Any, request: dict[str, Any]) -> bool:
    """Do one conditional update, of whatever keys; whether its condition held."""
    try:
        Noted(client).update_item(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


class Noted:
    """An AWS client that notes why a call failed, for callers who are told only that one did.

    Trouble that passes is raised as `Unavailable`.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._noted: Exception | None = None
        # The encryption SDK signs its calls with a name of its own; ours stay as they are.
        self.meta = SimpleNamespace(config=SimpleNamespace(user_agent_extra=None))

    def __getattr__(self, operation: str) -> Any:
        return functools.partial(self._call, operation)

    def raise_noted(self, error: Exception) -> None:
        """Raise what was noted since the last time, as the cause of `error`; nothing if nothing."""
        noted, self._noted = self._noted, None
        if noted is not None:
            raise noted from error

    def _call(self, operation: str, **parameters: Any) -> Any:
        self._noted = None
        try:
            return getattr(self._client, operation)(**parameters)
        except UNANSWERED as error:
            self._noted = Unavailable("the service behind the vault did not answer")
            raise self._noted from error
        except ClientError as error:
            self._noted = error
            if is_passing(error):
                self._noted = Unavailable("the service behind the vault is throttling or failing")
            raise self._noted from error
