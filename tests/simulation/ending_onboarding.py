"""What must hold of onboarding when all is over: nobody is lost, and every answer has come true."""

import hashlib
import json
from typing import Any

from remit.customers.capsule import broken
from remit.kernel.clock import rfc3339
from remit.vault.model import RETENTION, SUBJECT, SealBroken, context
from tests.simulation.books import demand
from tests.simulation.callers import Asked, Crowd
from tests.simulation.invariants import Watch, plain
from tests.simulation.invariants_onboarding import Plain
from tests.simulation.lists import CHANGED, LISTED, SOURCE, versions
from tests.simulation.world import World

_ENDS = {
    "active": {"Customer activated"},
    "rejected": {"Customer rejected", "Customer activated"},
    "abandoned": {"Application abandoned"},
    "needs_attention": {"", "Customer activated"},
}
"""By a customer's status, where its machine may be: one that was active may be reopened."""


_PROMISES = ("apply", "judge", "approval", "override", "further")
"""The verbs of onboarding whose 2xx promises something that is looked for at the end."""


def finished(world: World, watch: Watch) -> None:
    """Nobody is on the way any more, but for those whom a person has to decide on."""
    demand(not watch.desk.unfinished, "every application comes to an end", watch.desk.unfinished)
    failed = world.fabric.executions.failed
    demand(not failed, "no machine stands still", failed)
    endings = world.fabric.executions.endings()
    for pk, item in watch.desk.customers.items():
        ended = endings.get(pk.partition("#")[2])
        demand(ended in _ENDS[item["status"]], "a customer and its machine agree",
               f"{pk} is {item['status']}, its machine at {ended!r}")  # fmt: skip
        if ended == "":
            demand(pk in watch.desk.tasks, "who needs attention can be decided on", pk)
    waiting = sum(ended == "" for ended in endings.values())
    told = waiting == world.fabric.executions.tokens.waiting
    demand(world.settling or told, "every machine waits for somebody", endings)


