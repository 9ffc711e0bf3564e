"""The demo's chapters on payees and on Hong Kong: who is paid is asked before, and paid by FPS."""

from typing import Any

import httpx

from local.demo.client import at_once, must
from local.demo.crowd import balance
from local.demo.rails import TOO_LATE, TRIES, known_to_scheme, steer
from local.demo.reconciliation import on_nostro, reconciled
from local.demo.story import Story
from remit.sandbox.banks import settlement_account

RAIL = "fps_hk"
_PAYER, _RICH = {"HKD": "Mei", "CNY": "Ming"}, 1_000_000
_IBAN, _ALMOST = "NL91ABNA0417164300", "Z. van der Berg"
_MOBILE = {"type": "mobile", "value": "+852-91234567"}
_FPS_ID = {"type": "fps_id", "value": "1234567"}
_SETTLED, _REJECTED, _INCOMING = 1_250_00, 300_01, 420_00
_MEMBERS = 2


def chapter(story: Story) -> None:
    """A name is verified; numbers are looked up, confirmed and paid; another bank pays us."""
    for currency, payer in _PAYER.items():
        story.open(payer, currency, _RICH)
    verified, dollars, yuan = at_once(
        [
            lambda: _verified(story),
            lambda: _looked_up(story, _MOBILE, "HKD"),
            lambda: _looked_up(story, _FPS_ID, "CNY"),
        ]
    )
    must(verified["result"] == "CLOSE_MATCH", f"{_ALMOST} is told to be {verified['result']}")
    story.tell(f"is {_IBAN} held by {_ALMOST}? {verified['result']}: {verified['name']}")
    for proxy, found in ((_MOBILE, dollars), (_FPS_ID, yuan)):
        story.tell(f"whose is {proxy['value']}? {found['masked_name']}, {found['bank']}")
    paid, rejected, told = at_once(
        [
            lambda: ended(story, dollars["id"], _SETTLED, "HKD"),
            lambda: ended(story, yuan["id"], _REJECTED, "CNY"),
            lambda: _incoming(story),
        ]
    )
    must(paid["rail"] == RAIL, f"Hong Kong dollars went by {paid['rail']}")
    story.expect(paid, "completed", f"confirmed: Mei pays 1,250.00 HKD, {paid['rail']}")
    story.expect(rejected, "declined", "Ming pays 300.01 CNY to an account that is closed")
    must(balance(story, "Ming") == _RICH, "a rejected payment is not back in full")
    must((told["rail"], told["status"]) == (RAIL, "ACSC"), f"what came in is {told['status']}")
    must(balance(story, "Mei") == _RICH - _SETTLED + _INCOMING, "Mei's dollars do not add up")
    story.tell("another bank pays Mei 420.00 HKD by her account's number: credited")
    _in_window(story)


def reconcile(story: Story) -> None:
    """The settlement bank's statement in Hong Kong dollars says what our books say."""
    account, _ = settlement_account("HKD")
    must(account.other, "the settlement bank has no account in Hong Kong dollars for us")
    nostro = {"currency": "HKD", "account": account.other.id}
    story.operator.do("/nostro-accounts", nostro, expect=200)
    run = reconciled(story, _statement(story))
    must(not run["found"], f"the statement in HKD has breaks: {run['found']}")
    held = on_nostro(story, "HKD")
    closing = run["statement"]["closing"]
    must(held == closing == _INCOMING - _SETTLED, f"the nostro holds {held}, the bank {closing}")
    story.tell(
        f"the bank's camt.053 in HKD: no break; nostro and bank are at {held / 100:,.2f} HKD"
    )


def _statement(story: Story) -> bytes:
    """Today's statement of an account on which nothing was before."""
    before = httpx.get(f"{story.scheme}/scheme/knobs", timeout=10).json()["opening"]
    steer(story, "knobs", {"opening": 0})
    params = {"currency": "HKD"}
    content = httpx.get(f"{story.scheme}/scheme/statement", params=params, timeout=10).content
    steer(story, "knobs", {"opening": before})
    return content


def ended(story: Story, lookup: str, amount: int, currency: str) -> Any:
    """A payment to whom the payer has confirmed, once its rail has answered."""
    body = {
        "debtor_account": story.accounts[_PAYER[currency]],
        "creditor": {"lookup": lookup},
        "amount": amount,
        "currency": currency,
    }
    paid = story.client.do("/payments", body, expect=202, wait=10)
    return story.until_final(paid["id"])


def _in_window(story: Story) -> None:
    """Wait until what was paid in Hong Kong dollars, either way, is in a settlement window."""
    for _ in story.patiently("Hong Kong's payments to be in their window"):
        windows = story.operator.look("/settlement-windows")["items"]
        paths = [
            f"/settlement-windows/{one['id']}/members" for one in windows if one["rail"] == RAIL
        ]
        if sum(len(story.operator.every(path)) for path in paths) >= _MEMBERS:
            break


def _verified(story: Story) -> Any:
    """What the other bank says to a name that is almost right."""
    asked = {"name": _ALMOST, "iban": _IBAN}
    return story.client.do("/payee-verifications", asked, expect=200)


def _looked_up(story: Story, proxy: dict[str, str], currency: str) -> Any:
    """Whose a proxy is, as the payer is shown it."""
    found = story.client.do("/payee-lookups", {"proxy": proxy, "currency": currency}, expect=201)
    must("*" in found["masked_name"], "a payee's name was told in full")
    return found


def _incoming(story: Story) -> Any:
    """Another bank of Hong Kong pays Mei, by the number of her account: what the scheme knows."""
    iban = story.client.look(f"/accounts/{story.accounts['Mei']}")["iban"]
    order = {"account": iban[4:], "name": "Mei", "amount": _INCOMING, "currency": "HKD"}
    for _ in range(TRIES):
        told = known_to_scheme(story, steer(story, "payments", order))
        if told["reason"] != TOO_LATE:
            break
    return told
