"""The demo's chapter on other banks: payments that settle, fail, come back, or wait."""

from collections.abc import Mapping
from typing import Any

import httpx

from local.demo.client import must
from local.demo.crowd import balance
from local.demo.story import Story
from remit.kernel.clock import parse_rfc3339
from remit.kernel.iban import iban as make_iban

_PAYER = "Ann"
_CREDITOR = {
    "name": "Zoë van der Berg",
    "iban": "NL91ABNA0417164300",
    "address": {"street_name": "Oudegracht", "town": "Utrecht", "country": "NL"},
}
_PAYEE, _INCOMING = "Ben", 60_00
_NOBODYS = "999999990000000000"
TOO_LATE, TRIES = "AB05", 3
_SETTLED, _REJECTED, _SILENT, _RETURNED, _RECALLED = 250_00, 30_01, 75_03, 40_05, 80_00


def set_out(story: Story) -> None:
    """A payment that its scheme never answers: it is looked at again in the chapter on rails."""
    steer(story, "knobs", {"enquiry": 1})
    paid = pay(story, _SILENT, wait=0)
    until(story, paid, "submitted")
    story.silent_payment = paid["id"]
    story.tell(f"{_PAYER} pays 75.03 EUR to {paid['creditor']['iban']} over {paid['rail']}")
    story.tell("the scheme does not answer such an amount; the demo goes on meanwhile")


def chapter(story: Story) -> None:
    """One settles, one is rejected, one returned, one recalled, one was silent and is found."""
    before = balance(story, _PAYER)
    _unspeakable(story)
    settled = ended(story, _SETTLED)
    story.expect(settled, "completed", f"250.00 EUR, {settled['rail']}, {_seconds(settled)} s")
    rejected = ended(story, _REJECTED)
    story.expect(rejected, "declined", "30.01 EUR to an account that is closed")
    must(balance(story, _PAYER) == before - _SETTLED, "a rejected payment is not back in full")
    returned = until(story, pay(story, _RETURNED), "returned")
    story.expect(returned, "returned", "40.05 EUR are accepted, and come back by a pacs.004")
    _recalled(story)
    must(balance(story, _PAYER) == before - _SETTLED, "what came back is not what was paid")
    _found(story)
    incoming(story)
    story.tell(f"{_PAYER} paid 250.00 and 75.03 EUR to other banks, and no cent besides")


def pay(
    story: Story,
    amount: int,
    *,
    payer: str = _PAYER,
    creditor: Mapping[str, Any] = _CREDITOR,
    wait: int = 10,
) -> Any:
    """Pay somebody at another bank, in euros."""
    body = {
        "debtor_account": story.accounts[payer],
        "creditor": creditor,
        "amount": amount,
        "currency": "EUR",
        "remittance": "Invoice 2026-117",
    }
    return story.client.do("/payments", body, expect=202, wait=wait)


def ended(story: Story, amount: int) -> Any:
    """A payment to another bank once its rail has answered."""
    return story.until_final(pay(story, amount)["id"])


def until(story: Story, payment: Any, status: str) -> Any:
    """The payment once it has come to `status`."""
    for _ in story.patiently(f"payment {payment['id']} to be {status}"):
        payment = story.client.look(f"/payments/{payment['id']}")
        if payment["status"] == status:
            break
    return payment


def steer(story: Story, what: str, content: Mapping[str, Any]) -> Any:
    """Ask something of the scheme."""
    answer = httpx.post(f"{story.scheme}/scheme/{what}", json=content, timeout=10)
    must(answer.is_success, f"the scheme answers {answer.status_code}: {answer.text[:300]}")
    return answer.json()


def _unspeakable(story: Story) -> None:
    """An address that has neither town nor country as such is refused at the door."""
    loose = _CREDITOR | {"address": {"lines": ["Oudegracht 1, Utrecht, Nederland"]}}
    body = {
        "debtor_account": story.accounts[_PAYER],
        "creditor": loose,
        "amount": _SETTLED,
        "currency": "EUR",
    }
    answer = story.client.post("/payments", body)
    must(answer.status_code == 422, "an address without structure was taken")  # noqa: PLR2004
    problem = answer.json()
    must(problem["code"] == "rail_rules_broken", f"it was refused as {problem['code']}")
    missing = ", ".join(error["pointer"].rpartition("/")[2] for error in problem["errors"])
    story.tell(f"a creditor whose address has no structure: refused (422), for want of {missing}")


def _recalled(story: Story) -> None:
    """A payment that was a mistake is asked back, and the other bank gives it."""
    mistake = ended(story, _RECALLED)
    story.expect(mistake, "completed", "80.00 EUR were a mistake")
    path = f"/payments/{mistake['id']}/recall"
    asked = story.operator.do(path, {"reason": "DUPL"}, expect=202)
    for _ in story.patiently("the recall to be answered"):
        recall = story.operator.look(path)
        if recall["status"] != "requested":
            break
    must(recall["status"] == "accepted", f"the recall is {recall['status']}")
    due = asked["answer_due_at"][:10]
    story.expect(
        until(story, mistake, "returned"), "returned", f"an operator recalls them (due by {due})"
    )


def _found(story: Story) -> None:
    """What the scheme was silent on has become unknown, was asked about, and is found."""
    found = until(story, {"id": story.silent_payment}, "completed")
    walked = [step["status"] for step in found["history"]]
    must(
        walked == ["received", "reserved", "submitted", "unknown", "completed"],
        f"the silent payment went {', '.join(walked)}",
    )
    at = {step["status"]: parse_rfc3339(step["at"]) for step in found["history"]}
    waited = (at["unknown"] - at["submitted"]) // 1000
    story.tell(
        f"the silent payment: unknown after {waited} s, its money held all the while; asked about, "
        "the scheme has it: completed"
    )


def incoming(story: Story) -> None:
    """Another bank pays Ben, and somebody whom nobody knows here."""
    before = balance(story, _PAYEE)
    iban = story.client.look(f"/accounts/{story.accounts[_PAYEE]}")["iban"]
    for _ in range(TRIES):
        told = _paid_by_another_bank(story, iban, _INCOMING)
        if told["reason"] != TOO_LATE:
            break
        story.tell("another bank's payment was not credited within 10 s, so it was rejected")
    must(told["status"] == "ACSC", f"another bank's payment is {told['status']} {told['reason']}")
    must(balance(story, _PAYEE) == before + _INCOMING, "what came in is not what was credited")
    story.tell(f"another bank pays {_PAYEE} 60.00 EUR: screened, credited, and the scheme is told")
    nobodys = _paid_by_another_bank(story, make_iban("DE", _NOBODYS), _INCOMING)
    must(nobodys["status"] == "RJCT", "a payment to nobody was accepted")
    story.tell(f"one to an account that is not there: rejected ({nobodys['reason']})")


def _paid_by_another_bank(story: Story, iban: str, amount: int) -> Any:
    """The payment as the scheme knows it once we have answered it."""
    order = {"iban": iban, "name": _PAYEE, "amount": amount, "remittance": "Rent for November"}
    return known_to_scheme(story, steer(story, "payments", order))


def known_to_scheme(story: Story, told: Any) -> Any:
    """A payment of another bank as the scheme knows it, once we have answered it."""
    for _ in story.patiently("an answer to another bank's payment"):
        answer = httpx.get(f"{story.scheme}/scheme/payments/{told['uetr']}", timeout=10)
        told = answer.json()
        if told["status"] is not None:
            break
    return told


def _seconds(payment: Any) -> str:
    times = [parse_rfc3339(step["at"]) for step in payment["history"]]
    return f"{(times[-1] - times[0]) / 1000:.1f}"
