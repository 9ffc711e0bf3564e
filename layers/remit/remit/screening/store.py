"""What screening keeps, in DynamoDB and S3."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from remit.kernel.value import value
from remit.screening.index import Index
from remit.screening.model import Hit
from remit.store.table import Table
from remit.store.write import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Cleared = frozenset[tuple[str, str, str]]
"""Entries that were cleared for a subject: source, entry id, entry hash."""


@value
class ScreeningStore:
    """The screening table, and the bucket of lists."""

    table: Table
    s3: "S3Client"
    bucket: str

    @classmethod
    def of(
        cls, dynamodb: "DynamoDBClient", s3: "S3Client", *, table: str, bucket: str
    ) -> "ScreeningStore":
        """The store kept in the table and bucket of those names."""
        return cls(table=Table(client=dynamodb, name=table), s3=s3, bucket=bucket)

    def current(self) -> Mapping[str, str]:
        """The version in force of each source, by one consistent read."""
        raise NotImplementedError

    def index(self) -> Index:
        """The index of every version in force; kept in the process until one changes."""
        raise NotImplementedError

    def dispositions(self, tenant: str, subject: str) -> Cleared:
        """What has been cleared for a subject."""
        raise NotImplementedError

    def dispose(
        self, tenant: str, subject: str, hits: Sequence[Hit], *, by: str, reason: str, at: int
    ) -> list[Write]:
        """Clear `hits` for a subject, until the entry of each changes."""
        raise NotImplementedError
