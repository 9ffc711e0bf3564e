"""A window as it is kept: where its settlement stands, and what its machine waits for. Pure."""

from dataclasses import replace
from typing import Literal, cast

from remit.kernel.errors import NotFound
from remit.kernel.value import value
from remit.settlement.model import Event, Mode, Status, Window, step

Waits = Literal["", "confirmation", "person"]

SEALED_AND_HERE: tuple[Status, ...] = ("CLOSED", "COMPUTED", "SHORT")
"""Sealed, and nothing has left the house: a late member still gets in."""

FINAL: tuple[Status, ...] = ("INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED", "SETTLED")
"""What the window is made of does not change any more."""

FOR_A_PERSON: tuple[Status, ...] = ("SHORT", "PART_FAILED", "REJECTED")

MOST_OTHERS = 8
"""So many tokens of each kind are kept beside the newest: machines are few, but try again."""


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
    that waits, for what `waits` says; `others` are those of further machines, or were left before,
    each after what it waits for, so that none is forgotten. `count` and `hash` are those of the
    proof of this round.
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
    others: tuple[str, ...] = ()
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
        """The window while a machine goes on; another one may wait still. With `changes`."""
        others = self.still_waiting()
        return replace(self, waits="", token="", others=others, **changes)  # type: ignore[arg-type]

    def waiting(self, waits: Waits, token: str) -> "Kept":
        """The window with one more machine that waits."""
        left = [each for each in self.still_waiting() if each != f"{waits} {token}"]
        for_a_person = [each for each in left if each.startswith("person ")]
        # Who waits for a confirmation asks again by himself: none of them pushes a person's out.
        rest = [each for each in left if not each.startswith("person ")]
        others = (*for_a_person[-MOST_OTHERS:], *rest[-MOST_OTHERS:])
        return replace(self, waits=waits, token=token, others=others)

    def still_waiting(self) -> tuple[str, ...]:
        """Those who may wait still: who waits for a person does so until told, for weeks."""
        return tuple(
            f"{waits} {token}"
            for waits, token in waiters(self)
            if waits == "person" or told(self, waits) is None
        )

    def late(self, *, at: int, by: str) -> "Kept":
        """The window to be computed anew, since a member was found that may be missing."""
        return self.after(
            "late", at=at, by=by, round=self.round + 1, done="", count=None, hash=None
        )


def waiters(kept: Kept) -> list[tuple[Waits, str]]:
    """Every task that was left with the window: what it waits for, and its token."""
    pairs = [each.split(" ", 1) for each in kept.others]
    found = [(cast("Waits", waits), token) for waits, token in pairs]
    return [*found, (kept.waits, kept.token)] if kept.token else found


def told(kept: Kept, waits: Waits) -> str | None:
    """What a task that `waits` is to be told; None while it has to go on waiting."""
    if waits == "confirmation":
        return kept.status.lower() if kept.status != "INSTRUCTED" else None
    if waits != "person":
        return None
    if kept.again:
        return "again"
    if kept.status == "INSTRUCTED" or kept.status in FOR_A_PERSON:
        return None
    return kept.status.lower()
