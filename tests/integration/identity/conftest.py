"""The scene that identity tests play in."""

import pytest

from remit.identity import sweep as sweeping
from remit.kernel import clock
from remit.kernel.clock import MINUTE
from tests.fakes import FakeVault
from tests.integration.cloud import Clock, Watched
from tests.integration.identity.scenes import TABLES, Scene
from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient
from tests.unit.identity.instant import InstantProvider


@pytest.fixture
def scene(monkeypatch) -> Scene:
    """A desk with nothing on it, one subject in the vault, and a clock that stands."""
    monkeypatch.setattr(sweeping, "LOOK_BACK", 2 * MINUTE)  # each minute is a call
    stands = Clock()
    database = Database(stands)
    for table in TABLES:
        database.create_table(table, "pk", "sk")
    client = DatabaseClient(database)
    monkeypatch.setattr(clock, "now", stands)
    monkeypatch.setattr("time.sleep", stands.sleep)
    vault = FakeVault(client)
    _, writes = vault.new_subject("acme", "cus_1", at=stands.now, by="test")
    vault.commit(writes)
    return Scene(
        dynamodb=Watched(client),
        database=database,
        vault=vault,
        provider=InstantProvider(),
        clock=stands,
    )
