"""One simulated world: the product's handlers under virtual time, and AWS around them."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

from remit.fraud.model import RuleSet
from remit.fraud.rules import RULES
from remit.identity import http
from remit.kernel import clock
from remit.rails import link
from remit.runtime import (
    clients,
    identity,
    lines,
    observability,
    screening,
    secrets,
    settings,
    vault,
    wait,
)
from remit.screening import store as screening_store
from remit.store import commit
from remit.vault.seal import Vault
from tests.fakes import FakeVault
from tests.simulation import deployment, kms, lists, present, provider, scheme
from tests.simulation.aws import Client, Sdk, Services
from tests.simulation.books import demand
from tests.simulation.database import Database
from tests.simulation.deployment import SETTINGS
from tests.simulation.fabric import Fabric
from tests.simulation.faults import Fault, Faults
from tests.simulation.privacy import Logger, Metrics, Privacy
from tests.simulation.scheduler import MILLISECOND, SECOND, Scheduler
from tests.simulation.settling import Settling
from tests.simulation.sweeping import WindowTimer

START = 1_795_512_600_000  # 2026-11-24T09:30:00Z, a Tuesday morning
_SERVICES = ("dynamodb", "stepfunctions", "sqs", "s3", "kms", "secretsmanager")
_FASTEST, _SLOWEST = 1 * MILLISECOND, 15 * MILLISECOND

NEXT_RULES = RuleSet.named(
    "house-2", RULES.rules, {**RULES.limits, "large_to_new_payee": {"*": 2_000, "JPY": 300_000}}
)
"""The rules of the next version of the code, where two versions run at once."""

Line = tuple[int, str, str, str, str]
"""A step: when (microseconds), who, what, what went wrong, what came of it."""


class World:
    """Everything of one run. The same seed and faults give the same run, byte for byte.

    `skew` is how far a function's clock may be off, in milliseconds. By `leap` all of them are off
    together, from the moment of the world that `leaps` sets to the calm. Where it `onboards`, a
    list is in force; `patience` is how long a machine waits for people, in microseconds. Where
    windows are settled, `settling` says how.
    """

    def __init__(
        self,
        seed: int,
        faults: Faults,
        *,
        skew: int = 0,
        leap: int = 0,
        two_versions: bool = False,
        onboards: bool = False,
        patience: int | None = None,
        settling: Settling | None = None,
    ) -> None:
        self.patience, self.settling = patience, settling
        self._begun = START + (settling.later // MILLISECOND if settling else 0)
        self.counted: Counter[str] = Counter()
        self.secrets = {"IdentitySecret": provider.SECRET, "RailsSecret": scheme.SECRET}
        self.chance = random.Random(f"chance {seed}")
        self.faults, self._skew, self._two_versions = faults, skew, two_versions
        self._leap, self.leaps = leap, False
        self.scheduler = Scheduler()
        secrets.forget()
        screening_store._indexes.clear()
        self.trace: list[Line] = []
        self.calls, self._seen = 0, 0
        self._numbers: Counter[str] = Counter()
        self.database = Database(self.true_time)
        for name, made in deployment.tables():
            self.database.create_table(name, **made)
        self._swept_before()
        self.services, self.sdk, self.privacy = Services(self), Sdk(self), Privacy()
        self.fabric = Fabric(self)
        self.fabric.timers += [WindowTimer(self)] if settling else []
        self.provider = provider.Provider(self)
        self.scheme = scheme.Scheme(self, settling.bank if settling else ())
        self._seed, self._vaults = seed, dict[str | None, Vault]()
        self._keys: Any = {"cipher": kms.KmsCipher(self, seed), "signer": kms.KmsSigner(self)}
        if onboards:
            lists.put_in_force(self, 1)
        self.watchers: list[Callable[[], None]] = []

    def _swept_before(self) -> None:
        """The schedule has run every minute until now, as it does from the deployment on."""
        texts = {"pk": "due#swept", "sk": f"{1:012d}", "by": "expiry", "why": "holds ended"}
        mark: dict[str, Any] = {name: {"S": content} for name, content in texts.items()}
        mark |= {name: {"N": str(self._begun)} for name in ("reached", "at")}
        for table in ("LedgerTable", "IdentityTable"):
            self.database.call("put_item", {"TableName": table, "Item": mark})

    @property
    def vault(self) -> Vault:
        """The running function's vault: each has a memory of its own for the keys it has seen."""
        path = kms.running(self)
        if path not in self._vaults:
            tables = {"vault_table": "VaultTable", "subject_keys_table": "SubjectKeysTable"}
            own = self._seed * 1_000 + len(self._vaults)
            self._vaults[path] = FakeVault(Client("dynamodb"), **tables, **self._keys, seed=own)
        return self._vaults[path]

    def true_time(self) -> int:
        """Milliseconds since 1970, as AWS has it."""
        return self._begun + self.scheduler.now // MILLISECOND

    def time(self) -> int:
        """Milliseconds since 1970, as the running function has it."""
        running = self.scheduler.current
        leap = self._leap if self.leaps else 0
        return self.true_time() + leap + (running.clock_error if running else 0)

    def clock_error(self) -> int:
        """How far a new function's clock is off, in milliseconds."""
        return self.chance.randint(-self._skew, self._skew) if self._skew else 0

    def rules(self) -> RuleSet:
        """The rules of the running function's version."""
        running = self.scheduler.current
        newer = self._two_versions and running and running.name.endswith(("1", "3", "4", "8"))
        return NEXT_RULES if newer else RULES

    def latency(self) -> int:
        """How long something takes to get from one place to another."""
        return self.chance.randrange(_FASTEST, _SLOWEST)

    def number(self, label: str) -> str:
        """A name that nothing else has: the label, and how many there were before."""
        self._numbers[label] += 1
        return f"{label}:{self._numbers[label]}"

    def tell(self, who: str, what: str, fault: Fault | None, outcome: str) -> None:
        """Put a step on record."""
        self.trace.append((self.scheduler.now, who, what, str(fault) if fault else "", outcome))

    def demand_kept(self, message: str) -> None:
        """What follows from a rail's message follows once it is kept."""
        key = {"pk": {"S": f"message#{message}"}, "sk": {"S": "message"}}
        asked = {"TableName": "RailsTable", "Key": key, "ConsistentRead": True}
        kept = self.database.call("get_item", asked)
        demand("Item" in kept, "a message is kept before anything follows from it", message)

    def look(self) -> None:
        """After a step: everybody who watches looks, and streams go on."""
        self.calls += 1
        if self.database.writes == self._seen:
            return
        self._seen = self.database.writes
        for watcher in self.watchers:
            watcher()
        for stream in self.fabric.streams:
            stream.nudge()
        for timer in self.fabric.timers:
            timer.nudge()


