"""The demo's chapter on reconciliation: a bank's statement with three mistakes in it, all found."""

import time
import uuid
from typing import Any

from local.demo.client import must
from local.demo.story import Story
from local.statement import BankLine, BankStatement, camt

_MOVES = (2_500_00, -430_00, 71_25, -1_200_00, 18_90, -5_00)
"""What settles in the demo, in minor units: positive for what comes in."""

_CHARGE = 12_50
_OFF = 1_00
_SHARDS = 8
_LONGEST = 35
"""Characters that a reference has in a camt.053 at most."""

_FORBIDDEN = 403
_UNKNOWN = 422


def reconcile(story: Story) -> None:
    """A camt.053 of the nostro's entries with three planted breaks; one adjusted by two people."""
    mark = uuid.uuid4().hex[:8].upper()
    for number, amount in enumerate(_MOVES):
        story.settle(amount, f"DEMO-{mark}-{number}")
    ours = _entries(story)
    lines, expected = _planted(ours, mark)
    content = _statement(ours, lines, mark)
    refused = story.operator.post("/statements", content, media_type="application/xml")
    must(refused.status_code == _UNKNOWN, "a statement of an account that is not ours was taken in")
    nostro = {"currency": "EUR", "account": f"DEMO-NOSTRO-{mark}"}
    story.operator.do("/nostro-accounts", nostro, expect=200)
    begun = time.perf_counter()
    run = reconciled(story, content)
    story.figures["statement to report"] = f"{time.perf_counter() - begun:.1f} s"
    told = [each["relation"] for each in run["items"]]
    matched = told.count("bank")
    must(matched == len(ours["lines"]) - 1, f"{matched} of {len(ours['lines']) - 1} were matched")
    story.tell(
        f"the bank's camt.053 has {len(lines)} lines: {matched} are matched with entries of the "
        f"nostro, by rule and with confidence"
    )
    story.tell(f"{told.count('books')} payments on rails are matched with the ledger's entries")
    found = [story.operator.look(f"/breaks/{each}") for each in run["found"]]
    kinds = sorted((one["type"], one["difference"]) for one in found)
    must(kinds == sorted(expected), f"the breaks are {kinds}, not {sorted(expected)}")
    for one in sorted(found, key=lambda one: str(one["type"])):
        story.tell(f"break: {one['type']}, {one['difference'] / 100:+.2f} EUR, {one['severity']}")
    _again(story, run)
    _adjusted(story, next(one for one in found if one["type"] == "unexpected"))
    _tied_out(story, run, found)
    story.figures["breaks found of those planted"] = "3 of 3"


def _planted(ours: dict[str, Any], mark: str) -> tuple[list[BankLine], list[tuple[str, int]]]:
    """The bank's lines: ours, but for an amount, a line that is there twice, and a charge."""
    lines: list[BankLine] = list(ours["lines"])
    off, twice = (
        next(line for line in lines if line.reference == f"DEMO-{mark}-{number}")
        for number in (2, 3)
    )
    lines[lines.index(off)] = BankLine(off.amount + _OFF, off.day, off.reference)
    lines.append(twice)
    lines.append(BankLine(-_CHARGE, ours["last"], f"CHARGES-{mark}"))
    return lines, [("amount", _OFF), ("duplicate", twice.amount), ("unexpected", -_CHARGE)]


def _entries(story: Story) -> dict[str, Any]:
    """The nostro's entries as the bank would have them, what was adjusted before, and the days."""
    lines, adjusted = [], 0
    for shard in range(_SHARDS):
        for entry in story.operator.every(f"/accounts/house.nostro.EUR.{shard}/entries"):
            amount = entry["amount"] if entry["side"] == "debit" else -entry["amount"]
            if entry["kind"] == "adjustment":
                adjusted += amount
            else:
                told = entry["reference"] if len(entry["reference"]) <= _LONGEST else ""
                lines.append(BankLine(amount, entry["day"], told))
    days = [line.day for line in lines]
    return {"lines": lines, "adjusted": adjusted, "first": min(days), "last": max(days)}


def _statement(ours: dict[str, Any], lines: list[BankLine], mark: str) -> bytes:
    return camt(
        BankStatement(
            id=f"DEMO-{mark}",
            account=f"DEMO-NOSTRO-{mark}",
            lines=lines,
            first=ours["first"],
            last=ours["last"],
            opening=ours["adjusted"],
        )
    )


def reconciled(story: Story, content: bytes) -> Any:
    """The run of the statement at its end."""
    made = story.operator.do("/statements", content, expect=202, media_type="application/xml")
    for _ in story.patiently("the statement to be reconciled"):
        run = story.operator.look(f"/reconciliations/{made['id']}?limit=100")
        if run["status"] in ("reported", "failed"):
            break
    must(run["status"] == "reported", f"the run ended as {run['status']}")
    return run


def on_nostro(story: Story, currency: str) -> int:
    """What our books have on the currency's nostro, in minor units."""
    return -sum(
        story.operator.look(f"/accounts/house.nostro.{currency}.{shard}")["balance"]["posted"]
        for shard in range(_SHARDS)
    )


def _again(story: Story, run: Any) -> None:
    again = story.operator.do(f"/reconciliations/{run['id']}/rerun", {}, expect=201)
    must(again["result_hash"] == run["result_hash"], "run again, it has another hash")
    compared = story.operator.look(f"/reconciliations/{run['id']}/compare?with={again['id']}")
    must(compared["differs"] == "", f"run again, it differs in {compared['differs']}")
    story.tell(f"run again: the same hash, {run['result_hash'][:16]}…")


def _adjusted(story: Story, charge: Any) -> None:
    """One person proposes to book the charge; that person may not approve it, another may."""
    path = f"/breaks/{charge['id']}"
    wanted = {"debit": "external", "credit": "nostro", "amount": _CHARGE, "currency": "EUR"}
    body = {"resolution": "resolved", "reason": "the bank's charge", "adjustment": wanted}
    asked = story.operator.do(f"{path}/resolution", body, expect=202)
    approval = {"adjustment": asked["adjustment"]["id"]}
    alone = story.operator.post(f"{path}/approval", approval)
    must(alone.status_code == _FORBIDDEN, "one person adjusted the books alone")
    done = story.second.do(f"{path}/approval", approval, expect=200)
    transfer = story.operator.look(f"/ledger/transfers/{done['adjustment']['transfer']}")
    must(transfer["reference"] == charge["id"], "the adjustment does not name its break")
    story.tell("the charge is booked by two people: whoever proposes may not approve (403)")


def _tied_out(story: Story, run: Any, found: list[Any]) -> None:
    """Ledger and bank differ by what the breaks say that are still open, to the last cent."""
    held = on_nostro(story, "EUR")
    shown = [story.operator.look(f"/breaks/{one['id']}") for one in found]
    left = sum(one["difference"] for one in shown if one["status"] != "resolved")
    closing = run["statement"]["closing"]
    must(
        held + left == closing, f"the nostro holds {held}, open are {left}, the bank has {closing}"
    )
    must(story.operator.look("/ledger/trial-balance")["balanced"], "the books do not balance")
    story.tell(
        f"the books tie out: nostro {held / 100:,.2f} and open breaks {left / 100:+.2f} are the "
        f"bank's {closing / 100:,.2f} EUR"
    )
