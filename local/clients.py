"""AWS clients that lead to a local cloud, whatever the caller's own settings say."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from local.home import CREDENTIALS, REGION


def clients(endpoint: str) -> Callable[[str], Any]:
    """A function that gives the boto3 client of a service, one for each."""
    session = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    config = Config(
        inject_host_prefix=False,
        max_pool_connections=64,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        read_timeout=960,
    )

    @cache
    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]

    return client
