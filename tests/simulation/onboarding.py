"""Onboarding as callers ask for it, and as a run or a seed has it."""

import random
from typing import TYPE_CHECKING, Any

from tests.simulation.act import Act
from tests.simulation.applicants import application
from tests.simulation.edge import Request
from tests.simulation.privacy import NAME
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from tests.simulation.callers import Crowd

_PERSONS = (
    "clear", "slow", "never", "twice", "late", "torn", "expired", "mismatch",
    "unreadable", "unreadable", "unreadable", "listed", "listed", "listed", "listed", "listed",
    "coming", "coming", "coming",
)  # fmt: skip
_OWNERS = ("clear", "listed", "coming")
_UPLOADS = ((), (2,), (2,), (2, 3))


def asked(crowd: "Crowd", act: Act, *, altered: bool) -> Any:
    """The resource, role, body and more of what an act asks for; None when there is nothing to."""
    return _VERBS[act.verb](crowd, act, dict(act.what), altered)


def is_onboarding(act: Act) -> bool:
    """Whether the act is one of onboarding's verbs."""
    return act.verb in _VERBS


def _apply(_: "Crowd", __: Act, what: dict[str, Any], altered: bool) -> Any:
    currencies = ["GBP"] if altered else list(what["currencies"])
    return "/customers", "client", application(what["kind"], what["who"], currencies), {}


def _judge(_: "Crowd", __: Act, what: dict[str, Any], ___: bool) -> Any:
    body = {"decision": what["decision"], "reason": f"Asked {NAME}"}
    if what["seen"]:
        body["evidence_hash"] = what["seen"]
    more = {"path": {"id": what["customer"]}, "who": what["person"]}
    return "/customers/{id}/decision", "operator", body, more


def _wish(crowd: "Crowd", act: Act, what: dict[str, Any], _: bool) -> Any:
    return _erasure(crowd, act, "/customers/{id}/erasure", what)


def _approval(crowd: "Crowd", act: Act, what: dict[str, Any], _: bool) -> Any:
    return _erasure(crowd, act, "/customers/{id}/erasure/approval", what)


def _erasure(crowd: "Crowd", act: Act, resource: str, what: dict[str, Any]) -> Any:
    found = crowd.id(act.tenant, what["ended"])
    if found is None:
        return None
    more = {"path": {"id": found}, "who": what["person"]}
    return resource, "operator", {"reason": "they asked for it"}, more


def _override(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    found = crowd.id(act.tenant, what["after"])
    if found is None:
        return None
    tier = {"low": "high", "high": "low"}[what["tier"]] if altered else what["tier"]
    body = {"tier": tier, "reason": f"Knows {NAME}"}
    return "/customers/{id}/risk", "operator", body, {"path": {"id": found}, "who": what["person"]}


def _further(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    found = crowd.id(act.tenant, what["after"])
    if found is None:
        return None
    currency = "NOK" if altered else "SEK"
    body = {"name": "Savings", "currency": currency, "customer_id": found}
    return "/accounts", "operator", body, {}


def exported(crowd: "Crowd", act: Act) -> Request | None:
    """The request for somebody's evidence; None when nobody applied under that name."""
    found = crowd.id(act.tenant, act.what["after"])
    if found is None:
        return None
    who, path = act.what["person"], {"id": found}
    return Request("GET", "/customers/{id}/evidence", act.tenant, "auditor", path=path, who=who)


_VERBS = {
    "apply": _apply,
    "judge": _judge,
    "wish": _wish,
    "approval": _approval,
    "override": _override,
    "further": _further,
}


def tour() -> tuple[Act, ...]:
    """Every road of onboarding once: for putting one fault at every site."""
    return (
        _applies("ann", "clear", currencies=("EUR", "JPY")),
        _applies("bob", "listed", at=SECOND),
        _applies("cid", "coming", at=2 * SECOND),
        _applies("dan", "expired", at=3 * SECOND),
        _applies("works", "listed", kind="business", at=4 * SECOND),
        Act("list-2", "upload", {"version": 2}, at=25 * SECOND),
        *_erased("dan", at=5 * SECOND),
        *_attended("ann", at=12 * SECOND),
    )


def drawn(rng: random.Random, span: int) -> list[Act]:
    """Who applies in a seed, and what happens to them meanwhile."""
    acts = []
    for number in range(rng.choice((1, 2, 3))):
        name, business = f"applies-{number}", rng.random() < 0.2
        who = rng.choice(_OWNERS if business else _PERSONS)
        acts.append(
            _applies(
                name,
                who,
                kind="business" if business else "person",
                currencies=rng.choice((("EUR",), ("EUR", "JPY"), ("USD",))),
                at=rng.randrange(span),
                copies=rng.choice((1, 1, 2, 3)),
                altered=rng.random() < 0.1,
            )
        )
        if who in ("expired", "mismatch", "never") or rng.random() < 0.1:
            acts.extend(_erased(name, at=rng.randrange(span, span + 20 * SECOND)))
    at = acts[0].at
    if rng.random() < 0.5:
        # Just when the list comes that they are on.
        acts.append(_applies("applies-then", "coming", at=at))
    for version in rng.choice(_UPLOADS):
        at += rng.randrange(SECOND, rng.choice((8 * SECOND, span + 20 * SECOND)))
        acts.append(Act(f"list-{version}", "upload", {"version": version}, at=at))
    return acts


def further(rng: random.Random, applied: list[Act], span: int) -> list[Act]:
    """What people do with those who have applied in a seed: set a tier, look, open an account."""
    chosen = rng.choice([act.name for act in applied if act.verb == "apply"])
    return list(_attended(chosen, at=rng.randrange(span, span + 30 * SECOND), copies=2,
                          altered=rng.random() < 0.3))  # fmt: skip


def impatience(rng: random.Random) -> int | None:
    """How long machines wait for people in a seed: as they do, or so short that it comes about."""
    return rng.choice((None, None, None, 8 * SECOND, 40 * SECOND))


def _applies(
    name: str,
    who: str,
    *,
    kind: str = "person",
    currencies: tuple[str, ...] = ("EUR",),
    **more: Any,
) -> Act:
    return Act(name, "apply", {"kind": kind, "who": who, "currencies": currencies}, **more)


def _attended(name: str, *, at: int, copies: int = 1, altered: bool = False) -> tuple[Act, ...]:
    """One person sets a tier, another one opens a further account, a third one looks at it all."""
    return (
        Act(f"tier-{name}", "override", {"after": name, "tier": "low", "person": "eve@acme"},
            at=at, copies=copies, altered=altered),
        Act(f"further-{name}", "further", {"after": name}, at=at, copies=copies, altered=altered),
        Act(f"export-{name}", "export", {"after": name, "person": "zoe@acme"}, at=at + SECOND),
    )  # fmt: skip


def _erased(name: str, *, at: int) -> tuple[Act, ...]:
    """One person asks for an erasure, and then tries to approve it; another one does."""
    wish = f"wish-{name}"
    what = {"ended": name, "person": "ada@acme"}
    return (
        Act(wish, "wish", what, at=at),
        Act(f"alone-{name}", "approval", what | {"after": wish}, at=at),
        Act(f"approval-{name}", "approval", {"ended": name, "after": wish, "person": "ben@acme"},
            at=at, copies=2),
    )  # fmt: skip
