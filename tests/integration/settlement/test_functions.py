"""A window through the real functions: accepted payments, a return, closing, the bank's answers."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from remit.kernel.clock import rfc3339
from remit.rails.iso20022 import camt054, pacs002, pacs009
from remit.rails.iso20022.parts import Account, Code, OriginalIds, OriginalMessage, ReportHeader
from remit.rails.iso20022.statement import (
    BankCode,
    Detail,
    Details,
    Entry,
    FileHeader,
    References,
    Statement,
    StatementAccount,
    StatementFile,
)
from remit.runtime.settings import SettingMissing
from remit.runtime.settlement import credit_lines
from remit.settlement import check, instruct, look, proof, verify
from tests.builders import lambda_context
from tests.integration.cloud import SETTINGS, Reply, handler
from tests.integration.payments.rail_cloud import Railed
from tests.unit.settlement.office import chart

SMALL = 12_50
FUNCTIONS = {
    "CloseSettlement": "close",
    "Compute": "compute",
    "CheckSettlement": "check",
    "Instruct": "instruct",
    "AwaitConfirmation": "await_confirmation",
    "PostSettlement": "post",
    "AwaitPerson": "await_person",
}


@dataclass
class House:
    """The backend with its settlement machine, as its chart has it."""

    road: Railed
    waits_at: dict[str, str] = field(default_factory=dict)

    @property
    def cloud(self) -> Any:
        return self.road.cloud

    def stream(self) -> None:
        """Tell the payments table's stream of every payment, and deliver what it queues."""
        records = [
            {
                "eventName": "MODIFY",
                "dynamodb": {"NewImage": item, "SequenceNumber": str(number)},
            }
            for number, item in enumerate(self.cloud.world()["Payments"])
        ]
        queue = SETTINGS["MEMBERS_QUEUE_URL"]
        self.cloud.queues.sent.pop(queue, None)
        assert handler("payments/sweep")({"Records": records}, lambda_context()) == {
            "batchItemFailures": []
        }
        for body in self.cloud.queues.sent.pop(queue, []):
            assert self.cloud.deliver("settlement/join", body) == []

    def run(self, start: dict[str, Any], *, state: str = "", status: str = "") -> str:
        """Run the machine until it ends or waits; the state where it is."""
        state, states = state or chart()["StartAt"], chart()["States"]
        event = {name: start[name] for name in ("id", "tenant", "request_id")}
        while states[state]["Type"] != "Succeed":
            here = states[state]
            if here["Type"] == "Choice":
                found = [one for one in here["Choices"] if f"'{status}'" in one["Condition"]]
                state = found[0]["Next"]
                continue
            if here["Type"] == "Wait":
                self.cloud.clock.now += 5_000
            elif here["Type"] == "Map":
                for part in range(proof.PARTS):
                    self.task("Compute", event | {"part": part})
            else:
                name = here["Arguments"]["FunctionName"][2:].removesuffix("FunctionArn}")
                token = f"token {len(self.waits_at)}"
                status = self.task(name, event | {"token": token})
                if "waitForTaskToken" in here["Resource"]:
                    self.waits_at[token] = state
                    return state
            state = here["Next"]
        return state

    def task(self, name: str, event: dict[str, Any]) -> str:
        answer = handler(f"settlement/{FUNCTIONS[name]}")(event, lambda_context(120_000))
        return str(answer["status"])

    def go_on(self, start: dict[str, Any]) -> str:
        """Run on with what the machine was told last."""
        token, state = list(self.waits_at.items())[-1]
        told = self.cloud.machines.told[token]
        return self.run(start, state=chart()["States"][state]["Next"], status=told["status"])

    def ask(self, verb: str, window: str, body: Any, **request: Any) -> Reply:
        return self.cloud.api(
            "POST",
            f"/settlement-windows/{{id}}/{verb}",
            **{"role": "operator", "path": {"id": window}, "body": body} | request,
        )

    def window(self, **request: Any) -> dict[str, Any]:
        listed = self.cloud.api("GET", "/settlement-windows", role="auditor", **request).body
        path = {"id": listed["items"][0]["id"]}
        found = self.cloud.api("GET", "/settlement-windows/{id}", role="auditor", path=path)
        return found.body

    def answers(self, body: bytes) -> None:
        """The scheme sends a message, which goes on through the queue."""
        queue = SETTINGS["CONFIRMATIONS_QUEUE_URL"]
        assert self.road.send(body).status == 202
        for told in self.cloud.queues.sent.pop(queue, []):
            assert self.cloud.deliver("settlement/confirm", told) == []

    def order(self) -> Any:
        (instruction,) = pacs009.read(self.road.scheme.sent[-1][1]).instructions
        return instruction

    def report(self, status: str) -> bytes:
        order = self.order()
        return pacs002.build(
            pacs002.StatusReport(
                header=ReportHeader(
                    message_id=self.road.message_id(), created_at=rfc3339(self.cloud.clock.now)
                ),
                payments=(
                    pacs002.PaymentStatus(
                        ids=OriginalIds(end_to_end_id=order.ids.end_to_end_id, uetr=order.ids.uetr),
                        status=status,
                        group=OriginalMessage(
                            message_id=self.road.scheme.sent[-1][0], message=pacs009.MESSAGE
                        ),
                    ),
                ),
            )
        )

    def notification(self, *, status: str = "BOOK") -> bytes:
        order, at = self.order(), rfc3339(self.cloud.clock.now)
        identifier = self.road.message_id()
        references = References(end_to_end_id=order.ids.end_to_end_id, uetr=order.ids.uetr)
        detail = Detail(references=references, amount=order.amount, credit=False)
        nameless = Detail(references=References(end_to_end_id="fee"), amount=order.amount)
        entry = Entry(
            amount=order.amount,
            credit=False,
            status=Code(code=status),
            booked_on=at[:10],
            value_on=at[:10],
            code=BankCode(domain="PMNT", family="ICDT", sub_family="ESCT"),
            details=(Details(payments=(detail, nameless, Detail())),),
        )
        account = StatementAccount(account=Account(iban="DE89370400440532013000"))
        statement = Statement(id=identifier, created_at=at, account=account, entries=(entry,))
        header = FileHeader(message=camt054.MESSAGE, message_id=identifier, created_at=at)
        return camt054.build(StatementFile(header=header, statements=(statement,)))


