"""Identity checks in memory: a desk with an instant provider, a vault, and tasks that wait.

Everything that is committed about checks goes through a watched client, so that any of its calls
can be lost, and the process killed at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.identity import verify
from remit.identity.desk import Desk, House
from remit.identity.model import Attestation, Check, Told, check_id
from remit.identity.receive import receive
from remit.identity.store import CheckStore
from remit.identity.sweep import Swept, sweep
from remit.kernel.clock import MINUTE
from remit.runtime.machine import ResumeLost
from remit.store.item import decode_item
from tests.fakes import FakeVault
from tests.integration.cloud import Clock, Watched
from tests.simulation.database import Database
from tests.unit.identity.instant import InstantProvider
from tests.unit.identity.made import KEY, Fields, answer, applicant, signed

TABLES = ("Identity", "Vault", "SubjectKeys")
PROVIDER = "simulator"
TOKEN = "task-token-of-the-machine"
SITE = "http://127.0.0.1:8700/v1"


@dataclass
class Tasks:
    """What machines were told: by token, in order; `trouble` befalls the next calls."""

    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    trouble: list[str | None] = field(default_factory=list)

    def __call__(self, token: str, result: Mapping[str, str]) -> None:
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == "request":
            raise ResumeLost
        self.told.append((token, dict(result)))
        if trouble == "reply":
            raise ResumeLost

    @property
    def outcomes(self) -> list[str]:
        return [result["status"] for _, result in self.told]


@dataclass
class Scene:
    """One desk, and what a test may do at it."""

    dynamodb: Watched
    database: Database
    vault: FakeVault
    provider: InstantProvider
    clock: Clock
    tasks: Tasks = field(default_factory=Tasks)
    patience: int = 60 * MINUTE

    @property
    def desk(self) -> Desk:
        return Desk(
            checks=CheckStore.of(self.dynamodb, "Identity"),
            providers={PROVIDER: House(provider=self.provider, keys=[KEY])},
            asks=PROVIDER,
            site=SITE,
            resume=self.tasks,
            patience=self.patience,
        )

    def begin(
        self, number: str = "L01X00T47", *, attempt: int = 1, token: str = TOKEN, **more: str
    ) -> Check:
        return verify.begin(
            self.desk,
            self.vault,
            tenant="acme",
            subject="cus_1",
            attempt=attempt,
            applicant=applicant(number, **more),
            task_token=token,
            now=self.clock.now,
        )

    def deliver(
        self, headers: Fields, body: bytes, *, provider: str = PROVIDER, vault: Any = None
    ) -> Told:
        return receive(
            self.desk,
            vault or self.vault,
            provider=provider,
            headers=headers,
            body=body,
            now=self.clock.now,
        )

    def call_back(self, attempt: int = 1, number: int = 0) -> Told:
        """Deliver what the provider answers."""
        return self.deliver(*self.provider.callback(self.id(attempt), number))

    def say(self, outcome: str, attempt: int = 1, **more: Any) -> Told:
        """Deliver an answer that the provider's book does not have."""
        more = {"reference": self.check(attempt).reference or "ver_1"} | more
        body = answer(self.id(attempt), outcome, **more)
        return self.deliver(signed(body, KEY, at=self.clock.now), body)

    def sweep(self, *, later: int = 0, until: int | None = None) -> Swept:
        self.clock.now += later
        return sweep(self.desk, self.vault, now=self.clock.now, until=until)

    def id(self, attempt: int = 1) -> str:
        return check_id("acme", "cus_1", attempt)

    def check(self, attempt: int = 1) -> Check:
        return self.desk.checks.get(self.id(attempt)).check

    def attestation(self, attempt: int = 1, *, tenant: str = "acme") -> Attestation:
        return verify.attestation(self.desk, self.vault, tenant, self.id(attempt))

    def erase(self, *, keep_until: int | None) -> None:
        self.vault.erase(
            "acme",
            "cus_1",
            at=self.clock.now,
            requested_by="ada@acme",
            approved_by="bob@acme",
            reason="asked for",
            keep_until=keep_until,
        )

    def items(self, table: str = "Identity") -> list[dict[str, Any]]:
        return [decode_item(item) for item in self.database.items(table)]

    def lines(self) -> list[tuple[str, str]]:
        """The due lines: minute and check."""
        found = [(str(item["pk"]), str(item["sk"])) for item in self.items()]
        return [(pk, sk) for pk, sk in found if pk.startswith("due#2")]

    def evidence(self) -> list[str]:
        """Why each answer beside a check is kept."""
        found = [item for item in self.items() if str(item["sk"]).startswith("evidence#")]
        return sorted(str(item["why"]) for item in found)