class Onboarded:
    """Holds customers as they are against what was answered."""

    def __init__(self, world: World, crowd: Crowd, watch: Watch) -> None:
        self._world, self._crowd, self._watch = world, crowd, watch
        self._items: dict[tuple[str, str, str], Plain] = {}
        for table in ("CustomersTable", "SubjectKeysTable", "LedgerTable"):
            for each in world.database.items(table):
                item = plain(each) or {}
                self._items[table, item["pk"], item.get("sk", "")] = item

    def hold(self) -> None:
        """Raise `Violation` at the first thing that is not as it was answered."""
        finished(self._world, self._watch)
        customers = self._watch.desk.customers
        who = {}
        for asked in self._crowd.asked.values():
            if asked.reply.status < 300 and asked.act.verb in _PROMISES:
                pk = getattr(self, f"_{asked.act.verb}")(asked)
                if asked.act.verb == "apply":
                    who[pk] = asked.act.what
        if SOURCE in self._watch.desk.in_force:
            demand(self._version() == self._crowd.uploaded, "the newest list is in force",
                   f"{self._version()}, not {self._crowd.uploaded}")  # fmt: skip
        demand(who.keys() == customers.keys(), "one effect per key", f"{who} {list(customers)}")
        self._exports()
        for pk, item in customers.items():
            self._evidence(pk, item)
            self._accounts(pk, item)
            self._screened(pk, item, who[pk])

    # Answers by verb: what 2xx promised.

    def _apply(self, asked: Asked) -> str:
        pk = f"{asked.act.tenant}#{asked.reply.body['id']}"
        item = self._watch.desk.customers.get(pk)
        demand(item, "an acknowledged command is never lost", asked.act.name)
        wanted = asked.request.body["currencies"]
        demand(item and item["currencies"] == wanted, "a customer is the one asked for", pk)
        return pk

    def _judge(self, asked: Asked) -> str:
        pk = f"{asked.act.tenant}#{asked.act.what['customer']}"
        outcome = {"approve": "approved", "reject": "rejected"}[asked.act.what["decision"]]
        made = [
            one
            for one in self._watch.desk.sections[pk]
            if one["name"] == "decision"
            and (one["by"], one["facts"]["outcome"]) == (asked.act.what["person"], outcome)
        ]
        demand(made, "an acknowledged command is never lost", asked.act.name)
        return pk

    def _override(self, asked: Asked) -> str:
        """The tier that somebody set is evidence, once for each key."""
        pk = f"{asked.act.tenant}#{asked.reply.body['id']}"
        made = [
            one["facts"]["tier"]
            for one in self._watch.desk.sections[pk]
            if one["name"] == "override" and one["by"] == asked.act.what["person"]
        ]
        demand(made == [asked.request.body["tier"]], "an effect and its answer agree",
               f"{asked.act.name}: {made}")  # fmt: skip
        return pk

    def _further(self, asked: Asked) -> str:
        """An account that was opened for a customer is one of the customer's."""
        pk = f"{asked.act.tenant}#{asked.reply.body['customer_id']}"
        listed = {one["id"]: one["currency"] for one in self._watch.desk.customers[pk]["accounts"]}
        demand(listed.get(asked.reply.body["id"]) == asked.request.body["currency"],
               "an acknowledged command is never lost", asked.act.name)  # fmt: skip
        return pk

    def _approval(self, asked: Asked) -> str:
        """Whoever is erased is so for ever: neither the record nor the application opens."""
        pk = f"{asked.act.tenant}#{asked.reply.body['customer']}"
        item = self._watch.desk.customers[pk]
        keys = self._keys(pk)
        demand("erased_at" in item and SUBJECT not in keys, "an erasure is carried out", pk)
        demand(asked.act.what["person"] != "ada@acme", "an erasure takes two people", pk)
        gone = ("CustomersTable", pk, "application") not in self._items
        demand(gone, "an erasure is carried out", pk)
        opened = self._opened(pk, "application", self._watch.desk.applications[pk], RETENTION)
        demand(opened is None, "what was erased never opens", pk)
        return pk

    # Customers.

    def _evidence(self, pk: str, item: Plain) -> None:
        """The hash that the customer has binds every section, as sealed and as told."""
        tenant, _, customer = pk.partition("#")
        before = _hash(["remit-evidence-1", tenant, customer])
        for one in self._watch.desk.sections[pk]:
            field = f"section.{one['name']}.{one['number']}"
            content = self._opened(pk, field, one["sealed"], RETENTION)
            demand(content is not None, "evidence opens", f"{pk} {field}")
            shown = [before, one["name"], rfc3339(one["at"]), one["by"], content]
            before = _hash(shown)
        demand(item["evidence"] == before, "the evidence's hash is right", pk)

    def _opened(self, pk: str, field: str, sealed: bytes, name: str) -> Any:
        """What was sealed; None when it does not open."""
        tenant, _, subject = pk.partition("#")
        keys, cipher = self._keys(pk), self._world.vault.keys.cipher
        if name not in keys:
            return None
        key = cipher.unwrap(tenant, context(tenant, subject, name), keys[name])
        try:
            return json.loads(cipher.open(key, context(tenant, subject, field), sealed))
        except SealBroken:
            return None

    def _keys(self, pk: str) -> Plain:
        tenant, _, subject = pk.partition("#")
        return self._items["SubjectKeysTable", f"{tenant}#subject#{subject}", "keys"]

    def _exports(self) -> None:
        """Evidence that was exported is whole, and who had it is on record."""
        seen = [
            (pk, item["by"]) for (_, pk, sk), item in self._items.items() if sk[:7] == "opened#"
        ]
        for act, reply in self._crowd.exports:
            if reply.status >= 300:
                continue
            demand(not list(broken(reply.body)), "exported evidence can be verified", act.name)
            pk = f"{act.tenant}#{reply.body['customer']}"
            demand((pk, act.what["person"]) in seen, "who has seen evidence is on record", act.name)

    def _accounts(self, pk: str, item: Plain) -> None:
        tenant, _, customer = pk.partition("#")
        openings = self._watch.books.openings
        own = {
            each["currency"]: name.partition("#")[2]
            for name, each in openings.items()
            if each.get("customer") == customer and name.startswith(f"{tenant}#")
        }
        listed = {one["currency"]: one["id"] for one in item["accounts"]}
        demand(own == listed, "a customer's accounts are its own", f"{pk}: {own} and {listed}")
        count = sum(each.get("customer") == customer for each in openings.values())
        demand(count == len(listed), "one account for each currency", pk)
        if item["status"] == "active":
            demand(set(listed) >= set(item["currencies"]), "one account for each currency", pk)
        if item["status"] == "rejected":
            for one in listed.values():
                rules = self._watch.books.accounts[f"{tenant}#{one}"]
                demand(rules.get("frozen") == "both", "who is turned away moves nothing", pk)

    def _screened(self, pk: str, item: Plain, what: Any) -> None:
        """Who is listed in the version in force is not active, unless somebody approved that."""
        version = self._version()
        if item["status"] != "active" or what["who"] not in LISTED[version]:
            return
        since = max((one for one in CHANGED if what["who"] in CHANGED[one] and one <= version),
                    default=1)  # fmt: skip
        demand(self._approved(pk, self._known(since)), "nobody is active who is listed",
               f"{pk}, {what['who']} of version {version}")  # fmt: skip

    def _version(self) -> int:
        return versions()[self._watch.desk.in_force[SOURCE]["version"]]

    def _known(self, since: int) -> set[str]:
        """The ids of the versions that have an entry as it was in version `since` and later."""
        return {each for each, number in versions().items() if number >= since}

    def _approved(self, pk: str, known: set[str]) -> bool:
        hit = False
        for one in self._watch.desk.sections[pk]:
            facts = one["facts"]
            if one["name"] in ("screening", "reopened") and facts["outcome"] == "hit":
                against = facts.get("version") or facts["lists"][SOURCE]
                hit = hit or against in known
            elif one["name"] == "decision" and hit and facts["outcome"] == "approved":
                return True
        return False


def _hash(content: list[Any]) -> str:
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(len(told).to_bytes(8, "big") + told).hexdigest()