@pytest.fixture
def house(road, monkeypatch) -> House:
    """Windows in two parts instead of 64, since moto takes its time."""
    for module in (proof, check, instruct, look, verify):
        monkeypatch.setattr(module, "PARTS", 2)
    return House(road)


def closed(house: House) -> dict[str, Any]:
    """Two payments and the return of one, in a window that is closed early; its machine's input."""
    house.road.completed()
    house.road.returned()
    house.stream()
    answer = house.ask("close", house.window()["id"], {"early": True})
    assert answer.status == 202, answer.text
    (start,) = house.cloud.machines.started[-1:]
    return start["input"]


def test_a_window_from_payments_to_the_ledger(house):
    start = closed(house)
    assert house.run(start) == "Await confirmation"
    view = house.window()
    assert (view["status"], view["members"], view["id"]) == ("INSTRUCTED", 3, start["id"])
    nets = {each["participant"]: each["net"] for each in view["positions"]}
    assert nets == {"REMIDEFFXXX": -SMALL, "ABNANL2AXXX": SMALL}
    assert house.order().amount.amount == SMALL
    house.answers(house.notification())
    house.answers(house.report("ACSC"))
    assert house.go_on(start) == "Window settled"
    assert house.window()["status"] == "SETTLED"
    verified = handler("settlement/verify")({"id": start["id"], "tenant": "acme"}, None)
    assert verified["right"], verified
    assert verified["members"] == 3
    for each in house.cloud.items("Ledger"):
        if "in_transit" in each["pk"] or "house.settlement" in each["pk"]:
            last = max(
                (one for one in house.cloud.items("Ledger") if one["pk"] == each["pk"]),
                key=lambda one: one["sk"],
            )
            assert last["credits_posted"] == last["debits_posted"]
    assert house.cloud.trial()["balanced"]
    members = house.cloud.api(
        "GET", "/settlement-windows/{id}/members", role="auditor", path={"id": start["id"]}
    ).body
    assert len(members["items"]) == 3