class _Versions:
    """Stands in for the rules in force: those of the version that runs."""

    def __getattr__(self, name: str) -> Any:
        return getattr(present.world().rules(), name)


class _Vaults:
    """Stands in for the process's vault: that of the world that runs."""

    def __getattr__(self, name: str) -> Any:
        return getattr(present.world().vault, name)


def _time() -> int:
    return present.world().time()


def _uniform(low: float, high: float) -> float:
    return present.world().chance.uniform(low, high)


def _required(name: str) -> str:
    world = present.world()
    running = world.scheduler.current
    path = running.name.rpartition(":")[0] if running else ""
    if name not in deployment.functions()[path].settings:
        raise settings.SettingMissing(f"the template gives {path} no {name}")
    if name == "SETTLEMENT_LINES" and world.settling:
        return world.settling.line
    return SETTINGS[name]


def _replacements() -> Iterator[tuple[Any, str, Any]]:
    """What of the product is replaced: time, chance, AWS, settings and logs; nothing else."""
    made = {service: Client(service) for service in _SERVICES}
    slept = SimpleNamespace(
        sleep=lambda seconds: present.world().scheduler.sleep(int(seconds * SECOND))
    )
    drawn = SimpleNamespace(uniform=_uniform)
    yield clock, "now", _time
    yield commit, "time", slept
    yield commit, "random", drawn
    yield wait, "time", slept
    yield clients, "_client", lambda service, **_: made[service]
    yield observability, "logger", Logger()
    yield observability, "_metrics", Metrics()
    yield settings, "required", _required
    yield Vault, "of", lambda *_, **__: _Vaults()
    yield http, "pool", lambda: None
    yield link, "pool", scheme.Pool
    yield http, "HttpProvider", provider.Adapter
    yield settings, "flag", lambda name: SETTINGS.get(name) == "true"
    check: Any = deployment.functions()["payments/check"].handler
    yield check.__wrapped__.__globals__, "RULES", _Versions()


@contextmanager
def installed() -> Iterator[None]:
    """While this is open the product's handlers live in simulated worlds."""
    deployment.functions()
    _forget()
    patches = []
    for place, name, replacement in _replacements():
        if isinstance(place, dict):
            patches.append(mock.patch.dict(place, {name: replacement}))
        else:
            patches.append(mock.patch.object(place, name, replacement))
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()
        _forget()


def _forget() -> None:
    """Drop what a process keeps."""
    clients.forget()
    for kept in (vault.vault, screening.screening, identity._pool, lines.pool):
        kept.cache_clear()
