"""What integration tests share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.cloud import Cloud, aws_on_moto, fresh_cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, Any]]:
    """The services on moto, which take a while to set up: once per module."""
    with aws_on_moto() as made:
        yield made


@pytest.fixture
def cloud(aws, monkeypatch) -> Cloud:
    """The backend with nothing in it, and a clock that stands."""
    return fresh_cloud(aws, monkeypatch)
