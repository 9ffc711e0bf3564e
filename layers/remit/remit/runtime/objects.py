"""Objects in a bucket: bytes under a key, written once and read whole."""

from botocore.exceptions import ClientError

from remit.kernel.errors import Unavailable
from remit.runtime import clients
from remit.store.commit import UNANSWERED


class Bucket:
    """One bucket by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`. Raises `Unavailable`."""
        try:
            clients.s3().put_object(Bucket=self.name, Key=key, Body=content)
        except (ClientError, *UNANSWERED) as error:
            raise Unavailable("the object store did not take the bytes") from error

    def get(self, key: str) -> bytes:
        """The bytes under `key`. Raises `Unavailable`, also when they are not there."""
        try:
            return clients.s3().get_object(Bucket=self.name, Key=key)["Body"].read()
        except (ClientError, *UNANSWERED) as error:
            raise Unavailable("the object store did not give the bytes") from error
