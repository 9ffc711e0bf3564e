"""Another bank, which pays accounts of ours over a rail and asks for its money back."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.rails.iso20022 import camt056, pacs002, pacs008
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Code,
    GroupHeader,
    OriginalIds,
    Party,
    PaymentIds,
    PaymentType,
    Reason,
    Remittance,
    ReportHeader,
    Settlement,
)
from remit.rails.iso20022.references import uetr
from tests.builders import lambda_context
from tests.integration.cloud import Reply, handler
from tests.integration.payments.rail_cloud import Railed, _assignment
from tests.integration.payments.scenes import SMALL

BANK, DEBTOR_IBAN = "ABNANL2AXXX", "NL91ABNA0417164300"
PAYER = "Willem Vermeer"
TASKS = {"arrived": "screen", "disowned": "take_back"}


@dataclass
class Abroad:
    """The other bank. `paid` counts what it has sent, so that each has names of its own."""

    road: Railed
    paid: int = 0
    opened: dict[str, str] = field(default_factory=dict)

    @property
    def cloud(self) -> Any:
        return self.road.cloud

    def account(self, currency: str = "EUR") -> str:
        account = self.cloud.open(currency)
        self.opened[account] = self.iban(account)
        return account

    def iban(self, account: str) -> str:
        answer = self.cloud.api("GET", "/accounts/{id}", path={"id": account})
        iban: str = answer.body["iban"]
        return iban

    def transfer(self, account: str | None = None, amount: int = SMALL, **more: Any) -> bytes:
        """A pacs.008 of the other bank, to an account of ours or an `iban`."""
        self.paid += 1
        number = more.pop("number", self.paid)
        iban = more.pop("iban", None) or (self.opened.get(account or "") if account else None)
        at = more.pop("at", self.cloud.clock.now)
        names = {
            "end_to_end_id": "E2E-1",
            "transaction_id": f"TX-{number}",
            "uetr": uetr("abroad", str(number)),
        } | more.pop("ids", {})
        identifier = more.pop("identifier", f"THEIRS-{self.paid}")
        money = Money(amount=amount, currency=more.pop("currency", "EUR"))
        parts = {
            "ids": PaymentIds(**names),
            "amount": money,
            "charge_bearer": "SLEV",
            "type": PaymentType(
                service_levels=(Code(code="SEPA"),), local_instrument=Code(code="INST")
            ),
            "accepted_at": rfc3339(at),
            "debtor": Party(name=more.pop("payer", PAYER)),
            "debtor_account": Account(iban=DEBTOR_IBAN),
            "debtor_agent": Agent(bic=BANK),
            "creditor_agent": Agent(bic="REMIDEFFXXX"),
            "creditor": Party(name=more.pop("payee", "An account")),
            "creditor_account": Account(iban=iban) if iban else None,
            "remittance": Remittance(lines=("For the paintings",)),
        } | more
        header = GroupHeader(
            message_id=identifier,
            created_at=rfc3339(at),
            count=1,
            settlement=Settlement(method="CLRG"),
        )
        return pacs008.build(
            pacs008.CreditTransfers(header=header, transfers=(pacs008.CreditTransfer(**parts),))
        )

    def settle(self, body: bytes) -> list[str]:
        """Send a message and run the machine for all that follows; the statuses it came to."""
        self.cloud.machines.started.clear()
        answer = self.road.send(body)
        assert answer.status == 202, answer.text
        return [self.run(start["input"]) for start in self.cloud.machines.started]

    def kept(self, body: bytes) -> dict[str, Any]:
        """Send a message, and give what the machine is started with."""
        self.cloud.machines.started.clear()
        answer = self.road.send(body)
        assert answer.status == 202, answer.text
        (start,) = self.cloud.machines.started
        content: dict[str, Any] = start["input"]
        return content

    def run(self, content: dict[str, Any]) -> str:
        """Run the machine `rail_outcome` as its chart has it."""
        if content["status"] not in TASKS:
            return self.road.run(content)
        status = self.task(TASKS[content["status"]], content)
        if content["status"] == "disowned":
            return status
        if status == "clear":
            status = self.task("credit", content | {"status": status})
        return self.task("answer", content | {"status": status})

    def task(self, name: str, content: dict[str, Any]) -> str:
        answer = handler(f"payments/{name}")(content, lambda_context())
        assert answer == content | {"status": answer["status"]}
        status: str = answer["status"]
        return status

    def arrived(self, account: str, amount: int = SMALL, **more: Any) -> str:
        """A payment that was credited; its id."""
        content = self.kept(self.transfer(account, amount, **more))
        assert self.run(content) == "answered"
        identifier: str = content["id"]
        return identifier

    def look(self, identifier: str, role: str = "operator", **more: Any) -> Reply:
        return self.cloud.api(
            "GET", "/incoming-payments/{id}", path={"id": identifier}, role=role, **more
        )

    def status(self, identifier: str) -> str:
        status: str = self.look(identifier).body["status"]
        return status

    def answers(self) -> list[tuple[str, str | None]]:
        """What we have answered, in order: each status with its reason."""
        found = []
        for _, body in self.road.scheme.sent:
            if b"pacs.002" in body:
                (one,) = pacs002.read(body).payments
                code = one.reasons[0].code.code if one.reasons and one.reasons[0].code else None
                found.append((one.status or "", code))
        return found

    def verdict(self, number: int, status: str, reason: str | None = None) -> bytes:
        """What the scheme says of the payment that the other bank has sent as `number`."""
        reasons = (Reason(code=Code(code=reason)),) if reason else ()
        ids = OriginalIds(transaction_id=f"TX-{number}", uetr=uetr("abroad", str(number)))
        return pacs002.build(
            pacs002.StatusReport(
                header=ReportHeader(
                    message_id=self.road.message_id(), created_at=rfc3339(self.cloud.clock.now)
                ),
                payments=(pacs002.PaymentStatus(ids=ids, status=status, reasons=reasons),),
            )
        )

    def asked_back(self, number: int, reason: str = "FRAD", **ids: Any) -> bytes:
        """A camt.056 for the payment that was sent as `number`."""
        known = {"transaction_id": f"TX-{number}", "uetr": uetr("abroad", str(number))} | ids
        recall = camt056.Recall(
            id=f"CASE-{number}",
            ids=OriginalIds(**known),
            reasons=(Reason(code=Code(code=reason)),),
        )
        return camt056.build(
            camt056.Recalls(
                assignment=_assignment(self.road.message_id(), self.cloud.clock.now),
                recalls=(recall,),
            )
        )

    def recalls(self, role: str = "operator", **query: str) -> list[dict[str, Any]]:
        answer = self.cloud.api("GET", "/recalls", role=role, query=query)
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    def decide(self, recall: str, decision: str, reason: str | None = None, **more: Any) -> Reply:
        body = {"decision": decision} | ({"reason": reason} if reason else {})
        asked = {"role": "operator", "path": {"id": recall}, "body": body}
        return self.cloud.api("POST", "/recalls/{id}/answer", **asked | more)

    def sent(self, kind: str) -> list[etree._Element]:
        """The messages of a kind that we have sent."""
        return [
            etree.fromstring(body) for _, body in self.road.scheme.sent if kind.encode() in body
        ]
