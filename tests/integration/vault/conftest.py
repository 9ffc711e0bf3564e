"""Each test of the vault's contract runs on the fake and on the real one."""

from collections.abc import Iterator
from typing import Any

import pytest

from remit.kernel import clock
from remit.vault.seal import Vault
from tests.integration.vault.place import Place, emptied, services_on_moto


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One worker pays for importing the encryption SDK, and the others do not.
    for item in items:
        if "integration/vault" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("vault"))


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, Any]]:
    """The services on moto: no longer than a module, for what follows finds its own moto empty."""
    with services_on_moto() as found:
        yield found


@pytest.fixture(params=["fake", "real"])
def place(services, request, monkeypatch) -> Place:
    return _stands(emptied(services, request.param), monkeypatch)


@pytest.fixture
def real(services, monkeypatch) -> Place:
    return _stands(emptied(services, "real"), monkeypatch)


@pytest.fixture
def vault(place: Place) -> Vault:
    return place.process()


def _stands(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(clock, "now", place.clock)
    monkeypatch.setattr("time.sleep", place.clock.sleep)
    return place
