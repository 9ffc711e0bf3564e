"""Settlement windows: who closes, funds, resumes and caps them; as a run or a seed has it."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulation import sending
from tests.simulation.act import Act
from tests.simulation.bank import FINAL, MANNERS
from tests.simulation.privacy import NAME
from tests.simulation.scheduler import MILLISECOND, MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.callers import Crowd

ENOUGH, TOO_LITTLE, NOTHING = "EUR=900000000", "EUR=1000", "none"
"""Lines at the settlement bank, as the template's parameter has them."""

CUTOFF = 90 * MINUTE
"""When the run's first cut-off comes, in microseconds after the earliest beginning: at 11:00Z."""

_WINDOWS = 30
_MOSTLY = (0, 0, 0, 0, 1, 3, 5, 5, 6, 9, 9, 10, 11, 16, 18)
_CAPS = (10_00, 20_00, 30_00, 1_000_00, 7_000_00)


@dataclass(frozen=True)
class Settling:
    """How windows come to be settled in a scenario.

    It begins `later` than usual (microseconds), so that a cut-off may fall into it. `line` is ours
    at the bank, which deals with each further order in the manner of `bank`'s next, and then its
    last; `people` see to it when somebody is called, at once.
    """

    later: int = 0
    line: str = ENOUGH
    bank: tuple[str, ...] = ("settles",)
    people: int = 1

    def told(self) -> str:
        """In one line."""
        return f"line {self.line}, bank {' '.join(self.bank)}, {self.people} at the desk"


def asked(crowd: "Crowd", act: Act, *, altered: bool) -> Any:
    """The resource, role, body and more of what an act asks for; None when there is nothing to."""
    return _VERBS[act.verb](crowd, act, dict(act.what), altered)


def is_settling(act: Act) -> bool:
    """Whether the act is one of these verbs."""
    return act.verb in _VERBS