def test_what_the_bank_rejects_waits_for_a_person_and_is_ordered_anew(house):
    start = closed(house)
    house.run(start)
    house.answers(house.report("RJCT"))
    assert house.go_on(start) == "Await person"
    answer = house.ask("resume", start["id"], {"reason": "mended"})
    assert answer.status == 200
    assert house.go_on(start) == "Await confirmation"
    house.answers(house.report("ACSC"))
    assert house.go_on(start) == "Window settled"


def test_a_window_that_is_short_is_funded(house, monkeypatch):
    monkeypatch.setenv("SETTLEMENT_LINES", "none")
    start = closed(house)
    assert house.run(start) == "Await person"
    body = {"amount": SMALL, "reason": "moved"}
    assert house.ask("fund", start["id"], body).status == 200
    assert house.go_on(start) == "Await confirmation"


def test_only_an_operator_moves_a_window_and_of_his_own_tenant(house):
    start = closed(house)
    assert house.ask("close", start["id"], {}, role="client").status == 403
    theirs = house.ask("close", start["id"], {}, tenant="globex")
    assert theirs.code == "window_still_open"  # an id of everybody's tables, a window of its own
    assert (
        house.ask("fund", start["id"], {"amount": 1, "reason": "x"}, tenant="globex").status == 404
    )
    assert house.ask("fund", start["id"], {"amount": 0, "reason": "x"}).status == 400
    mistyped = house.ask("resume", "win_x", {"reason": "x"})
    assert mistyped.status == 404


def test_the_minute_starts_what_is_due_and_fails_when_it_cannot(house):
    house.road.completed()
    house.stream()
    house.cloud.machines.started.clear()
    event: dict[str, Any] = {}
    house.cloud.clock.now += 2 * 3_600_000 + 6_000
    assert handler("settlement/sweep")(event, lambda_context(58_000))["started"] == 1
    (started,) = house.cloud.machines.started
    assert started["input"]["id"] == house.window()["id"]
    assert started["name"].startswith(started["input"]["id"])
    response: Any = {"Error": {"Code": "ServiceUnavailable", "Message": ""}}
    house.cloud.machines.trouble = ClientError(response, "StartExecution")
    with pytest.raises(Exception, match="could not be started"):
        handler("settlement/sweep")(event, lambda_context(58_000))


def test_what_a_bank_says_of_its_account_that_is_none_of_our_orders_changes_nothing(house):
    start = closed(house)
    house.run(start)
    before = house.cloud.world()["Settlement"]
    house.answers(house.notification(status="PDNG"))
    house.answers(house.report("ACSP"))
    assert house.cloud.world()["Settlement"] == before


def test_a_cap_is_an_operators(house):
    body = {"currency": "EUR", "cap": 1_000, "reason": "agreed"}
    asked = {"role": "operator", "body": body}
    assert house.cloud.api("POST", "/net-debit-caps", **asked).body["cap"] == 1_000
    found = house.cloud.api("GET", "/net-debit-caps", role="auditor", query={"currency": "EUR"})
    assert found.body == {"cap": 1_000, "currency": "EUR", "used": 0}
    assert house.cloud.api("POST", "/net-debit-caps", role="client", body=body).status == 403
    payment = house.road.received(SMALL)
    house.cloud.task("check", payment)
    assert house.cloud.task("reserve", payment) == "declined"
    assert house.road.reasons(payment) == ["AM23"]


def test_lines_are_read_from_their_setting():
    assert credit_lines("none") == {}
    assert credit_lines("EUR=1,HKD=20") == {"EUR": 1, "HKD": 20}
    for wrong in ("EUR", "EUR=x", "XXQ=1"):
        with pytest.raises(SettingMissing):
            credit_lines(wrong)
