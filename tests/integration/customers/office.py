"""An office that onboards: the real use cases on tables in memory, with a vault without KMS.

The identity provider and the lists are told what to answer; both have tests of their own.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from remit.customers.abandon import abandon
from remit.customers.apply import Counter, apply
from remit.customers.await_decision import await_decision
from remit.customers.decide import DecisionDesk, decide
from remit.customers.erase import ErasureDesk, approve_erasure, request_erasure
from remit.customers.look import Onlooker, evidence
from remit.customers.open_accounts import Branch, open_accounts
from remit.customers.override import override
from remit.customers.rescreen import Slice, rescreen
from remit.customers.schema import Decision, Override
from remit.customers.score import Verified, score
from remit.customers.screen import Screener, screen
from remit.customers.store import CustomerStore
from remit.customers.verify import verify
from remit.kernel import clock
from remit.kernel.canonical import canonical_json, fingerprint
from remit.ledger.rule import change_rules
from remit.ledger.store import Ledger
from remit.screening.model import Hit, Screening
from remit.store.idempotency import Command
from remit.store.item import decode_item
from remit.store.table import Table
from remit.store.write import put
from tests.fakes import FakeVault
from tests.integration.cloud import START, Watched
from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient

TABLES = {
    "Customers": ("pk", "sk"),
    "Vault": ("pk", "sk"),
    "SubjectKeys": ("pk", "sk"),
    "Ledger": ("pk", "sk"),
    "Screening": ("pk", "sk"),
    "Idempotency": ("pk",),
}
LISTS = {"ofac": "000001-aa"}
CANARIES = ("Zsófia Károlyi", "Károlyi", "SPECI2014", "zsofia@example", "Utca", "203.0.113")

PERSON: dict[str, Any] = {
    "type": "person",
    "name": "Zsófia Károlyi",
    "birth_date": "1990-05-17",
    "nationality": "HU",
    "email": "zsofia@example.org",
    "address": {
        "street_name": "Kék Utca",
        "building_number": "7",
        "post_code": "1011",
        "town": "Budapest",
        "country": "HU",
    },
    "document": {
        "type": "passport",
        "number": "SPECI2014",
        "country": "HU",
        "expires_on": "2031-01-01",
        "mrz": None,
    },
    "device": {"ip": "203.0.113.9", "user_agent": "Firefox", "fingerprint": "f-1"},
    "currencies": ["EUR", "JPY"],
    "channel": "web",
    "consents": [{"purpose": "terms", "version": "2026-10"}],
}
OWNER = {"name": "Béla Nagy", "birth_date": "1970-01-01", "nationality": "HU"}
BUSINESS: dict[str, Any] = {
    "type": "business",
    "name": "Kék Malom Kft",
    "registration": {"number": "01-09-123456", "country": "HU", "incorporated_on": "2010-03-01"},
    "owners": [OWNER | {"share": 10_000}],
    "directors": [OWNER | {"name": "Ilona Nagy"}],
    **{name: PERSON[name] for name in ("email", "address", "device", "channel", "consents")},
    "currencies": ["EUR"],
}


class Dispositions:
    """Keeps what is cleared, as screening does."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def dispose(self, tenant, subject, hits, *, by, reason, at):
        return [
            put(
                self.table.name,
                {
                    "pk": f"{tenant}#{subject}#dispositions",
                    "sk": f"{hit.source}#{hit.entry_id}",
                    "hash": hit.entry_hash,
                    "by": by,
                    "why": reason,
                    "at": at,
                },
            )
            for hit in hits
        ]

    def cleared(self, tenant, subject):
        page = self.table.query(f"{tenant}#{subject}#dispositions", limit=100)
        return {(item["sk"], item["hash"]) for item in page.items}


