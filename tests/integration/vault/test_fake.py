"""The fake vault on the simulation's database, as simulated onboarding uses it."""

import pytest

from remit.kernel import clock
from remit.kernel.clock import HOUR
from remit.vault.model import SubjectErased
from remit.vault.rotate import rotate
from remit.vault.sweep import sweep
from tests.fakes import FakeVault
from tests.integration.vault.place import IBAN, IBAN_FORM, START, erased, made, token
from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient


def vault_in(database: Database, seed: int = 0) -> FakeVault:
    return FakeVault(DatabaseClient(database), seed=seed)


@pytest.fixture
def database(monkeypatch) -> Database:
    monkeypatch.setattr(clock, "now", lambda: START)
    found = Database(lambda: START)
    for table in ("Vault", "SubjectKeys"):
        found.create_table(table, "pk", "sk")
    return found


def test_a_whole_life_of_a_subject_goes_by_in_the_simulation(database, monkeypatch):
    vault = vault_in(database)
    subject = made(vault)
    sealed, found = subject.seal("name", b"Ada"), token(vault, subject)
    rotate(vault.keys, "acme", "index", by="ops")
    monkeypatch.setattr(clock, "now", lambda: START + 2 * HOUR)
    assert vault.subject("acme", "cus_1").open("name", sealed) == b"Ada"
    assert vault.reveal("acme", found.id, by="bob", reason="r", at=START) == IBAN_FORM
    erased(vault, keep_until=START + HOUR)
    assert sweep(vault.keys, vault.signer, until=START + 3 * HOUR).released == 1
    assert vault.find("acme", "iban", IBAN) == ()
    with pytest.raises(SubjectErased):
        vault.retained("acme", "cus_1")


def test_the_same_seed_gives_the_same_vault():
    lives = []
    for seed in (1, 1, 2):
        database = Database(lambda: START)
        for table in ("Vault", "SubjectKeys"):
            database.create_table(table, "pk", "sk")
        vault = vault_in(database, seed)
        subject = made(vault)
        lives.append((token(vault, subject).id, subject.seal("name", b"Ada")))

    assert lives[0] == lives[1] != lives[2]
