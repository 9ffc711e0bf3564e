"""Settlement's real code over DynamoDB in memory, and its machine as the chart has it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from botocore.exceptions import ReadTimeoutError

from remit.kernel.canonical import canonical_json
from remit.ledger.chart import house_account_id, shard_id
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.payments.reserve import reserve_id
from remit.settlement import proof
from remit.settlement.await_confirmation import await_confirmation
from remit.settlement.await_person import await_person
from remit.settlement.check import check
from remit.settlement.close import close
from remit.settlement.compute import compute_part
from remit.settlement.confirm import Confirmed, Said, confirm
from remit.settlement.desk import Desk
from remit.settlement.instruct import instruct
from remit.settlement.join import Joined, join
from remit.settlement.kept import Kept
from remit.settlement.model import Member
from remit.settlement.post import post
from remit.settlement.store import SettlementStore
from remit.settlement.timetable import window_of
from remit.settlement.verify import Verified, verify
from remit.store.table import Table
from tests.house.house import REPOSITORY
from tests.simulation.database import Database
from tests.unit.settlement.made import BRUSSELS, instant

OURS, AGENT = "REMIDEFFXXX", "BANKDEFFXXX"
NOON = instant("2026-11-24T12:00", BRUSSELS)
"""A cut-off."""
RAIL = "sct_inst"
TABLES = {"Settlement": ("pk", "sk"), "Ledger": ("pk", "sk"), "Idempotency": ("pk", None)}

Before = Callable[[int, str], object]


class Killed(BaseException):
    """The function's process ends here."""


@dataclass
class Client:
    """A DynamoDB client on memory. `before` and `after` are told each call's number and name."""

    database: Database
    calls: int = 0
    before: Before | None = None
    after: Before | None = None

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**parameters: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if self.before is not None:
                self.before(number, operation)
            answer = self.database.call(operation, parameters)
            if self.after is not None:
                self.after(number, operation)
            return answer

        return call


def lose(number: int) -> Before:
    """What loses the reply to one call."""

    def after(call: int, _: str) -> None:
        if call == number:
            raise ReadTimeoutError(endpoint_url="dynamodb")

    return after


def kill(number: int) -> Before:
    """What ends the process at one call."""

    def at(call: int, _: str) -> None:
        if call == number:
            raise Killed

    return at


@dataclass
class Bank:
    """The settlement bank at the end of the line: takes what is sent."""

    sent: list[tuple[str, bytes]] = field(default_factory=list)
    meanwhile: Callable[[str], object] | None = None

    def send(self, message_id: str, body: bytes, *, now: int) -> Any:
        self.sent.append((message_id, body))
        if self.meanwhile is not None:
            self.meanwhile(message_id)
        return "taken"