@dataclass
class Office:
    """What onboarding works with, and what the world outside answers."""

    client: Watched
    customers: CustomerStore
    vault: FakeVault
    ledger: Ledger
    idempotency: Table
    dispositions: Dispositions
    outcome: str = "clear"
    listed: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=lambda: dict(LISTS))
    asked: list[Any] = field(default_factory=list)
    started: list[tuple[str, str]] = field(default_factory=list)
    resumed: list[tuple[str, str]] = field(default_factory=list)
    now: int = START
    bank: str = "DE99999999"
    keys: int = 0

    # Commands.

    def command(self, key: str | None, *content: object, actor: str = "ada", tenant="acme"):
        self.keys += 1
        return Command(
            tenant=tenant,
            key=key or f"key-{self.keys}",
            fingerprint=fingerprint(canonical_json(content).encode()),
            path="/customers",
            actor=actor,
            now=self.now,
        )

    def apply(self, application: dict[str, Any] = PERSON, *, key=None, tenant="acme"):
        counter = Counter(
            customers=self.customers,
            vault=self.vault,
            idempotency=self.idempotency,
            start=lambda *who: self.started.append(who),
        )
        command = self.command(key, application, tenant=tenant)
        return apply(counter, command, application)

    def decide(
        self, customer: str, decision: str = "approve", *, key=None, actor="ada", **more: str
    ):
        desk = DecisionDesk(
            customers=self.customers,
            vault=self.vault,
            screening=self.dispositions,  # type: ignore[arg-type]
            ledger=self.ledger,
            idempotency=self.idempotency,
            resume=self.resume,
        )
        command = self.command(key, customer, decision, actor=actor)
        asked = Decision(decision=decision, reason="seen", **more)  # type: ignore[arg-type]
        return decide(desk, command, customer, asked)

    def override(self, customer: str, tier: str, *, key=None):
        place = self.customers, self.vault, self.idempotency
        command = self.command(key, customer, tier)
        return override(*place, command, customer, Override(tier=tier, reason="known"))  # type: ignore[arg-type]

    def erasure(self) -> ErasureDesk:
        return ErasureDesk(
            customers=self.customers,
            vault=self.vault,
            ledger=self.ledger,
            idempotency=self.idempotency,
        )

    def ask_erasure(self, customer: str, *, actor="ada", key=None):
        return request_erasure(
            self.erasure(), self.command(key, customer, actor=actor), customer, "asked for"
        )

    def approve_erasure(self, customer: str, *, actor="ben", key=None):
        return approve_erasure(self.erasure(), self.command(key, customer, actor=actor), customer)

    def close_account(self, account: str) -> None:
        from remit.ledger.schema import NewRules

        asked = NewRules.model_validate({"closed": True, "reason": "left"})
        answer = change_rules(
            self.ledger, self.idempotency, self.command(None, account), account, asked
        )
        assert answer.status == 200

    # The machine.

    def resume(self, token: str, result: Any) -> None:
        self.resumed.append((token, result["status"]))

    def verify(self, customer: str, token: str = "token-1"):
        def begin(tenant, customer_id, applicant, task_token):
            self.asked.append(applicant)
            return applicant

        return verify(
            self.customers, self.vault, begin,  # type: ignore[arg-type]
            tenant="acme", customer_id=customer, task_token=token,
        )  # fmt: skip

    def screener(self) -> Screener:
        return Screener(screen=self._screen, current=lambda: self.lists)

    def screen(self, customer: str) -> str:
        return screen(
            self.customers, self.vault, self.screener(),
            tenant="acme", customer_id=customer, now=self.now,
        )  # fmt: skip

    def score(self, customer: str) -> str:
        verified = Verified(
            check_id="chk_1",
            outcome=self.outcome,
            at=self.now,
            attestation=None,
            attestation_hash=None,
        )
        return score(
            self.customers, self.vault, lambda *_: verified, lambda: self.lists,
            tenant="acme", customer_id=customer, now=self.now,
        )  # fmt: skip

    def wait(self, customer: str, token: str = "token-2") -> str:
        return await_decision(
            self.customers, self.vault, self.resume,
            tenant="acme", customer_id=customer, task_token=token, now=self.now,
        )  # fmt: skip

    def open_accounts(self, customer: str) -> str:
        branch = Branch(ledger=self.ledger, bank=self.bank)
        return open_accounts(
            self.customers, self.vault, self.screener(), branch,
            tenant="acme", customer_id=customer, now=self.now,
        )  # fmt: skip

    def abandon(self, customer: str) -> str:
        return abandon(
            self.customers, self.vault, tenant="acme", customer_id=customer, now=self.now
        )

    def run(self, customer: str) -> str:
        """The machine's way, as far as it comes without a person."""
        self.screen(customer)
        status = self.score(customer)
        if status == "clear":
            return self.open_accounts(customer)
        if status == "needs_attention":
            self.wait(customer)
        return status

    def rescreen(self, source: str = "ofac", version: str = "000002-bb") -> None:
        """A whole run of monitoring."""
        from remit.customers.rescreen import slices

        self.lists[source] = version
        waiting: list[Slice] = slices(source, version)
        while waiting:
            following = rescreen(
                self.customers, self.vault, self._screen, waiting.pop(), now=self.now
            )
            waiting += [following] if following else []

    def evidence(self, customer: str, *, by: str = "vera") -> dict[str, Any]:
        who = Onlooker(tenant="acme", id=by, at=self.now, request_id="req-1")
        return evidence(self.customers, self.vault, customer, who)

    def customer(self, customer: str):
        return self.customers.get("acme", customer)

    def _screen(self, tenant, customer_id, party) -> Screening:
        hits = tuple(
            _hit(party.name, entry, self.lists["ofac"])
            for name, entry in self.listed.items()
            if name in party.name
        )
        cleared = self.dispositions.cleared(tenant, customer_id)
        raised = tuple(
            hit for hit in hits if (f"{hit.source}#{hit.entry_id}", hit.entry_hash) not in cleared
        )
        return Screening(
            outcome="hit" if raised else "clear",
            hits=raised,
            lists=dict(self.lists),
            policy="test",
            dismissed=tuple((hit.source, hit.entry_id) for hit in hits if hit not in raised),
            at=self.now,
        )

    # What is stored.

    def world(self) -> dict[str, Any]:
        """Every table as it is, but for sealed bytes and keys, which differ each time."""
        found = {}
        for table in TABLES:
            plain = [_without_chance(decode_item(item)) for item in self.database.items(table)]
            found[table] = sorted(plain, key=lambda one: (str(one["pk"]), str(one.get("sk"))))
        return found

    def everything(self) -> str:
        """All that is stored, as text."""
        return "".join(str(list(self.database.items(table))) for table in TABLES)

    @property
    def database(self) -> Database:
        """Where it is stored."""
        return self.client.client.database

    def clear(self) -> None:
        """Forget everything that is stored."""
        self.database.put_back({})
        self.client._applied.clear()


