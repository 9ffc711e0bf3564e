"""The demo's chapter on settlement: windows closed, instructed, settled, and verified by hash."""

from typing import Any

from local.demo.client import must
from local.demo.story import Story
from remit.kernel.clock import parse_rfc3339
from remit.settlement.model import Member, Window
from remit.settlement.proof import proof

_PATH = "/settlement-windows"


def chapter(story: Story) -> None:
    """What was paid to and by other banks is netted, ordered at the settlement bank, and booked."""
    windows = _unsettled(story)
    must(windows, "nothing that went to other banks is in a settlement window")
    for window in windows:
        answer = story.operator.do(f"{_PATH}/{window}/close", {"early": True}, expect=202)
        story.tell(f"window {window} is cut off early, at {answer['closes_at']}")
    for window in windows:
        view = _settled(story, window)
        _told(story, view)
        _verified(story, view)
    story.figures["windows settled"] = str(len(windows))


def _unsettled(story: Story) -> list[str]:
    """The windows that are not settled, once everything that was accepted is in one of them."""
    count, still = -1, 0
    for _ in story.patiently("payments to be in their windows"):
        listed = story.operator.look(_PATH)["items"]
        found = [each["id"] for each in listed if each["status"] != "SETTLED"]
        now = sum(len(_members(story, each)) for each in found)
        still = still + 1 if now == count > 0 else 0
        count = now
        if still == 4:  # noqa: PLR2004 - for some seconds nothing has come
            break
    return found


def _settled(story: Story, window: str) -> Any:
    for _ in story.patiently(f"window {window} to be settled"):
        view = story.operator.look(f"{_PATH}/{window}")
        if view["status"] == "SETTLED":
            break
        must(view["status"] not in ("SHORT", "REJECTED"), f"the window is {view['status']}")
    return view


def _told(story: Story, view: Any) -> None:
    for each in view["positions"]:
        story.tell(
            f"  {each['participant']}: owes {each['debits']:,}, is owed {each['credits']:,}, "
            f"net {each['net']:,}"
        )
    must(sum(each["net"] for each in view["positions"]) == 0, "the positions do not sum to nothing")
    walked = " → ".join(each["status"] for each in view["history"])
    story.tell(f"{view['members']} members, {view['mode']}: {walked}")


def _verified(story: Story, view: Any) -> None:
    """Compute the hash from what the API tells of the window and its members, as anyone can."""
    window = Window(
        **{name: view[name] for name in ("id", "rail", "currency", "day", "cutoff")},
        **{name: view[name] for name in ("calendar", "cutoffs")},
        **{name: parse_rfc3339(view[name]) for name in ("opens_at", "closes_at", "seals_at")},
    )
    members = [
        Member(
            id=each["id"],
            rail=view["rail"],
            currency=view["currency"],
            payer=each["payer"],
            payee=each["payee"],
            amount=each["amount"],
            counted_at=parse_rfc3339(each["counted_at"]),
            held_on=each["held_on"],
            is_void=each["is_void"],
        )
        for each in _members(story, view["id"])
    ]
    found = proof(window, members, mode=view["mode"])
    must(found.hash == view["hash"], "the window's hash does not follow from its members")
    story.tell(f"its hash, computed anew from its members: {found.hash[:16]}…, the same")
    story.figures[f"hash of {view['rail']} {view['day']} {view['cutoff']}"] = found.hash[:16]


def _members(story: Story, window: str) -> list[Any]:
    found: list[Any] = story.operator.every(f"{_PATH}/{window}/members")
    return found
