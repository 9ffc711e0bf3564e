"""The world that runs now: what the product's replaced functions ask for time and AWS."""

from typing import TYPE_CHECKING

from greenlet import GreenletExit

if TYPE_CHECKING:
    from tests.simulation.world import World

_worlds: list["World"] = []


def enter(world: "World") -> None:
    _worlds.append(world)


def leave() -> None:
    _worlds.pop()


def world() -> "World":
    """The running world. A task that is unwound after its world has ended has none."""
    if not _worlds:
        raise GreenletExit
    return _worlds[-1]
