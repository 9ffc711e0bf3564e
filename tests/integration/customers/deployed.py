"""Everything that onboarding is made of, in memory: its functions, its machine, real lists."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws

from remit.identity.model import check_id
from remit.kernel import clock
from remit.runtime import clients, identity, secrets
from remit.runtime import screening as screenings
from remit.runtime import vault as vaults
from remit.screening import store as stores
from remit.screening.load import load_list
from remit.screening.store import ListVersion, ScreeningStore
from remit.store.item import decode_item
from tests.builders import api_event, lambda_context
from tests.fakes import FakeVault
from tests.integration.cloud import REGION, SESSION, Clock, Queues, Reply, Watched, handler
from tests.integration.customers.machine import Machines
from tests.integration.customers.office import PERSON
from tests.integration.screening.place import sdn
from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient
from tests.unit.identity.instant import InstantProvider

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:remit-onboarding"
SQS = "https://sqs.eu-west-1.amazonaws.com/123456789012"
SETTINGS = {
    "CUSTOMERS_TABLE": "Customers",
    "LEDGER_TABLE": "Ledger",
    "IDEMPOTENCY_TABLE": "Idempotency",
    "SCREENING_TABLE": "Screening",
    "LISTS_BUCKET": "lists",
    "IDENTITY_TABLE": "Identity",
    "IDENTITY_PROVIDER": "simulator",
    "IDENTITY_URL": "https://identity.example",
    "IDENTITY_SECRET_ARN": "arn:secret",
    "IDENTITY_PATIENCE_SECONDS": "3600",
    "API_URL": "http://127.0.0.1:8700/v1",
    "ONBOARDING_MACHINE_ARN": ARN,
    "ONBOARDING_QUEUE_URL": f"{SQS}/onboarding",
    "RESCREEN_QUEUE_URL": f"{SQS}/rescreen",
    "VAULT_TABLE": "Vault",
    "SUBJECT_KEYS_TABLE": "SubjectKeys",
    "KEY_STORE_TABLE": "KeyStore",
    "VAULT_KEY_ARN": "arn:key",
    "SIGNING_KEY_ARN": "arn:signing-key",
    "BANK": "DE99999999",
}
TABLES = ("Customers", "Ledger", "Screening", "Identity", "Vault", "SubjectKeys", "Idempotency")
SECRET = {"api_key": "k", "webhook_keys": ["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]}
ROUTES = {
    ("POST", "/customers"): "customers/apply",
    ("GET", "/customers"): "customers/read",
    ("GET", "/customers/{id}"): "customers/read",
    ("GET", "/customers/{id}/evidence"): "customers/evidence",
    ("POST", "/customers/{id}/decision"): "customers/decide",
    ("POST", "/customers/{id}/risk"): "customers/decide",
    ("POST", "/customers/{id}/erasure"): "customers/erase",
    ("POST", "/customers/{id}/erasure/approval"): "customers/erase",
    ("GET", "/screening/runs/{version}"): "customers/read",
    ("POST", "/identity/{provider}/callbacks"): "identity/receive",
    ("POST", "/accounts/{id}/rules"): "ledger/rule",
    ("GET", "/accounts/{id}"): "ledger/read",
}


class Secrets:
    """Secrets Manager, as far as reading goes."""

    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": json.dumps(SECRET)}


NOBODY = sdn((1, "NOBODY, At All"))


@dataclass
class Deployed:
    """What a test may do: call the API, let machines walk, deliver messages and callbacks."""

    dynamodb: Watched
    database: Database
    s3: Any
    vault: FakeVault
    queues: Queues = field(default_factory=Queues)
    machines: Machines = field(default_factory=Machines)
    provider: InstantProvider = field(default_factory=InstantProvider)
    clock: Clock = field(default_factory=Clock)
    keys: int = 0

    def api(self, method: str, resource: str, **request: Any) -> Reply:
        if method == "POST" and "key" not in request:
            self.keys += 1
            request["key"] = f"key-{self.keys}"
        answer = handler(ROUTES[method, resource])(
            api_event(method, resource, **request), lambda_context(25_000)
        )
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    def at(self, customer: str, part: str = "", method: str = "POST", **request: Any) -> Reply:
        resource = f"/customers/{{id}}{part}"
        return self.api(method, resource, path={"id": customer}, **{"role": "operator"} | request)

    def apply(self, application: Mapping[str, Any] = PERSON, **request: Any) -> str:
        answer = self.api("POST", "/customers", body=application, **request)
        assert answer.status == 202, answer.text
        return answer.body["id"]

    def look(self, customer: str, **request: Any) -> dict[str, Any]:
        return self.at(customer, method="GET", **request).body

    def decide(self, customer: str, decision: str, **request: Any) -> Reply:
        body = {"decision": decision, "reason": "looked at"}
        return self.at(customer, "/decision", body=body, **request)

    def call_back(self, customer: str, number: int = 0) -> Reply:
        """The provider answers, and the machine goes on."""
        fields, body = self.provider.callback(check_id("acme", customer, 1), number)
        sent = {name: one for name, one in fields.fields.items() if name != "content-type"}
        answer = self.api(
            "POST", "/identity/{provider}/callbacks", path={"provider": "simulator"}, role=None,
            key=None, body=body.decode(), headers=sent,
        )  # fmt: skip
        self.machines.go()
        return answer

    def onboard(self, application: Mapping[str, Any] = PERSON, **request: Any) -> str:
        """Apply, and let the machine walk until it is over or waits for a person."""
        customer = self.apply(application, **request)
        self.machines.go()
        assert self.call_back(customer).status == 200
        return customer

    def load(self, parts: Mapping[str, bytes]) -> ListVersion:
        store = ScreeningStore.of(self.dynamodb, self.s3, table="Screening", bucket="lists")
        return load_list(store, "ofac", parts, at=self.clock.now, accept_removals=True)

    def rescreen(self, version: ListVersion) -> int:
        """Work the rescreen queue off; how many messages that took."""
        queue = self.queues.sent.setdefault(SETTINGS["RESCREEN_QUEUE_URL"], [])
        queue.append({"source": version.source, "version": version.id})
        done = 0
        while queue:
            assert self.deliver("customers/rescreen", queue.pop(0)) == []
            done += 1
        return done

    def deliver(self, name: str, *bodies: Mapping[str, str]) -> list[str]:
        records = [
            {
                "messageId": str(number),
                "body": json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for number, body in enumerate(bodies)
        ]
        report = handler(name)({"Records": records}, lambda_context(120_000))
        return [failure["itemIdentifier"] for failure in report["batchItemFailures"]]

    def sweep(self) -> list[dict[str, str]]:
        """Hand every customer to the sweep, as the stream does; what it has queued."""
        images = [
            item for item in self.database.items("Customers") if item["sk"]["S"] == "customer"
        ]
        records = [
            {"eventName": "MODIFY", "dynamodb": {"NewImage": one, "SequenceNumber": "1"}}
            for one in images
        ]
        report = handler("customers/sweep")({"Records": records}, lambda_context())
        assert report == {"batchItemFailures": []}
        return self.queues.sent.pop(SETTINGS["ONBOARDING_QUEUE_URL"], [])

    def everything(self) -> str:
        """Whatever is stored in plain, in every table."""
        return json.dumps([_plain(item) for table in TABLES for item in self.database.items(table)])


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: repr(one) if isinstance(one, bytes) else one
        for name, one in decode_item(item).items()
    }


@contextmanager
def lists_on_moto() -> Iterator[Any]:
    """S3 with an empty bucket for lists."""
    with mock_aws():
        made = SESSION.create_client("s3", region_name=REGION)
        made.create_bucket(Bucket="lists", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield made


def forget() -> None:
    """Nothing that a process remembers outlives its test."""
    secrets.forget()
    stores._indexes.clear()
    screenings.screening.cache_clear()
    vaults.vault.cache_clear()


def fresh(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """Empty tables, one list in force, and the functions' settings and clients leading here."""
    stands = Clock()
    database = Database(stands)
    for table in TABLES:
        database.create_table(table, "pk", None if table == "Idempotency" else "sk")
    dynamodb = Watched(DatabaseClient(database))
    here = Deployed(
        dynamodb=dynamodb, database=database, s3=s3, vault=FakeVault(dynamodb), clock=stands
    )
    for name, content in SETTINGS.items():
        monkeypatch.setenv(name, content)
    seen = {
        "dynamodb": dynamodb, "s3": here.s3, "sqs": here.queues, "stepfunctions": here.machines,
        "secretsmanager": Secrets(), "kms": None,
    }  # fmt: skip
    forget()
    monkeypatch.setattr(clients, "_client", lambda service, **_: seen[service])
    monkeypatch.setattr(vaults.Vault, "of", staticmethod(lambda *_, **__: here.vault))
    monkeypatch.setattr(identity.http, "HttpProvider", lambda **_: here.provider)
    monkeypatch.setattr(clock, "now", here.clock)
    monkeypatch.setattr("time.sleep", here.clock.sleep)
    here.load(NOBODY)
    return here