@dataclass
class Office:
    """One tenant's settlement."""

    database: Database
    client: Client
    now: int = NOON - 3_600_000
    tenant: str = "acme"
    line: int = 10**12
    bank: Bank = field(default_factory=Bank)
    resumed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    numbers: int = 0
    tasks: list[str] = field(default_factory=list)

    def fork(self) -> "Office":
        """Another office that is where this one is."""
        made: list[Office] = []
        database = _copied(self.database, lambda: made[0].now)
        made.append(
            replace(
                self,
                database=database,
                client=Client(database),
                bank=Bank(sent=list(self.bank.sent)),
                resumed=list(self.resumed),
                tasks=list(self.tasks),
            )
        )
        return made[0]

    @property
    def store(self) -> SettlementStore:
        return SettlementStore.of(self.client, "Settlement")  # type: ignore[arg-type]

    @property
    def ledger(self) -> Ledger:
        return Ledger.of(self.client, "Ledger")  # type: ignore[arg-type]

    @property
    def desk(self) -> Desk:
        return Desk(
            store=self.store, ledger=self.ledger, ours=OURS, agent=AGENT, lines={"EUR": self.line}
        )

    @property
    def idempotency(self) -> Table:
        return Table(client=self.client, name="Idempotency")  # type: ignore[arg-type]

    def resume(self, token: str, result: Any) -> None:
        self.resumed.append((token, dict(result)))

    # Members.

    def member(
        self,
        amount: int = 100,
        *,
        payee: str = "BANKNLXXXXX",
        incoming: bool = False,
        at: int | None = None,
        rail: str = RAIL,
        currency: str = "EUR",
        is_void: bool = False,
        books: bool = True,
    ) -> Member:
        """A member whose money is in transit by the ledger."""
        self.numbers += 1
        name = f"pay_{self.numbers:026d}"
        held = house_account_id("in_transit", currency=currency, cause=name, at=self.now)
        sides = (payee, OURS) if incoming else (OURS, payee)
        made = Member(
            id=name,
            rail=rail,
            currency=currency,
            payer=sides[0],
            payee=sides[1],
            amount=amount,
            counted_at=self.now if at is None else at,
            held_on=held,
            is_void=is_void,
        )
        if books:
            self.book(made)
        return made

    def book(self, member: Member) -> None:
        outside = shard_id("external", currency=member.currency, shard=0)
        way = (outside, member.held_on) if member.payer == OURS else (member.held_on, outside)
        transfer = Transfer(
            id=reserve_id(member.id),
            tenant=self.tenant,
            currency=member.currency,
            legs=between(*way, member.amount),
            kind="reserve",
            reference=member.id,
            by="test",
            at=self.now,
        )
        from remit.store.commit import commit

        commit(self.client, self.ledger.post(transfer))  # type: ignore[arg-type]

    def join(self, member: Member) -> Joined:
        return join(self.store, self.resume, tenant=self.tenant, member=member, now=self.now)

    def joined(self, *members: Member) -> str:
        """The window that they are in."""
        (window,) = {self.join(member).window_id for member in members}
        return window

    def window(self, moment: int | None = None, rail: str = RAIL, currency: str = "EUR") -> Any:
        at = self.now if moment is None else moment
        return window_of(self.store, self.tenant, rail, currency, at)

    def kept(self, window_id: str) -> Kept:
        return self.store.get(self.tenant, window_id)

    def counted(self, window_id: str) -> list[str]:
        """The members that the window's last round counts."""
        kept = self.kept(window_id)
        found = []
        for number, part in enumerate(self.store.parts(kept, range(proof.PARTS))):
            assert part is not None
            here = [each.id for each in self.store.members(self.tenant, window_id, number)]
            mine = [name for name in here if part.has(name)]
            assert len(mine) == part.part.count
            found += mine
        return found

    # The machine.

    def task(self, name: str, window_id: str, **more: Any) -> str:
        """Run one task of the machine; the status that it answers with."""
        self.tasks.append(name)
        what = {"tenant": self.tenant, "window_id": window_id}
        store, desk, now = self.store, self.desk, self.now
        waits = {"resume": self.resume, "task_token": more.get("token", "")}
        return {
            "CloseSettlement": lambda: close(store, **what, now=now),
            "Compute": lambda: compute_part(
                store, self.resume, ours=OURS, part=more["part"], **what, now=now
            ),
            "CheckSettlement": lambda: check(desk, **what, now=now).status,
            "Instruct": lambda: (
                instruct(
                    desk,
                    {RAIL: self.bank, "fps_hk": self.bank},
                    **what,
                    now=now,
                    is_late=more.get("is_late", lambda: False),
                ).status
            ),
            "AwaitConfirmation": lambda: await_confirmation(store, **waits, **what),
            "AwaitPerson": lambda: await_person(store, **waits, **what),
            "PostSettlement": lambda: post(
                desk, **what, now=now, is_late=more.get("is_late", lambda: False)
            ),
        }[name]()

    def compute(self, window_id: str) -> None:
        for part in range(proof.PARTS):
            self.task("Compute", window_id, part=part)

    def run(self, window_id: str, *, state: str | None = None, status: str = "") -> tuple[str, str]:
        """Run the machine until it ends or waits; the state where it is, and the last status."""
        states = chart()["States"]
        state = state or chart()["StartAt"]
        while states[state]["Type"] not in ("Succeed", "Fail"):
            here = states[state]
            if here["Type"] == "Choice":
                state = _chosen(here, status)
                continue
            status = self._step(here, window_id, state, status)
            if status == "waiting":
                return state, status
            state = here["Next"]
        return state, status

    def _step(self, here: dict[str, Any], window_id: str, state: str, status: str) -> str:
        if here["Type"] == "Wait":
            self.now += here["Seconds"] * 1_000
        elif here["Type"] == "Map":
            self.compute(window_id)
        else:
            told = len(self.resumed)
            status = self._task(here, window_id, state)
            if here["Resource"].endswith("waitForTaskToken") and len(self.resumed) > told:
                return self.resumed[-1][1]["status"]
        return status

    def _task(self, here: dict[str, Any], window_id: str, state: str) -> str:
        name = here["Arguments"]["FunctionName"].removeprefix("${").removesuffix("FunctionArn}")
        self.numbers += 1
        return self.task(name, window_id, token=f"token {self.numbers} of {state}")

    def go_on(self, window_id: str) -> tuple[str, str]:
        """Run on from where the machine waits, with what it was told last."""
        token, result = self.resumed[-1]
        state = token.partition(" of ")[2]
        following = chart()["States"][state]["Next"]
        return self.run(window_id, state=following, status=result["status"])

    def after_end(self, window_id: str) -> None:
        """Let the window's time pass."""
        window = self.kept(window_id).window
        self.now = max(self.now, window.seals_at)

    # The bank's answers.

    def orders(self, window_id: str) -> list[Any]:
        return list(self.store.all_orders(self.kept(window_id)))

    def answer(self, order: Any, meaning: str = "accepted", **said: Any) -> Confirmed:
        status = {"accepted": "ACSC", "booked": "BOOK", "rejected": "RJCT"}.get(meaning, "PDNG")
        return confirm(
            self.store,
            self.resume,
            uetr=order.uetr,
            said=Said(meaning=meaning, **{"status": status} | said),
            now=self.now,
        )

    def settled(self, window_id: str) -> None:
        """Take a window through its machine to the end, all orders confirmed."""
        self.after_end(window_id)
        state, _ = self.run(window_id)
        if state == "Await confirmation":
            for order in self.orders(window_id):
                if not order.answer:
                    self.answer(order)
            state, _ = self.go_on(window_id)
        assert state == "Window settled", state

    def verified(self, window_id: str) -> Verified:
        return verify(self.desk, tenant=self.tenant, window_id=window_id)

    def balance(self, name: str, currency: str = "EUR") -> int:
        """What lies on a house account, all shards together."""
        return sum(
            self.ledger.account(self.tenant, shard_id(name, currency=currency, shard=each)).posted
            for each in range(8)
        )

    def world(self) -> str:
        """Everything in every table, but for how often windows were written."""
        return canonical_json(
            {
                table: {repr(key): item for key, item in rows.items()}
                for table, rows in self.database.snapshot().items()
            },
            default=bytes.hex,
        )


def _copied(before: Database, clock: Callable[[], int]) -> Database:
    """Another database with the same items, which nobody may change."""
    made = Database(clock)
    for name, (hash_key, range_key) in TABLES.items():
        made.create_table(name, hash_key, range_key)
        old, new = before._tables[name], made._tables[name]
        new.rows = dict(old.rows)
        new.orders = {
            view: {partition: list(places) for partition, places in order.items()}
            for view, order in old.orders.items()
        }
    return made


def _chosen(choice: dict[str, Any], status: str) -> str:
    for each in choice["Choices"]:
        if f"'{status}'" in each["Condition"]:
            return str(each["Next"])
    return str(choice["Default"])


@cache
def chart() -> dict[str, Any]:
    """The machine as it is deployed."""
    made: dict[str, Any] = json.loads(
        (REPOSITORY / "statemachines/settlement.asl.json").read_text()
    )
    return made


def office(**more: Any) -> Office:
    """An office with nothing in it."""
    made: list[Office] = []
    database = Database(lambda: made[0].now)
    for name, (hash_key, range_key) in TABLES.items():
        database.create_table(name, hash_key, range_key)
    made.append(Office(database=database, client=Client(database), **more))
    return made[0]
