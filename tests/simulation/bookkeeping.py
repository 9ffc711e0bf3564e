"""Who keeps the ledger, as data: transfers, holds and their ends, rules, days. For `scenario`."""

import random
from typing import Any

from tests.simulation.act import Act
from tests.simulation.scheduler import MILLISECOND, SECOND

TODAY = "2026-11-24"
_LASTS = (300, 2_000, 10_000, 45_000, 90_000, 200_000)
"""How long holds last, in milliseconds: none so long that its end would not be seen."""


def hold(name: str, debtor: str, creditor: str, amount: int, lasts: int, **more: Any) -> Act:
    """Money is held for that many milliseconds."""
    at, copies = more.pop("at", 0), more.pop("copies", 1)
    what = {"debtor": debtor, "creditor": creditor, "amount": amount, "lasts": lasts} | more
    return Act(name, "hold", what, at=at, copies=copies)


def tour() -> tuple[Act, ...]:
    """Every road of the ledger once; the first account has money."""
    ab: dict[str, Any] = {"debtor": "a", "creditor": "b"}
    return (
        Act("moved", "transfer", ab | {"amount": 70_00}),
        hold("whole", "a", "b", 10_00, 30_000),
        hold("part", "a", "b", 20_00, 30_000),
        hold("off", "a", "b", 30_00, 30_000),
        hold("over", "a", "b", 40_00, 2_000),
        Act("post", "post", {"hold": "whole"}, at=2 * SECOND),
        Act("post-part", "post", {"hold": "part", "amount": 5_00}, at=2 * SECOND),
        Act("void", "void", {"hold": "off"}, at=2 * SECOND),
        Act("back", "reverse", {"of": "moved", "amount": 30_00}, at=2 * SECOND),
        Act("back-part", "reverse", {"of": "part", "after": "post-part"}, at=2 * SECOND),
        hold("linked", "b", "a", 1_00, 30_000, at=3 * SECOND),
        Act("link", "link", ab | {"hold": "linked", "amount": 2_00}, at=3 * SECOND),
        Act("close", "close", {"day": TODAY, "currency": "EUR"}, at=5 * SECOND),
        Act("next", "transfer", ab | {"amount": 1}, at=7 * SECOND),
        Act("frozen", "rule", {"account": "b", "rules": {"frozen": "debits"}}, at=8 * SECOND),
        Act("stopped", "transfer", {"debtor": "b", "creditor": "a", "amount": 1, "after": "frozen"},
            at=8 * SECOND),
        Act("see", "look", {"at": "transfer", "of": "part"}, at=9 * SECOND),
        Act("see-day", "look", {"at": "day", "day": TODAY, "currency": "EUR"}, at=9 * SECOND),
        Act("see-account", "look", {"at": "account", "of": "b"}, at=9 * SECOND),
        Act("see-entries", "look", {"at": "entries", "of": "b"}, at=9 * SECOND),
    )  # fmt: skip