def _hit(name: str, entry: str, version: str) -> Hit:
    return Hit(
        source="ofac",
        entry_id=entry.partition("@")[0],
        entry_hash=entry,
        name=name.upper(),
        quality="primary",
        score=0.97,
        tokens=(),
        evidence={},
        list_version=version,
    )


def _without_chance(item: dict[str, Any]) -> dict[str, Any]:
    """An item without what is different each time: sealed bytes, keys, signatures."""
    plain = {name: b"" if isinstance(one, bytes) else one for name, one in item.items()}
    if "body" in plain:
        plain["body"] = re.sub('"jws":"[^"]*"', "", plain["body"])
    return {name: one for name, one in plain.items() if name != "jws"}


def open_office() -> Office:
    database = Database(clock.now)
    for table, keys in TABLES.items():
        database.create_table(table, *keys)
    return made(Watched(DatabaseClient(database)))


def made(client: Watched) -> Office:
    return Office(
        client=client,
        customers=CustomerStore.of(client, "Customers"),  # type: ignore[arg-type]
        vault=FakeVault(client),
        ledger=Ledger.of(client, "Ledger"),  # type: ignore[arg-type]
        idempotency=Table(client=client, name="Idempotency"),  # type: ignore[arg-type]
        dispositions=Dispositions(Table(client=client, name="Screening")),  # type: ignore[arg-type]
    )
