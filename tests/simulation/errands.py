"""What those ask who keep the ledger: the requests of its verbs, as `Crowd` sends them."""

from typing import TYPE_CHECKING, Any

from remit.kernel.clock import rfc3339
from tests.simulation.act import Act
from tests.simulation.privacy import NAME
from tests.simulation.scheduler import MILLISECOND
from tests.simulation.world import START

if TYPE_CHECKING:
    from tests.simulation.callers import Crowd

NOBODY = "0" * 26
_READ = {
    "transfer": "/ledger/transfers/{id}",
    "account": "/accounts/{id}",
    "entries": "/accounts/{id}/entries",
    "day": "/ledger/days/{date}",
}


def asked(crowd: "Crowd", act: Act, *, altered: bool) -> Any:
    """The resource, role, body and more of what an act asks for; None when there is nothing to."""
    make = _VERBS[act.verb]
    return make(crowd, act, dict(act.what) | {"reason": f"{act.name} for {NAME}"}, altered)


def is_errand(act: Act) -> bool:
    """Whether the act is one of the ledger's verbs."""
    return act.verb in _VERBS


def looked_at(crowd: "Crowd", act: Act) -> tuple[str, dict[str, str], dict[str, str]] | None:
    """The resource, path and query of a look; None when what it is for was not made."""
    at, query = act.what["at"], {}
    if at == "day":
        path, query = {"date": act.what["day"]}, {"currency": act.what["currency"]}
    else:
        found = crowd.id(act.tenant, act.what["of"])
        if found is None:
            return None
        path = {"id": found}
    return _READ[at], path, query


def _moved(crowd: "Crowd", tenant: str, what: dict[str, Any], amount: int) -> dict[str, Any]:
    legs = [
        {"account": crowd.account(tenant, what[role]), "side": side, "amount": amount}
        for role, side in (("debtor", "debit"), ("creditor", "credit"))
    ]
    return {"currency": what.get("currency", "EUR"), "legs": legs, "reason": what["reason"]}


def _transfer(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    return _sent({"kind": "transfer", **_moved(crowd, act.tenant, what, what["amount"] + altered)})


def _hold(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    # The same for every copy, whenever it sets out: seen from the act's own moment.
    begun = START + (crowd.begun[act.tenant, act.name] + act.at) // MILLISECOND
    body = {"kind": "hold", "expires_at": rfc3339(begun + what["lasts"])}
    return _sent(body | _moved(crowd, act.tenant, what, what["amount"] + altered))


def _post(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    hold = crowd.id(act.tenant, what["hold"])
    body = {"kind": "post", "hold": hold, "reason": what["reason"]}
    amount = 1 if altered else what.get("amount")
    return hold and _sent(body | ({"amount": amount} if amount else {}))


def _void(crowd: "Crowd", act: Act, what: dict[str, Any], _: bool) -> Any:
    hold = crowd.id(act.tenant, what["hold"])
    return hold and _sent({"kind": "void", "hold": hold, "reason": what["reason"]})


def _reverse(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    found = crowd.id(act.tenant, what["of"])
    body = {"kind": "reversal", "reverses": found, "reason": what["reason"]}
    amount = 1 if altered else what.get("amount")
    return found and _sent(body | ({"amount": amount} if amount else {}))


def _link(crowd: "Crowd", act: Act, what: dict[str, Any], altered: bool) -> Any:
    """Post a hold, and with it take a fee."""
    hold = crowd.id(act.tenant, what["hold"])
    posting = {"kind": "post", "hold": hold, "reason": what["reason"]}
    fee = {"kind": "transfer", **_moved(crowd, act.tenant, what, what["amount"] + altered)}
    return hold and _sent({"kind": "linked", "operations": [posting, fee]})


def _sent(body: dict[str, Any]) -> Any:
    return "/ledger/transfers", "operator", body, {}


def _rule(crowd: "Crowd", act: Act, what: dict[str, Any], _: bool) -> Any:
    body = {**what["rules"], "reason": what["reason"]}
    path = {"id": crowd.account(act.tenant, what["account"])}
    return "/accounts/{id}/rules", "operator", body, {"path": path}


def _close(_: "Crowd", __: Act, what: dict[str, Any], ___: bool) -> Any:
    body = {"currency": what["currency"]}
    return "/ledger/days/{date}/close", "operator", body, {"path": {"date": what["day"]}}


_VERBS = {
    "transfer": _transfer,
    "hold": _hold,
    "post": _post,
    "void": _void,
    "reverse": _reverse,
    "link": _link,
    "rule": _rule,
    "close": _close,
}
