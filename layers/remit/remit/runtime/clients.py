"""The only factory of AWS clients: botocore alone, with every time-out and retry explicit.

A client is made once per process. Inside Lambda those that the function will need are made while
this module loads, when Lambda lends a whole processor, so that no request waits for them.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session

from remit.runtime import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_CONNECT_SECONDS = 1
_READ_SECONDS = 2
_READ_OBJECT_SECONDS = 5


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client."""
    return cast("DynamoDBClient", _client("dynamodb"))


@cache
def stepfunctions() -> "SFNClient":
    """The Step Functions client."""
    return cast("SFNClient", _client("stepfunctions"))


@cache
def sqs() -> "SQSClient":
    """The SQS client."""
    return cast("SQSClient", _client("sqs"))


@cache
def s3() -> "S3Client":
    """The S3 client, which waits longer: objects are larger than items."""
    return cast("S3Client", _client("s3", read_seconds=_READ_OBJECT_SECONDS))


@cache
def kms() -> "KMSClient":
    """The KMS client."""
    return cast("KMSClient", _client("kms"))


@cache
def secretsmanager() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    return cast("SecretsManagerClient", _client("secretsmanager"))


def forget() -> None:
    """Drop every client, so that the next one is made anew. For tests."""
    for made in (dynamodb, stepfunctions, sqs, s3, kms, secretsmanager, _session):
        made.cache_clear()


@cache
def _session() -> Session:
    return Session()


def _client(service: str, *, read_seconds: int = _READ_SECONDS) -> Any:
    # The defaults wait 60 s, which outlasts API Gateway: the client would be gone before we knew.
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 3},
        tcp_keepalive=True,
    )
    return _session().create_client(service, config=config)


_NEEDED_FOR = {
    "_TABLE": dynamodb,
    "_MACHINE_ARN": stepfunctions,
    "_QUEUE_URL": sqs,
    "_BUCKET": s3,
    "_KEY_ARN": kms,
    "_SECRET_ARN": secretsmanager,
}


_LATER = frozenset({"LISTS_BUCKET", "VAULT_KEY_ARN"})
"""Settings of what a payment inside the house never needs: its client is made when it is used."""


def prepare() -> None:
    """Make the clients that the function's own settings say each request will need."""
    names = settings.names() - _LATER
    for ending, client in _NEEDED_FOR.items():
        if any(name.endswith(ending) for name in names):
            client()


if "AWS_LAMBDA_FUNCTION_NAME" in settings.names():
    prepare()
