"""Payments that leave the house, as callers ask for them, and as a run or a seed has them."""

import random
from typing import TYPE_CHECKING, Any

from tests.simulation import coming
from tests.simulation.act import Act
from tests.simulation.privacy import CREDITOR, IBAN
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from tests.simulation.callers import Crowd

REASONS = ("DUPL", "TECH", "FRAD", "CUST")
_OFTEN = (0, 1, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 24, 25, 2)
_RECALLED = (0, 21, 22, 23, 5, 9)
ROADS = {
    "accepted": 0, "rejected": 1, "silent": 3, "returned": 5, "twice": 6, "torn": 7,
    "in_parts": 9, "back_first": 10, "at_once": 11, "too_much": 12, "mute": 13, "raced": 25,
}  # fmt: skip
"""The roads that a payment walks on a rail, and by which digits of the amount it does."""


TOURS = (*(road for road in ROADS if road != "returned"), "recalled", "kept", "arrived")
"""Each is struck at every site; that all comes back at once is a part of others."""
RACE = "raced"
"""The road on which the answer races the time-out."""


def asked(crowd: "Crowd", act: Act, *, altered: bool) -> Any:
    """The resource, role, body and more of what an act asks for; None when there is nothing to."""
    return _VERBS[act.verb](crowd, act, dict(act.what), altered)


def is_sending(act: Act) -> bool:
    """Whether the act is one of these verbs."""
    return act.verb in _VERBS


def _send(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    body = {
        "debtor_account": crowd.account(act.tenant, what["debtor"]),
        "creditor": {
            "name": CREDITOR,
            "iban": IBAN,
            "bic": "ABNANL2AXXX",
            "address": {"town": "Utrecht", "country": "NL"},
        },
        "amount": what["amount"] + 1000 * altered,
        "currency": "EUR",
        "remittance": "Invoice 4711",
    }
    headers = {"Prefer": f"wait={what['wait']}"} if "wait" in what else {}
    return "/payments", "client", body, {"headers": headers}


def _recall(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    found = crowd.id(act.tenant, what["settled"])
    body = {"reason": "TECH" if altered else what["reason"]}
    return found and ("/payments/{id}/recall", "operator", body, {"path": {"id": found}})


def _answer(_: "Crowd", __: Act, what: dict[str, Any], ___: bool) -> Any:
    """A person's answer to what another bank asks back."""
    body = {"decision": what["decision"]}
    if what["decision"] == "refuse":
        body["reason"] = what["reason"]
    return "/recalls/{id}/answer", "operator", body, {"path": {"id": what["recall"]}}


_VERBS = {"send": _send, "recall": _recall, "answer": _answer}


def sends(name: str, digits: int, *, debtor: str = "a", euros: int = 12, **more: Any) -> Act:
    """A payment with which the scheme deals in the manner of those digits."""
    what = {"debtor": debtor, "amount": 100 * euros + digits}
    what |= {name: more.pop(name) for name in ("wait", "after", "settled") if name in more}
    return Act(name, "send", what, **more)


def recalls(payment: str, *, reason: str = "DUPL", **more: Any) -> Act:
    """Ask a payment back, once it has come to rest."""
    return Act(f"recall-{payment}", "recall", {"settled": payment, "reason": reason}, **more)


def tour(road: str) -> tuple[Act, ...]:
    """One road: for putting one fault at every site."""
    if road in coming.TOURS:
        return coming.tour(road)
    if road == "arrived":
        return (coming.comes("in", "a"), coming.comes("astray", None))
    if road == "recalled":
        return (sends("out", 0), recalls("out"))
    if road == "kept":
        return (sends("out", 22, wait=4), recalls("out"))
    return (sends("out", ROADS[road]),)


def drawn(rng: random.Random, span: int, accounts: list[str]) -> list[Act]:
    """What leaves the house in a seed, and what is asked back of it."""
    acts: list[Act] = []
    for number in range(rng.choice((1, 2, 2, 3))):
        name, asks_back = f"out-{number}", rng.random() < 0.3
        debtor = rng.choice((accounts[0], accounts[0], rng.choice(accounts)))
        more: dict[str, Any] = {"wait": rng.choice((1, 4, 10))} if rng.random() < 0.2 else {}
        acts.append(
            sends(
                name,
                rng.choice(_RECALLED if asks_back else _OFTEN),
                debtor=debtor,
                euros=rng.choice((12, 12, 12 + number, 800, 6_000)),
                at=rng.randrange(span),
                copies=rng.choice((1, 1, 2, 3)),
                altered=rng.random() < 0.1,
                **more,
            )
        )
        if asks_back:
            reason, copies = rng.choice(REASONS), rng.choice((1, 2))
            acts.append(recalls(name, reason=reason, at=rng.randrange(span), copies=copies))
        if rng.random() < 0.1:
            at = rng.randrange(span + 2 * SECOND)
            acts.append(Act(f"cancel-{name}", "cancel", {"payment": name}, at=at))
    # From its own chance, so that it does not change what else a seed draws.
    acts += coming.drawn(random.Random(f"arriving {rng.random()}"), span, accounts)
    if rng.random() < 0.2:
        rules = rng.choice(({"frozen": "credits"}, {"frozen": "both"}, {"limit": 20_000_00}))
        what = {"account": accounts[0], "rules": rules, "reason": "asked for", "after": "out-0"}
        acts.append(Act("rule-out", "rule", what, at=rng.randrange(span + 10 * SECOND)))
    return acts