def _shut(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    found = _window(crowd, act)
    body = {"early": bool(what["early"]) != altered}
    return found and _of_window(found, "close", body, what)


def _window(crowd: "Crowd", act: Act) -> str | None:
    """The newest window that is open when the act sets out: the same for each of its copies."""
    for _ in range(_WINDOWS):
        if act.name in crowd.chosen:
            break
        found = crowd.open_window(act.tenant)
        if found is not None:
            crowd.chosen[act.name] = found
        else:
            crowd.pause(SECOND)
    return crowd.chosen.get(act.name)


def _fund(_: "Crowd", __: Act, what: dict[str, Any], ___: bool) -> Any:
    body = {"amount": what["amount"], "reason": f"moved by {NAME}"}
    return _of_window(what["window"], "fund", body, what)


def _resume(_: "Crowd", __: Act, what: dict[str, Any], ___: bool) -> Any:
    return _of_window(what["window"], "resume", {"reason": f"{NAME} has called them"}, what)


def _of_window(window: str, deed: str, body: dict[str, Any], what: dict[str, Any]) -> Any:
    more = {"path": {"id": window}, "who": what.get("person", "")}
    return f"/settlement-windows/{{id}}/{deed}", "operator", body, more


def _cap(_: "Crowd", __: Act, what: dict[str, Any], altered: bool) -> Any:
    cap = what["cap"] + altered if what["cap"] is not None else what["cap"]
    return "/net-debit-caps", "operator", {"currency": "EUR", "cap": cap, "reason": "agreed"}, {}


_VERBS = {"shut": _shut, "fund": _fund, "resume": _resume, "cap": _cap}


def shuts(name: str, *, after: str | None = None, early: bool = True, **more: Any) -> Act:
    """Close the newest window; once payment `after` has come to rest, if one is named."""
    what: dict[str, Any] = {"early": early}
    if after is not None:
        what["settled"] = after
    return Act(name, "shut", what, **more)


def caps(name: str, cap: int | None, **more: Any) -> Act:
    """Set the cap in euros, in cents."""
    return Act(name, "cap", {"cap": cap}, **more)


_SOON = 8 * SECOND
_OUT, _SHUT = sending.sends("out", 0), shuts("shut", after="out", at=_SOON)

ROADS: dict[str, tuple[Settling, tuple[Act, ...]]] = {
    "settled": (Settling(), (_OUT, _SHUT)),
    "cut_off": (Settling(later=CUTOFF - 20 * SECOND), (_OUT,)),
    "short": (Settling(line=NOTHING), (_OUT, _SHUT)),
    "rejected": (Settling(bank=("rejects", "settles")), (_OUT, _SHUT)),
    "silent": (Settling(bank=("lost",)), (_OUT, _SHUT)),
    "unanswered": (Settling(bank=("asked_by_a_person",)), (_OUT, _SHUT)),
    "returned": (Settling(), (sending.sends("out", 9), shuts("shut", after="out", at=30 * SECOND))),
    "raced": (
        Settling(),
        (_OUT, sending.sends("more", 11, at=_SOON), _SHUT, shuts("too", after="out", at=_SOON)),
    ),
    "two": (
        Settling(bank=("at_work", "books")),
        (
            _OUT,
            _SHUT,
            sending.sends("more", 0, at=15 * SECOND),
            shuts("again", after="more", at=24 * SECOND),
        ),
    ),
    "capped": (
        Settling(),
        (
            caps("cap", 15_00),
            sending.sends("out", 0, after="cap"),
            sending.sends("over", 0, settled="out", at=SECOND),
            _SHUT,
        ),
    ),
}
"""The roads that a window walks, and what leads to them."""

TROUBLE = {"silent": 17 * MINUTE, "unanswered": 64 * MINUTE}
"""How long trouble lasts on a road where the bank is waited for."""


def tour(road: str) -> tuple[Settling, tuple[Act, ...]]:
    """One road: for putting one fault at every site."""
    return ROADS[road]


def drawn(rng: random.Random, accounts: list[str]) -> tuple[Settling, tuple[Act, ...]]:
    """What a seed settles, and what becomes of it at the bank."""
    span = rng.choice((SECOND, 8 * SECOND, 20 * SECOND))
    acts: list[Act] = []
    is_capped = rng.random() < 0.25
    if is_capped:
        acts.append(caps("cap", rng.choice(_CAPS), copies=rng.choice((1, 2))))
        if rng.random() < 0.4:
            acts.append(caps("cap-2", rng.choice((*_CAPS, None)), at=rng.randrange(span)))
    for number in range(rng.choice((1, 2, 2, 3, 4))):
        name = f"out-{number}"
        after = {"after": "cap"} if is_capped and rng.random() < 0.8 else {}
        acts.append(
            sending.sends(
                name,
                rng.choice(_MOSTLY),
                debtor=rng.choice(accounts[:1] * 2 + accounts),
                euros=rng.choice((12, 12, 12 + number, 800)),
                at=rng.randrange(span),
                copies=rng.choice((1, 1, 2)),
                **after,
            )
        )
    cut_off = rng.random() < 0.5
    acts += _closings(rng, span, rng.choice((0, 1, 1, 2) if cut_off else (1, 1, 2, 3)))
    later = CUTOFF - rng.randrange(span + 25 * SECOND) if cut_off else 0
    bank = [rng.choice((*MANNERS,)) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    last = rng.choice(sorted(FINAL - {"mute"}) * 2 + ["settles"] * 8 + ["mute"])
    return Settling(
        later=later // MILLISECOND * MILLISECOND,
        line=rng.choice((ENOUGH, ENOUGH, ENOUGH, TOO_LITTLE, NOTHING)),
        bank=(*bank, last),
        people=rng.choice((1, 1, 2)),
    ), tuple(acts)


def _closings(rng: random.Random, span: int, count: int) -> list[Act]:
    acts = []
    for number in range(count):
        after = rng.choice(("out-0", "out-0", None))
        acts.append(
            shuts(
                f"shut-{number}",
                after=after,
                early=rng.random() < 0.9,
                at=rng.randrange(span + 20 * SECOND),
                copies=rng.choice((1, 1, 2)),
                altered=rng.random() < 0.1,
            )
        )
    return acts
