"""The cloud where payees are asked about: schemes at the end of the lines, and customers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from urllib3.exceptions import ReadTimeoutError

from remit.kernel.signature import signed, verify
from remit.ledger.model import Account
from remit.ledger.numbers import iban_of
from remit.ledger.open import opened
from remit.ledger.store import Ledger
from remit.rails.payee import Holder
from remit.runtime import payees
from remit.runtime.request import Headers
from remit.store.commit import commit
from tests.builders import api_event, lambda_context
from tests.integration.cloud import START, Cloud, Reply, handler
from tests.integration.payments.rail_cloud import OURS, THEIRS, Railed

VOP, FPS = "https://vop.test/payee-verifications", "https://fps.test/hk/messages"
ADDRESSING = "https://fps.test/hk/addressing"
OUTSIDE = "NL91ABNA0417164300"
MOBILE = {"type": "mobile", "value": "+852-91234567"}
CHAN = {
    "account": "123456789012",
    "bank": "004",
    "bank_name": "Bank of the Harbour",
    "masked_name": "CHAN T** M**",
}


@dataclass
class Answer:
    """As much of an HTTP answer as is looked at."""

    status: int
    content: bytes

    def read(self, most: int, *, decode_content: bool) -> bytes:
        assert not decode_content
        return self.content[:most]

    def close(self) -> None:
        pass

    release_conn = close


@dataclass
class Schemes:
    """Both schemes, as urllib3's pool would carry them. `answer` is what they say."""

    cloud: Cloud
    answer: Any = field(default_factory=dict)
    status: int = 200
    trouble: Exception | None = None
    asked: list[tuple[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def request(self, method: str, url: str, **parameters: Any) -> Answer:
        assert (method, parameters["redirect"]) == ("POST", False)
        body = parameters["body"]
        verify([OURS], Headers({"headers": parameters["headers"]}), body, now=self.cloud.clock.now)
        self.asked.append((url, json.loads(body)))
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        if self.trouble is not None:
            raise self.trouble
        content = (
            self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        )
        return Answer(self.status, content)

    def silent(self) -> None:
        self.trouble = ReadTimeoutError(None, "", "")  # type: ignore[arg-type]


@dataclass
class Payees:
    """What a test may do about payees."""

    road: Railed
    schemes: Schemes
    holders: dict[tuple[str, str], Holder | None]

    @property
    def cloud(self) -> Cloud:
        return self.road.cloud

    def verify(self, name: str, iban: str = OUTSIDE, **request: Any) -> Reply:
        body = {"name": name, "iban": iban}
        return self.cloud.api("POST", "/payee-verifications", body=body, **request)

    def look_up(self, currency: str = "HKD", **request: Any) -> Reply:
        body = {"proxy": request.pop("proxy", MOBILE), "currency": currency}
        return self.cloud.api("POST", "/payee-lookups", body=body, **request)

    def bank_asks(
        self, name: str, iban: str, *, key: bytes = THEIRS, rail: str = "sct_inst", **more: Any
    ) -> Reply:
        """Another bank asks, as the scheme passes it on."""
        content = {"party": {"name": name}, "partyAccount": {"iban": iban}} | more
        return self.send(json.dumps(content), key=key, rail=rail)

    def send(self, body: str, *, key: bytes = THEIRS, rail: str = "sct_inst") -> Reply:
        now = self.cloud.clock.now
        headers = dict(signed([key], identifier="vop-1", now=now, body=body.encode()))
        event = api_event(
            "POST",
            "/rails/{rail}/payee-verifications",
            body=body,
            path={"rail": rail},
            role=None,
            key=None,
            headers=headers,
        )
        answer = handler("payees/answer")(event, lambda_context())
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    def held(
        self, *names: str, tenant: str = "acme", number: int = 7, business: bool = False
    ) -> str:
        """The IBAN of a new account that a customer of that name holds; of nobody without one."""
        ledger = Ledger.of(self.cloud.dynamodb, "Ledger")
        identifier = str(number) * 26
        customer = f"cus_{identifier}"
        account = Account(tenant=tenant, id=f"acc_{identifier}", currency="EUR", at=START)
        details: dict[str, Any] = {"by": "onboarding", "why": "account opened"}
        if names:
            details["customer"] = customer
            self.holders[tenant, customer] = Holder(names=names, business=business)
            _, writes = self.road.vault.new_subject(tenant, customer, at=START, by="onboarding")
            commit(self.cloud.dynamodb, writes)
        numbered, writes = opened(ledger, account, details, bank="DE99999999")
        commit(self.cloud.dynamodb, writes)
        return str(iban_of(account.id, numbered))


def payees_desk(road: Railed, monkeypatch: pytest.MonkeyPatch) -> Payees:
    """Connect the cloud to both schemes."""
    schemes, holders = Schemes(road.cloud), dict[tuple[str, str], Holder | None]()
    monkeypatch.setenv("VOP_URL", VOP)
    monkeypatch.setenv("FPS_HK_URL", FPS)
    monkeypatch.setattr(payees, "vault", lambda: road.vault)
    monkeypatch.setattr(payees, "_pool", lambda: schemes)
    monkeypatch.setattr(payees, "customers", lambda: None)

    def holder(_: Any, __: Any, tenant: str, customer: str) -> tuple[str, bool] | None:
        found = holders.get((tenant, customer))
        return (found.names[0], found.business) if found else None

    monkeypatch.setattr(payees, "holder", holder)
    return Payees(road=road, schemes=schemes, holders=holders)
