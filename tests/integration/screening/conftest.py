"""What the screening's integration tests share."""

from collections.abc import Iterator

import pytest

from remit.runtime import clients, screening
from tests.integration.screening.place import Place, fresh_place, screening_on_moto


@pytest.fixture
def place(monkeypatch) -> Iterator[Place]:
    """Screening with nothing in it, and a clock that stands."""
    with screening_on_moto() as aws:
        yield fresh_place(aws, monkeypatch)
    clients.forget()
    screening.screening.cache_clear()