def holding(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    """A hold, and what people try to do with it, often at once and more than there is."""
    debtor, creditor = accounts[0], accounts[1]
    amount, lasts = rng.choice((1_00, 12_50, 50_00, 14_000_00)), rng.choice(_LASTS)
    held = f"hold-{name}"
    acts = [
        hold(held, debtor, creditor, amount, lasts, at=rng.randrange(span),
             copies=rng.choice((1, 1, 2)))
    ]  # fmt: skip
    for number in range(rng.choice((0, 1, 2, 2, 3))):
        verb = rng.choice(("post", "post", "void", "void", "link"))
        what: dict[str, Any] = {"hold": held}
        if verb == "post" and rng.random() < 0.6:
            what["amount"] = rng.choice((1, amount // 2, amount, amount + 1, amount + 1))
        if verb == "link":
            what |= {"debtor": debtor, "creditor": creditor, "amount": rng.choice((5, 30_000_00))}
        when = rng.choice((0, lasts // 2, lasts, lasts, lasts + 1_000)) * MILLISECOND
        acts.append(
            Act(f"{verb}-{name}-{number}", verb, what, at=when + rng.randrange(SECOND),
                copies=rng.choice((1, 1, 2)), altered=verb == "post" and rng.random() < 0.1)
        )  # fmt: skip
    acts.append(Act(f"see-{name}", "look", {"at": "transfer", "of": held},
                    at=rng.randrange(span + 20 * SECOND)))  # fmt: skip
    if rng.random() < 0.4:
        acts += _taken_back(rng, name, held, amount, after=acts[1].name if len(acts) > 2 else "")
    return acts


def moving(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    """A transfer by hand, taken back in parts that may come to more than it was."""
    debtor, creditor = rng.sample(accounts, 2)
    amount, moved = rng.choice((1, 12_50, 90_00)), f"move-{name}"
    what = {"debtor": debtor, "creditor": creditor, "amount": amount}
    acts = [Act(moved, "transfer", what, at=rng.randrange(span), copies=rng.choice((1, 2)),
                altered=rng.random() < 0.1)]  # fmt: skip
    return acts + _taken_back(rng, name, moved, amount)


def _taken_back(
    rng: random.Random, name: str, of: str, amount: int, *, after: str = ""
) -> list[Act]:
    acts = []
    for number in range(rng.choice((1, 2, 3))):
        what: dict[str, Any] = {"of": of} | ({"after": after} if after else {})
        if rng.random() < 0.7:
            what["amount"] = rng.choice((1, max(1, amount // 2), amount, amount * 2 // 3 + 1))
        acts.append(Act(f"back-{name}-{number}", "reverse", what, at=rng.randrange(3 * SECOND),
                        copies=rng.choice((1, 2))))  # fmt: skip
    return acts


def ruling(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    """An account is given a rule, is moved on meanwhile, and sometimes let go again."""
    account, other = rng.sample(accounts, 2)
    rules = rng.choice(
        ({"frozen": "debits"}, {"frozen": "credits"}, {"frozen": "both"}, {"limit": 10_00},
         {"floor": -50_00}, {"closed": True}, {"closed": True})
    )  # fmt: skip
    at, acts, ruled = rng.randrange(span + SECOND), list[Act](), {"rules": rules}
    if "closed" in rules:
        # Only what is empty can be closed.
        account, other = f"gone-{name}", accounts[0]
        acts.append(Act(account, "open", {"currency": "EUR"}))
        ruled["after"] = account
    acts.append(Act(f"rule-{name}", "rule", ruled | {"account": account}, at=at,
                    copies=rng.choice((1, 2))))  # fmt: skip
    for number, (debtor, creditor) in enumerate(((account, other), (other, account))):
        what = {"debtor": debtor, "creditor": creditor, "amount": rng.choice((1, 15_00))}
        acts.append(Act(f"under-{name}-{number}", "transfer", what,
                        at=max(0, at + rng.randrange(-50, 50) * MILLISECOND)))  # fmt: skip
    giver = accounts[account == accounts[0]]
    late = {"debtor": giver, "creditor": account, "amount": 20_00, "after": f"rule-{name}"}
    acts.append(Act(f"later-{name}", "transfer", late))
    if rng.random() < 0.5 and "closed" not in rules:
        free = {"account": account, "rules": {"frozen": "none", "limit": None, "floor": 0}}
        acts.append(Act(f"free-{name}", "rule", free, at=at + rng.randrange(10 * SECOND)))
    return acts


def closing(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    """A day is closed, sometimes by two, while money moves."""
    what = {"day": TODAY, "currency": "EUR"}
    at = rng.randrange(span + 2 * SECOND)
    acts = [Act(f"close-{name}", "close", what, at=at, copies=rng.choice((1, 2)))]
    if rng.random() < 0.3:
        acts.append(Act(f"close-too-{name}", "close", what, at=at + rng.randrange(SECOND)))
    for number in range(rng.choice((1, 2, 4))):
        debtor, creditor = rng.sample(accounts, 2)
        moved = {"debtor": debtor, "creditor": creditor, "amount": 1 + number}
        acts.append(Act(f"late-{name}-{number}", "transfer", moved,
                        at=at + rng.randrange(2 * SECOND)))  # fmt: skip
    late = f"opened-{name}"
    acts.append(Act(late, "open", {"currency": "EUR", "after": f"close-{name}"}))
    acts += [
        Act(f"in-{name}-{number}", "deposit", {"account": late, "amount": 1, "after": late})
        for number in range(2)
    ]
    acts.append(Act(f"see-day-{name}", "look", {"at": "day"} | what, at=at + rng.randrange(SECOND)))
    return acts


def belated(accounts: list[str]) -> Act:
    """A hold that was over an hour ago: only a clock that is far behind may think otherwise."""
    return hold("belated", accounts[0], accounts[1], 1, -3_600_000, at=10 * SECOND, copies=3)


def abroad(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    """Money of a currency without decimals, or with three: it is moved, held, and paid."""
    currency = rng.choice(("JPY", "BHD"))
    one, two = f"{currency}-{name}-1", f"{currency}-{name}-2"
    acts = [Act(each, "open", {"currency": currency}) for each in (one, two)]
    money = {"account": one, "amount": 10_001, "currency": currency, "after": one}
    acts.append(Act(f"in-{name}", "deposit", money))
    pair = {"debtor": one, "creditor": two, "currency": currency}
    acts.append(hold(f"held-{name}", one, two, 77, rng.choice(_LASTS), currency=currency,
                     at=SECOND, after=f"in-{name}"))  # fmt: skip
    acts.append(Act(f"ended-{name}", "post", {"hold": f"held-{name}", "amount": 7}, at=2 * SECOND))
    for verb in ("pay", "transfer"):
        what = pair | {"amount": rng.choice((1, 999, 20_000)), "after": f"in-{name}"}
        acts.append(Act(f"{verb}-{name}-{currency}", verb, what, at=rng.randrange(span + SECOND)))
    return acts
