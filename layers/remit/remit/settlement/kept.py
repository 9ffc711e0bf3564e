"""A window as it is kept: where its settlement stands, and what its machine waits for. Pure."""

from dataclasses import replace
from typing import Literal

from remit.kernel.errors import NotFound
from remit.kernel.value import value
from remit.settlement.model import Event, Mode, Status, Window, step

Waits = Literal["", "confirmation", "person"]

SEALED_AND_HERE: tuple[Status, ...] = ("CLOSED", "COMPUTED", "SHORT")
"""Sealed, and nothing has left the house: a late member still gets in."""

FINAL: tuple[Status, ...] = ("INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED", "SETTLED")
"""What the window is made of does not change any more."""

FOR_A_PERSON: tuple[Status, ...] = ("SHORT", "PART_FAILED", "REJECTED")


class WindowUnknown(NotFound):
    """The tenant has no window of that id."""

    title = "No such settlement window"


@value
class Change:
    """A state that the window reached: when (milliseconds), and by whom."""

    status: Status
    at: int
    by: str


@value
class Kept:
    """A tenant's window. `round` numbers its computations, `version` its writes.

    `done` is how far the step that is being carried out has come, `asked` how often all that is
    unanswered has been sent, `again` that a person wants it sent once more. `token` is of the task
    that waits, for what `waits` says. `count` and `hash` are those of the proof of this round.
    """

    tenant: str
    window: Window
    mode: Mode
    status: Status
    round: int
    version: int
    history: tuple[Change, ...]
    done: str = ""
    asked: int = 0
    again: bool = False
    waits: Waits = ""
    token: str = ""
    count: int | None = None
    hash: str | None = None

    @property
    def id(self) -> str:
        """The window's id."""
        return self.window.id

    @property
    def is_final(self) -> bool:
        """Whether it has left the house, so that its members stay what they are."""
        return self.status in FINAL

    def after(self, event: Event, *, at: int, by: str, **changes: object) -> "Kept":
        """The window once `event` has happened to it. Raises `NotNow` where no road leads."""
        status = step(self.status, event)
        reached = Change(status=status, at=at, by=by)
        fields: dict[str, object] = {"status": status, "history": (*self.history, reached)}
        return replace(self, **fields | changes)  # type: ignore[arg-type]

    def going(self, **changes: object) -> "Kept":
        """The window while its machine goes on: nobody waits. With `changes`."""
        return replace(self, waits="", token="", **changes)  # type: ignore[arg-type]

    def late(self, *, at: int, by: str) -> "Kept":
        """The window to be computed anew, since a member was found that may be missing."""
        return self.after(
            "late", at=at, by=by, round=self.round + 1, done="", count=None, hash=None
        )


def told(kept: Kept) -> str | None:
    """What the task that waits is to be told; None while it has to go on waiting."""
    if kept.waits == "confirmation":
        return kept.status.lower() if kept.status != "INSTRUCTED" else None
    if kept.waits != "person":
        return None
    if kept.again:
        return "again"
    if kept.status == "INSTRUCTED" or kept.status in FOR_A_PERSON:
        return None
    return kept.status.lower()
