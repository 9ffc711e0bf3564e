"""The cloud with a rail: a scheme at the end of the line that takes messages, and may answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from lxml import etree
from urllib3.exceptions import ReadTimeoutError

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.signature import signed, verify
from remit.payments.messages import MessageStore
from remit.rails.iso20022 import camt029, camt056, pacs002, pacs004
from remit.rails.iso20022.parts import (
    Agent,
    Assignment,
    Code,
    GroupHeader,
    OriginalIds,
    OriginalMessage,
    Reason,
    ReportHeader,
    Settlement,
)
from remit.rails.outgoing import TRANSFER, message_id
from remit.runtime import lines, rails
from remit.runtime.request import Headers
from remit.screening.index import Index, build
from remit.screening.model import Name, entry
from tests.builders import api_event, lambda_context
from tests.fakes import FakeCipher, FakeVault
from tests.integration.cloud import Cloud, Reply, handler
from tests.integration.payments.scenes import MONEY, SMALL

OURS, THEIRS = b"our signing key of 32 bytes, yes", b"their signing key of 32 bytes ok"
IBAN = "NL91ABNA0417164300"
CREDITOR = {
    "name": "Zoë van der Berg",
    "iban": IBAN,
    "bic": "ABNANL2AXXX",
    "address": {"town": "Utrecht", "country": "NL"},
}
RAIL = "sct_inst"
URL = "https://sct-inst.test/messages"


def whsec(key: bytes) -> str:
    import base64

    return "whsec_" + base64.b64encode(key).decode()


SECRET = {
    rail: {"ours": [whsec(OURS)], "theirs": [whsec(THEIRS)]} for rail in ("sct_inst", "fps_hk")
}


class StillCipher(FakeCipher):
    """Seals the same as the same, so that what was done twice can be compared."""

    def seal(self, key: bytes, context: Any, plain: bytes) -> bytes:
        self._chance.seed(hashlib.sha256(canonical_json(dict(context)).encode() + plain).digest())
        return super().seal(key, context, plain)


@dataclass
class Answer:
    """As much of an HTTP answer as the line looks at."""

    status: int

    def close(self) -> None:
        pass


@dataclass
class Scheme:
    """Takes what is sent to it, as urllib3's pool would carry it. `trouble` loses the answer."""

    cloud: Cloud
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    status: int = 202
    trouble: Exception | None = None
    meanwhile: Callable[[], object] | None = None

    def request(self, method: str, url: str, **parameters: Any) -> Answer:
        assert (method, url) == ("POST", URL)
        body = parameters["body"]
        verify([OURS], Headers({"headers": parameters["headers"]}), body, now=self.cloud.clock.now)
        self.sent.append((parameters["headers"]["webhook-id"], body))
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        if self.trouble is not None:
            raise self.trouble
        return Answer(self.status)

    def lose_answers(self) -> None:
        self.trouble = ReadTimeoutError(None, "", "")  # type: ignore[arg-type]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the messages sent, in order."""
        return [etree.QName(etree.fromstring(body)).namespace[-15:] for _, body in self.sent]


