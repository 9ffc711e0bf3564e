"""What integration tests share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.cloud import Cloud, fresh_cloud, s3_on_moto


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """S3 on moto, which takes a while to set up: once per module."""
    with s3_on_moto() as made:
        yield made


@pytest.fixture
def cloud(s3, monkeypatch) -> Cloud:
    """The backend with nothing in it, and a clock that stands."""
    return fresh_cloud(s3, monkeypatch)
