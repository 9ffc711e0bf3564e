"""The demo's people, and its chapters in which one thing happens after another."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.demo.client import Client, DidNotHold, must

_PATIENCE_SECONDS = 180
_FINAL = ("completed", "declined", "cancelled")


@dataclass
class Story:
    """The demo's people, and what happens to them one by one. `tell` prints a line.

    `publish` puts the sample sanctions list in force with other remarks on some of its entries;
    `scheme` is where the scheme of instant payments can be steered; `settle` books an amount (in,
    for a positive one) on the nostro under a reference, as a settled window does.
    """

    operator: Client
    second: Client
    client: Client
    other_operator: Client
    other: Client
    tell: Callable[[str], None]
    publish: Callable[[dict[int, str]], None]
    settle: Callable[[int, str], None] = field(default=lambda *_: None)
    accounts: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    scheme: str = ""
    silent_payment: str = ""

    # People and money.

    def open(self, name: str, currency: str, deposit: int) -> str:
        """Open an account for `name` with money in it (minor units)."""
        made = self.operator.do("/accounts", {"currency": currency, "name": name}, expect=201)
        if deposit:
            body = {"amount": deposit, "currency": currency}
            self.operator.do(f"/accounts/{made['id']}/deposits", body, expect=201)
        self.accounts[name] = made["id"]
        return str(made["id"])

    def people(self) -> None:
        """Two tenants, a few customers, deposits."""
        for name, currency, money in (
            ("Ann", "EUR", 5_000_000),
            ("Ben", "EUR", 20_000),
            ("Cleo", "EUR", 0),
            ("Kenji", "JPY", 900_000),
            ("Yui", "JPY", 0),
        ):
            self.open(name, currency, money)
            self.tell(f"acme opens {name}'s account in {currency} and takes in {money} minor units")
        made = self.other_operator.do("/accounts", {"currency": "EUR", "name": "Gus"}, expect=201)
        unseen = self.client.get(f"/accounts/{made['id']}")
        must(unseen.status_code == 404, "one tenant sees another's account")  # noqa: PLR2004
        self.tell("globex opens Gus's account; to acme it does not exist (404)")

    # Payments one by one.

    def pay(
        self, debtor: str, creditor: str, amount: int, *, wait: int = 10, **options: Any
    ) -> Any:
        """Pay, and by default wait for the end."""
        body = {
            "debtor_account": self.accounts[debtor],
            "creditor": {"account": self.accounts[creditor]},
            "amount": amount,
            "currency": options.pop("currency", "EUR"),
        }
        return self.client.do("/payments", body, expect=202, wait=wait, **options)

    def one_by_one(self) -> None:
        """Completed, declined, reviewed and released, reviewed and blocked."""
        paid = self.pay("Ann", "Ben", 12_50)
        self.expect(paid, "completed", "Ann pays Ben 12.50 EUR")
        yen = self.pay("Kenji", "Yui", 3_000, currency="JPY")
        self.expect(yen, "completed", "Kenji pays Yui 3000 JPY")
        poor = self.pay("Ben", "Cleo", 999_99, key="ben-is-poor")
        self.expect(poor, "declined", "Ben pays Cleo 999.99 EUR that he has not got")
        self.operator.do(
            f"/accounts/{self.accounts['Ben']}/deposits",
            {"amount": 200_000, "currency": "EUR"},
            expect=201,
        )
        again = self.pay("Ben", "Cleo", 999_99, key="ben-is-poor")
        must(again == poor, "a declined payment changed its answer when money arrived")
        self.tell("money arrives and Ben sends the same request again: the answer stays the same")
        self.reviewed("release", "completed", 11_000_00)
        self.reviewed("block", "declined", 12_000_00)

    def reviewed(self, decision: str, status: str, amount: int) -> None:
        """A payment so large that a person has to look at it."""
        held = self.pay("Ann", "Cleo", amount)
        self.expect(held, "in_review", f"Ann pays Cleo {amount / 100:,.2f} EUR")
        case = held["case_id"]
        body = {"decision": decision, "reason": "called the customer"}
        self.operator.do(f"/fraud/cases/{case}/decision", body, expect=200)
        ended = self.until_final(held["id"])
        self.expect(ended, status, f"the operator decides to {decision} it")

    def expect(self, payment: Any, status: str, what: str) -> None:
        reason = payment["history"][-1].get("reason_text")
        self.tell(f"{what}: {payment['status']}" + (f" ({reason})" if reason else ""))
        must(payment["status"] == status, f"{what}: {payment['status']}, not {status}")

    def until_final(self, payment_id: str) -> Any:
        """The payment once it has come to its end."""
        for _ in self.patiently(f"payment {payment_id} to end"):
            payment = self.client.look(f"/payments/{payment_id}")
            if payment["status"] in _FINAL:
                break
        return payment

    def patiently(self, what: str) -> Iterator[None]:
        """Try again and again, for three minutes at most."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            yield
            time.sleep(0.2)
        raise DidNotHold(f"waited in vain for {what}")