@dataclass
class Railed:
    """A cloud that is connected to a rail."""

    cloud: Cloud
    scheme: Scheme
    vault: FakeVault
    numbers: int = 0

    def account(self, *, money: int = MONEY) -> str:
        account = self.cloud.open()
        if money:
            self.cloud.deposit(account, money)
        return account

    def pay(self, debtor: str, amount: int = SMALL, **request: Any) -> Reply:
        more = request.pop("more", {})
        creditor = CREDITOR | request.pop("creditor", {})
        return self.cloud.pay(debtor, "", amount, more={"creditor": creditor} | more, **request)

    def received(self, amount: int = SMALL, *, money: int = MONEY) -> str:
        answer = self.pay(self.account(money=money), amount)
        assert answer.status == 202, answer.text
        return answer.body["id"]

    def reserved(self, amount: int = SMALL, *, money: int = MONEY) -> str:
        payment = self.received(amount, money=money)
        assert self.cloud.task("check", payment) == "reserve"
        assert self.cloud.task("reserve", payment) == "reserved"
        return payment

    def submitted(self, amount: int = SMALL, *, money: int = MONEY) -> str:
        payment = self.reserved(amount, money=money)
        assert self.cloud.task("submit", payment) == "submitted"
        return payment

    def unknown(self) -> str:
        payment = self.submitted()
        self.cloud.clock.now += 30_000
        assert self.look(payment) == ["0"]
        assert self.status(payment) == "unknown"
        return payment

    def completed(self, amount: int = SMALL) -> str:
        payment = self.submitted(amount)
        assert self.settle(self.report(payment, "ACSC")) == ["completed"]
        return payment

    def declined(self) -> str:
        payment = self.submitted()
        assert self.settle(self.report(payment, "RJCT", "AC04")) == ["declined"]
        return payment

    def returned(self) -> str:
        payment = self.completed()
        assert self.settle(self.money_back(payment, SMALL)) == ["returned"]
        return payment

    def recalled(self) -> str:
        payment = self.completed()
        assert self.recall(payment).status == 202
        return payment

    def recall(self, payment: str, reason: str = "DUPL", **request: Any) -> Reply:
        asked = {"role": "operator", "path": {"id": payment}, "body": {"reason": reason}}
        return self.cloud.api("POST", "/payments/{id}/recall", **asked | request)

    def look(self, payment: str, attempt: int = 1) -> list[str]:
        """Deliver the payment's message of the enquiry queue; its number when it comes back."""
        body = {"id": payment, "tenant": "acme", "request_id": "sweep"}
        return self.cloud.deliver("payments/enquire", body, attempt=attempt)

    def status(self, payment: str) -> str:
        return self.cloud.payment(payment)["status"]

    def reasons(self, payment: str) -> list[str]:
        return [
            step["reason"] for step in self.cloud.payment(payment)["history"] if "reason" in step
        ]

    def send(
        self, body: bytes, *, rail: str = RAIL, key: bytes = THEIRS, left: int = 10_000
    ) -> Reply:
        """Send a message as the scheme does."""
        headers = dict(signed([key], identifier="msg-1", now=self.cloud.clock.now, body=body))
        event = api_event(
            "POST",
            "/rails/{rail}/messages",
            body=body.decode("latin-1"),
            path={"rail": rail},
            role=None,
            key=None,
            headers=headers | {"Content-Type": "application/xml"},
        )
        answer = handler("rails/receive")(event, lambda_context(left))
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    def settle(self, body: bytes) -> list[str]:
        """Send a message and run the machine for all that follows; the statuses it came to."""
        self.cloud.machines.started.clear()
        assert self.send(body).status == 202
        return [self.run(start["input"]) for start in self.cloud.machines.started]

    def run(self, content: dict[str, Any]) -> str:
        """Run the machine `rail_outcome` as its chart has it."""
        task = {
            "accepted": "complete",
            "rejected": "release",
            "returned": "return_funds",
            "recall_refused": "close_recall",
        }[content["status"]]
        answer = handler(f"payments/{task}")(content, lambda_context())
        assert answer == content | {"status": answer["status"]}
        return answer["status"]

    def messages(self) -> MessageStore:
        return MessageStore.of(self.cloud.dynamodb, "Rails")  # type: ignore[arg-type]

    def message_id(self) -> str:
        self.numbers += 1
        return f"SCHEME-{self.numbers}"

    def report(
        self,
        payment: str,
        status: str,
        reason: str | None = None,
        *,
        identifier: str | None = None,
        **more: Any,
    ) -> bytes:
        """A pacs.002 on the payment."""
        reasons = (Reason(code=Code(code=reason)),) if reason else ()
        uetr = self.cloud.payment(payment)["uetr"]
        return pacs002.build(
            pacs002.StatusReport(
                header=ReportHeader(
                    message_id=identifier or self.message_id(),
                    created_at=rfc3339(self.cloud.clock.now),
                ),
                payments=(
                    pacs002.PaymentStatus(
                        **{
                            "ids": OriginalIds(end_to_end_id="NOTPROVIDED", uetr=uetr),
                            "status": status,
                            "reasons": reasons,
                            "group": OriginalMessage(
                                message_id=message_id(TRANSFER, uetr), message="pacs.008.001.08"
                            ),
                        }
                        | more
                    ),
                ),
            )
        )

    def money_back(
        self,
        payment: str,
        amount: int,
        *,
        identifier: str = "RTR-1",
        currency: str = "EUR",
        reason: str = "AC04",
    ) -> bytes:
        """A pacs.004 on the payment."""
        money = Money(amount=amount, currency=currency)
        return pacs004.build(
            pacs004.Returns(
                header=GroupHeader(
                    message_id=self.message_id(),
                    created_at=rfc3339(self.cloud.clock.now),
                    count=1,
                    settlement=Settlement(),
                ),
                returns=(
                    pacs004.Return(
                        id=identifier,
                        ids=OriginalIds(uetr=self.cloud.payment(payment)["uetr"]),
                        amount=money,
                        reasons=(Reason(code=Code(code=reason)),),
                    ),
                ),
            )
        )

    def refusal(self, payment: str, status: str = "RJCR") -> bytes:
        """A camt.029 on the payment's recall."""
        return camt029.build(
            camt029.Resolution(
                assignment=_assignment(self.message_id(), self.cloud.clock.now),
                confirmation=status,
                recalls=(
                    camt029.RecallStatus(
                        ids=OriginalIds(uetr=self.cloud.payment(payment)["uetr"]),
                        status=status,
                        reasons=(Reason(code=Code(code="CUST")),),
                    ),
                ),
            )
        )

    def asked_back(self, uetr: str) -> bytes:
        """A camt.056 of another bank."""
        return camt056.build(
            camt056.Recalls(
                assignment=_assignment(self.message_id(), self.cloud.clock.now),
                recalls=(
                    camt056.Recall(
                        ids=OriginalIds(uetr=uetr), reasons=(Reason(code=Code(code="FRAD")),)
                    ),
                ),
            )
        )

    def in_transit(self) -> int:
        """What is on its way, over all shards, in euros' cents."""
        newest: dict[str, dict[str, Any]] = {}
        for item in sorted(self.cloud.items("Ledger"), key=lambda each: str(each["sk"])):
            if "house.in_transit" in str(item["pk"]) and str(item["sk"]).isdigit():
                newest[str(item["pk"])] = item
        return sum(each["credits_posted"] - each["debits_posted"] for each in newest.values())

    def suspended(self) -> int:
        return sum(
            item["amount"]
            for item in self.cloud.items("Ledger")
            if "house.suspense" in str(item["pk"]) and "side" in item
        )


