"""The vault's tables and KMS keys on moto, and vaults over them: the real one and the fake."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from remit.kernel.errors import Fault
from remit.store.commit import Stale, commit
from remit.store.item import decode_item
from remit.vault.certificate import verified
from remit.vault.model import Token
from remit.vault.seal import Subject, Vault
from tests.fakes import FakeSigner, FakeVault
from tests.integration.cloud import REGION, SESSION, START, Clock, Killed, Watched, key_schema

TABLES = {
    "Vault": ("pk", "sk"),
    "SubjectKeys": ("pk", "sk"),
    "KeyStore": ("branch-key-id", "type"),
}
IDEMPOTENCY = "Idempotency"
IBAN = "GB29 NWBK 6016 1331 9268 19"
IBAN_FORM = "GB29NWBK60161331926819"


@contextmanager
def services_on_moto() -> Iterator[dict[str, Any]]:
    """DynamoDB with the vault's tables, KMS, and the ARNs of the two keys."""
    with mock_aws():
        made = {
            name: SESSION.create_client(name, region_name=REGION) for name in ("dynamodb", "kms")
        }
        for table, keys in (TABLES | {IDEMPOTENCY: ("pk",)}).items():
            made["dynamodb"].create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=key_schema(*keys),
                AttributeDefinitions=[
                    {"AttributeName": each, "AttributeType": "S"} for each in keys
                ],
            )
        kms = made["kms"]
        made["key"] = kms.create_key()["KeyMetadata"]["Arn"]
        made["signing_key"] = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")[
            "KeyMetadata"
        ]["Arn"]
        made["public_key"] = kms.get_public_key(KeyId=made["signing_key"])["PublicKey"]
        yield made


@dataclass
class Place:
    """Where a vault is tried: its tables, its clock, and any number of processes over them."""

    services: Mapping[str, Any]
    kind: str
    clock: Clock = field(default_factory=Clock)
    dynamodb: Watched = field(init=False)
    kms: Watched = field(init=False)
    processes: int = 0

    def __post_init__(self) -> None:
        self.dynamodb = Watched(self.services["dynamodb"])
        self.kms = Watched(self.services["kms"])

    def process(self) -> Vault:
        """The vault of a process that has just started."""
        self.processes += 1
        if self.kind == "fake":
            return FakeVault(self.dynamodb, seed=self.processes)
        return Vault.of(
            self.dynamodb,
            self.kms,
            vault_table="Vault",
            subject_keys_table="SubjectKeys",
            key_store_table="KeyStore",
            key_arn=self.services["key"],
            signing_key_arn=self.services["signing_key"],
        )

    def verified(self, jws: str) -> Mapping[str, Any]:
        """What a certificate says, if this place's signing key signed it."""
        fake = self.kind == "fake"
        return verified(jws, FakeSigner().public_key if fake else self.services["public_key"])

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, as plain values."""
        return [decode_item(item) for item in self.world()[table]]

    def world(self) -> dict[str, list[dict[str, Any]]]:
        """Everything in every table."""
        # DynamoDB's own form has bytes as text in moto's memory: so it is asked, as anybody is.
        client = self.services["dynamodb"]
        return {
            table: sorted(client.scan(TableName=table)["Items"], key=repr)
            for table in (*TABLES, IDEMPOTENCY)
        }

    def reset(self, world: Mapping[str, list[dict[str, Any]]] | None = None) -> None:
        """Make the tables as they were in `world`, or empty."""
        clear_tables()
        for table, items in (world or {}).items():
            self.restore(table, items)
        self.dynamodb._applied.clear()
        self.dynamodb.watch()

    def restore(self, table: str, items: list[dict[str, Any]]) -> None:
        """Put back what a backup of one table has."""
        for item in items:
            self.services["dynamodb"].put_item(TableName=table, Item=item)


def emptied(services: Mapping[str, Any], kind: str) -> Place:
    """A place with nothing in its tables."""
    clear_tables()
    return Place(services=services, kind=kind)


def clear_tables() -> None:
    """Forget every item."""
    kept = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    for table in (*TABLES, IDEMPOTENCY):
        kept[table].items.clear()


def made(vault: Vault, subject: str = "cus_1", tenant: str = "acme") -> Subject:
    """A new subject, committed."""
    found, writes = vault.new_subject(tenant, subject, at=START, by="ada")
    vault.commit(writes)
    return found


def token(vault: Vault, subject: Subject, plain: str = IBAN, kind: Any = "iban") -> Token:
    """The token of a value for a subject, committed."""
    found, writes = vault.tokenise(subject, kind, plain, at=START, by="ada")
    vault.commit(writes)
    return found


def erased(vault: Vault, subject: str = "cus_1", *, keep_until: int | None, at: int = START) -> Any:
    """The certificate of a subject's erasure."""
    return vault.erase(
        "acme",
        subject,
        at=at,
        requested_by="ada",
        approved_by="bob",
        reason="asked for",
        keep_until=keep_until,
    )


def until_done(act: Callable[[], Any]) -> Any:
    """Do `act` again, as whoever has to get it done does, until it is."""
    for _ in range(8):
        try:
            return act()
        except (Fault, Killed, Stale):
            continue
    raise AssertionError("it was never done")


__all__ = ["IBAN", "IBAN_FORM", "START", "Place", "commit", "emptied", "erased", "made", "token"]
