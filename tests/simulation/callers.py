"""Those who use the API: they ask with a key until they are answered, and compare the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from local.samples import payroll
from remit.kernel.canonical import fingerprint
from tests.simulation import errands, lists, onboarding, sending, settling
from tests.simulation.act import Act
from tests.simulation.edge import Edge, Reply, Request
from tests.simulation.privacy import NAME
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import HOUR, MILLISECOND, SECOND, Task, Violation
from tests.simulation.world import World

_DEEDS = ("look", "upload", "export", "arrive")
_LOOKS = 200
_LOOKS_AGAIN = 100 * MILLISECOND
_NEEDS = ("after", "hold", "of", "settled")
"""What an act may name that must have been answered before it sets out."""


@dataclass
class Asked:
    """A command that has been answered: by which request, and with what."""

    act: Act
    request: Request
    reply: Reply


class Crowd:
    """All callers of a scenario, and what they know."""

    def __init__(self, world: World, scenario: Scenario) -> None:
        self._world, self._scenario = world, scenario
        self.edge = Edge(world)
        self.asked: dict[tuple[str, str], Asked] = {}
        self.attempts: dict[tuple[str, str], Act] = {}
        self.looks: list[tuple[Act, Reply]] = []
        self.exports: list[tuple[Act, Reply]] = []
        self.begun: dict[tuple[str, str], int] = {}
        self.pending = 0
        self.uploaded = 1
        self.has_ended: Callable[[str, str], bool] = lambda _, __: True
        self.is_settled: Callable[[str, str], bool] = lambda _, __: True
        self.open_window: Callable[[str], str | None] = lambda _: None
        self.chosen: dict[str, str] = {}
        self._skipped: set[tuple[str, str]] = set()
        self._made: dict[tuple[str, str], str] = {}

    @property
    def hours_off(self) -> bool:
        """Whether functions' clocks may be off by hours."""
        return bool(self._scenario.leap) or self._scenario.skew > HOUR // MILLISECOND

    def begin(self, acts: tuple[Act, ...]) -> list[Task]:
        """Set out to do these acts."""
        tasks = []
        for act in acts:
            self.begun[act.tenant, act.name] = self._world.scheduler.now
            for copy in range(act.copies + act.altered):
                delay = act.at + (self._world.chance.randrange(30 * MILLISECOND) if copy else 0)
                altered = copy == act.copies
                name = f"{act.tenant} {act.name}/{copy + 1}"
                tasks.append(self._world.scheduler.spawn(name, self._do, act, altered, delay=delay))
                self.pending += 1
        return tasks

    def _do(self, act: Act, altered: bool) -> None:
        for name in [act.what[need] for need in _NEEDS if need in act.what]:
            while self._is_coming(act.tenant, name):
                self._world.scheduler.sleep(_LOOKS_AGAIN)
        if act.verb in _DEEDS:
            getattr(self, f"_{act.verb}")(act)
            self.pending -= 1
            return
        self._await_ending(act)
        request = self._request(act, altered=altered)
        if request is None:
            self._skipped.add((act.tenant, act.idempotency_key))
        else:
            self.attempts.setdefault((act.tenant, act.idempotency_key), act)
            self.learn(act, request, self.edge.until_answered(request))
        self.pending -= 1

    def _await_ending(self, act: Act) -> None:
        """Wait until what an act is about has come to an end, but not for ever."""
        for need, is_over in (("ended", self.has_ended), ("settled", self.is_settled)):
            if need not in act.what:
                continue
            for _ in range(_LOOKS):
                found = self.id(act.tenant, act.what[need])
                if found is None and need == "settled":
                    break  # it was refused
                if found is not None and is_over(act.tenant, found):
                    break
                self._world.scheduler.sleep(SECOND)

    def _upload(self, act: Act) -> None:
        lists.upload(self._world, act.what["version"])
        self.uploaded = act.what["version"]

    def _export(self, act: Act) -> None:
        found = onboarding.exported(self, act)
        if found is not None:
            self.exports.append((act, self.edge.until_answered(found)))

    def _arrive(self, act: Act) -> None:
        """Another bank pays one of our accounts, or one that nobody has."""
        what = act.what
        account = self.id(act.tenant, what["account"]) if what["account"] else None
        self._world.scheme.arriving.pay_in(
            act.name, act.tenant, account, what["amount"], what["times"]
        )

    def _is_coming(self, tenant: str, name: str) -> bool:
        """Whether what another act makes is still to be waited for."""
        return (tenant, name) not in self.asked and (tenant, name) not in self._skipped

    def _look(self, act: Act) -> None:
        found = errands.looked_at(self, act)
        if found is not None:
            resource, path, query = found
            request = Request("GET", resource, act.tenant, "operator", path=path, query=query)
            self.looks.append((act, self.edge.until_answered(request)))

    def learn(self, act: Act, request: Request, reply: Reply) -> None:
        """Compare an answer with what is known of its key."""
        if reply.code == "internal" or not (reply.stands or reply.code == "key_reused"):
            raise Violation("every command is understood", f"{act.name}: {reply.text}")
        assert request.key is not None
        key = (request.tenant, request.key)
        if not reply.stands:
            return
        known = self.asked.setdefault(key, Asked(act, request, reply))
        if (known.reply.status, known.reply.text) != (reply.status, reply.text):
            raise Violation(
                "one answer per key", f"{request.key}: {known.reply.text} and {reply.text}"
            )
        if known.request != request:
            raise Violation("a key belongs to one request", request.key)
        self._check_row(request, reply)
        if reply.status < 300 and "id" in reply.body:
            self._made[act.tenant, act.name] = reply.body["id"]

    def _check_row(self, request: Request, reply: Reply) -> None:
        pk = fingerprint(request.tenant.encode(), str(request.key).encode())
        key = {"pk": {"S": f"{request.tenant}#{pk}"}}
        read = {"TableName": "IdempotencyTable", "Key": key, "ConsistentRead": True}
        row = self._world.database.call("get_item", read).get("Item")
        if row is None or "held_until" in row:
            raise Violation("an answer is kept before it is given", f"{request.key}: {row}")
        if (row["status"]["N"], row["body"]["S"]) != (str(reply.status), reply.text):
            raise Violation("the answer that is kept is the one given", str(request.key))

    # What an act's request is.

    def _request(self, act: Act, *, altered: bool) -> Request | None:
        if errands.is_errand(act):
            made = errands.asked(self, act, altered=altered)
        elif sending.is_sending(act):
            made = sending.asked(self, act, altered=altered)
        elif settling.is_settling(act):
            made = settling.asked(self, act, altered=altered)
        elif onboarding.is_onboarding(act):
            made = onboarding.asked(self, act, altered=altered)
        else:
            made = getattr(self, f"_{act.verb}")(act.tenant, dict(act.what), altered)
        if made is None:
            return None
        resource, role, body, more = made
        return Request(
            method="POST",
            resource=resource,
            tenant=act.tenant,
            role=role,
            key=act.idempotency_key,
            body=body,
            **more,
        )

    def pause(self, delay: int) -> None:
        """Let the act that is being carried out wait."""
        self._world.scheduler.sleep(delay)

    def id(self, tenant: str, name: str) -> str | None:
        """The id of what the act of that name made."""
        return self._made.get((tenant, name))

    def account(self, tenant: str, name: str) -> str:
        return self.id(tenant, name) or "acc_" + "0" * 26

    def _open(self, tenant: str, what: dict[str, Any], _: bool) -> Any:
        return "/accounts", "operator", {"name": NAME, "currency": what["currency"]}, {}

    def _deposit(self, tenant: str, what: dict[str, Any], altered: bool) -> Any:
        body = {"amount": what["amount"] + altered, "currency": what.get("currency", "EUR")}
        path = {"id": self.account(tenant, what["account"])}
        return "/accounts/{id}/deposits", "operator", body, {"path": path}

    def _pay(self, tenant: str, what: dict[str, Any], altered: bool) -> Any:
        body = {
            "debtor_account": self.account(tenant, what["debtor"]),
            "creditor": {"account": self.account(tenant, what["creditor"])},
            "amount": what["amount"] + altered,
            "currency": what["currency"],
            "remittance": f"For {NAME}",
        }
        headers = {"Prefer": f"wait={what['wait']}"} if "wait" in what else {}
        return "/payments", "client", body, {"headers": headers}

    def _cancel(self, tenant: str, what: dict[str, Any], _: bool) -> Any:
        found = self.id(tenant, what["payment"])
        if found is None:
            return None
        return "/payments/{id}/cancel", "client", {}, {"path": {"id": found}}

    def _mark(self, tenant: str, what: dict[str, Any], _: bool) -> Any:
        account = self.account(tenant, what["account"])
        body = {"account": account, "mark": what["mark"], "reason": f"Known to {NAME}"}
        return "/fraud/payees", "operator", body, {}

    def _decide(self, tenant: str, what: dict[str, Any], _: bool) -> Any:
        body = {"decision": what["decision"], "reason": f"Asked {NAME}"}
        return "/fraud/cases/{id}/decision", "operator", body, {"path": {"id": what["case"]}}

    def _file(self, tenant: str, what: dict[str, Any], _: bool) -> Any:
        content = payroll(
            debtor_account=self.account(tenant, what["debtor"]),
            creditor_accounts=[self.account(tenant, name) for name in what["creditors"]],
            count=what["count"],
            execution_date=date(2026, 11, 24),
            debtor_name=NAME,
        )
        headers = {"Content-Type": "application/xml"}
        return "/payment-files", "client", content.decode(), {"headers": headers}