def _assignment(identifier: str, now: int) -> Assignment:
    bank = Agent(bic="ABNANL2AXXX")
    return Assignment(id=identifier, assigner=bank, assignee=bank, created_at=rfc3339(now))


class Lists:
    """The lists in force: one person, one business."""

    @staticmethod
    def index() -> Index:
        names = {"7": ("individual", "GRIMME, Osvald"), "8": ("entity", "Grauwolf Handel GmbH")}
        entries = [
            entry(source="ofac", id=number, kind=kind, names=(Name(text=name, quality="primary"),))  # type: ignore[arg-type]
            for number, (kind, name) in names.items()
        ]
        return Index.load(build(entries))


def railed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, *, still: bool = False) -> Railed:
    """Connect the cloud to a rail. `still` makes its vault seal the same as the same."""
    vault = FakeVault(cloud.dynamodb)
    if still:
        vault.keys.cipher = StillCipher()
        vault.keys.chance = lambda count: b"k" * count
    scheme = Scheme(cloud)
    monkeypatch.setenv("SCT_INST_URL", URL)
    monkeypatch.setattr(rails, "vault", lambda: vault)
    monkeypatch.setattr(lines, "secret", lambda _: json.loads(json.dumps(SECRET)))
    monkeypatch.setattr(lines, "pool", lambda: scheme)
    monkeypatch.setattr(rails, "screening", Lists)
    return Railed(cloud=cloud, scheme=scheme, vault=vault)
