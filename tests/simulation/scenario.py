"""What happens in a run, as data: who asks for what and when. Drawn from a seed, or written out."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation import bookkeeping, onboarding, sending, settling
from tests.simulation.act import Act
from tests.simulation.faults import KINDS, Site
from tests.simulation.scheduler import MILLISECOND, SECOND
from tests.simulation.settling import Settling

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
LEAPS = {"5m": 5 * MINUTE, "10m": 10 * MINUTE, "24h": DAY, "8d": 8 * DAY, "90d": 90 * DAY}
"""How far all functions' clocks leap, in milliseconds, ahead or back."""

_DECIDED = "customers/decide & send_task_success"
_SHUT = "settlement/operate:"
_BELATED = frozenset({"call: paused"})
"""What has an early cut-off come when its window is sealed."""
_UNSENT = "scheme.send"
_LOST = frozenset({"call: failed", "call: silence"})
"""What has a payment not reach its rail before that is asked about it."""
_UNTOLD = frozenset({"call: crash before", "call: silence", "call: outage", "call: denied"})
"""What keeps a machine from being told: anything less comes right by itself."""

_VICTIMS = (
    "payments/initiate", "payments/check", "payments/post", "payments/cancel", "payments/review",
    "payments/sweep", "payments/resume", "payments/process_file", "payments/accept_file",
    "ledger/deposit", "stepfunctions", "sqs", "batch_get_item", "update_item", "POST",
    "PaymentMachine",
)  # fmt: skip
_LEDGERS_VICTIMS = (
    "ledger/transfer", "ledger/transfer", "ledger/expire", "ledger/close_day", "ledger/rule",
)  # fmt: skip
_ONBOARDINGS_VICTIMS = (
    "customers/", "customers/apply", "customers/screen", "customers/await_decision",
    "customers/decide", "customers/decide", "customers/open_accounts", "customers/open_accounts",
    "customers/open_accounts", "customers/resume", "customers/rescreen", "customers/erase",
    "identity/receive", "identity/sweep", "screening/load_list", "provider", "send_task_success",
    _DECIDED, _DECIDED,
)  # fmt: skip
_RAILS_VICTIMS = (
    "payments/reserve", "payments/submit", "payments/complete", "payments/release",
    "payments/return_funds", "payments/enquire", "payments/enquire", "payments/send_recall",
    "payments/close_recall", "payments/recall", "rails/receive", "rails/receive", "scheme",
    "payments/screen", "payments/credit", "payments/answer", "payments/answer_recall",
    "payments/take_back", "payments/send_recall & scheme", "payments/send_recall & scheme",
    _UNSENT, _UNSENT, _UNSENT, _UNSENT,
    "OutcomeMachine", "EnquiryQueue", "RecallQueue", "messages",
)  # fmt: skip
_SETTLEMENTS_VICTIMS = (
    "settlement/", "settlement/join", "settlement/join", "settlement/close", "settlement/compute",
    "settlement/check", "settlement/instruct", "settlement/await", "settlement/confirm",
    "settlement/post", "settlement/sweep", "settlement/operate", "MembersQueue", "MembersQueue",
    "ConfirmationsQueue", "send_task_success", "rails/receive", "scheme", "PaymentsTable stream",
    _SHUT, _SHUT,
)  # fmt: skip
_AT_THE_VICTIM, _AT_SO_FEW = 0.4, 0.9
_ONBOARDS, _SENDS = 0.45, 5

MONEY = 20_000_00
SMALL, LARGE, TOO_MUCH, EXTREME = 12_50, 12_000_00, 4_900_00, 1_000_000_01


@dataclass(frozen=True)
class Scenario:
    """Acts that prepare, and acts that follow; how long trouble lasts, in microseconds.

    With `undisturbed` nothing goes wrong while accounts are prepared. `skew` is milliseconds, and
    so is `leap`, by which all functions' clocks are wrong for a while.
    `answerers` answer what other banks ask back; where there are none it lies until its time is
    over. `resends`: what was asked is asked again after 8 days and after 90. Where it `onboards`, a
    list is in force, `deciders` decide on customers, and `patience` is how long machines wait for
    them. Windows are settled in the way of `settling`.
    """

    seed: int
    first: tuple[Act, ...]
    then: tuple[Act, ...]
    trouble: int = 60 * SECOND
    undisturbed: bool = False
    skew: int = 0
    leap: int = 0
    two_versions: bool = False
    operators: int = 1
    answerers: int = 0
    resends: bool = False
    deciders: int = 0
    onboards: bool = False
    patience: int | None = None
    settling: Settling | None = None

    def told(self) -> str:
        """The options in one line."""
        verbs = ", ".join(f"{act.name}*{act.copies + act.altered}" for act in self.then)
        return (
            f"skew {self.skew} ms, leap {self.leap} ms, two versions {self.two_versions}, "
            f"resends {self.resends}, deciders {self.deciders}, patience {self.patience}, "
            f"operators {self.operators}, answerers {self.answerers}, "
            f"trouble {self.trouble // SECOND} s; {verbs}"
            + (f"; {self.settling.told()}" if self.settling else "")
        )


@dataclass(frozen=True)
class Weather:
    """How much goes wrong: each of `kinds` at any site, with that probability together.

    Sites whose key or label holds the word `victim`, or each of several, fare worse.
    """

    probability: float
    kinds: frozenset[str]
    victim: str | None = None

    def told(self) -> str:
        """In one line."""
        kinds = ", ".join(sorted(self.kinds)) or "nothing"
        return f"{self.probability:.0%} (mostly {self.victim or 'anywhere'}) of {kinds}"

    def at(self, site: Site) -> float:
        """The probability that something goes wrong at a site."""
        words = self.victim.split(" & ") if self.victim is not None else ()
        if words and all(word in f"{site.key} {site.label}" for word in words):
            return _AT_THE_VICTIM if len(words) == 1 else _AT_SO_FEW
        return self.probability


def weather(seed: int) -> Weather:
    """The weather of a seed: mostly a few kinds of faults, so that each kind meets its own like."""
    rng = random.Random(f"weather {seed}")
    probability = rng.choice((0.01, 0.03, 0.06, 0.12, 0.25))
    victim = rng.choice(_VICTIMS) if rng.random() < 0.4 else None
    if rng.random() < 0.4:
        return Weather(probability, frozenset(KINDS), victim)
    return Weather(probability, frozenset(rng.sample(KINDS, rng.randint(1, 8))), victim)


def ledgers_weather(seed: int) -> Weather:
    """The same, but now and then the ledger's functions fare worst, or those of onboarding."""
    rng, found = random.Random(f"ledger's weather {seed}"), weather(seed)
    if _is_plain(seed):
        return found
    if _onboards(seed) and rng.random() < 0.6:
        kinds = rng.choice((found.kinds, frozenset(KINDS)))
        victim = rng.choice(_ONBOARDINGS_VICTIMS)
        return replace(found, victim=victim, kinds=_UNTOLD if victim == _DECIDED else kinds)
    return replace(found, victim=rng.choice(_LEDGERS_VICTIMS)) if rng.random() < 0.3 else found


def rails_weather(seed: int) -> Weather:
    """The same, but now and then those who see to payments on a rail fare worst."""
    rng, found = random.Random(f"rails' weather {seed}"), weather(seed)
    if rng.random() < 0.5:
        victim = rng.choice(_RAILS_VICTIMS)
        return replace(found, victim=victim, kinds=_LOST if victim == _UNSENT else found.kinds)
    return found


def settlement_weather(seed: int) -> Weather:
    """The same, but now and then those who settle fare worst."""
    rng, found = random.Random(f"settlement's weather {seed}"), weather(seed)
    if rng.random() < 0.6:
        victim = rng.choice(_SETTLEMENTS_VICTIMS)
        return replace(found, victim=victim, kinds=_BELATED if victim == _SHUT else found.kinds)
    return found


def _is_plain(seed: int) -> bool:
    return seed % 3 == 1


def tour() -> Scenario:
    """Every road once: for putting one fault at every site."""
    first = (
        _open("a"),
        _open("b"),
        _money("a", MONEY),
    )
    then = (
        _pay("small", "a", "b", SMALL),
        _pay("waited", "a", "b", SMALL, wait=10, at=10 * MILLISECOND),
        _pay("large", "a", "b", LARGE, at=20 * MILLISECOND),
        _pay("extreme", "b", "a", EXTREME, at=40 * MILLISECOND),
        _pay("poor", "b", "a", TOO_MUCH, at=60 * MILLISECOND),
        Act("mark", "mark", {"account": "b", "mark": "watched"}, at=3 * SECOND),
        _pay("doomed", "a", "b", SMALL, at=4 * SECOND),
        Act("cancel", "cancel", {"payment": "doomed"}, at=9 * SECOND),
        Act("file", "file", {"debtor": "a", "creditors": ("b",), "count": 1}, at=SECOND),
    )
    return Scenario(seed=1, first=first, then=then, trouble=90 * SECOND)


def books() -> Scenario:
    """Every road of the ledger once: for putting one fault at every site."""
    first = (
        _open("a"),
        _open("b"),
        _money("a", MONEY),
    )
    return Scenario(
        seed=3, first=first, then=bookkeeping.tour(), trouble=90 * SECOND, undisturbed=True,
        operators=0,
    )  # fmt: skip


def onboarding_tour() -> Scenario:
    """Every road of onboarding once: for putting one fault at every site."""
    return Scenario(
        seed=4, first=(), then=onboarding.tour(), trouble=90 * SECOND, operators=0, deciders=2,
        onboards=True,
    )  # fmt: skip


def rail(road: str) -> Scenario:
    """One payment that leaves the house, on one road: for putting one fault at every site."""
    first = (
        _open("a"),
        _money("a", MONEY),
    )
    return Scenario(
        seed=5, first=first, then=sending.tour(road), trouble=90 * SECOND, undisturbed=True,
        operators=0, answerers=1, onboards=True,
    )  # fmt: skip


def window(road: str) -> Scenario:
    """One settlement window, on one road: for putting one fault at every site."""
    how, acts = settling.tour(road)
    first = (
        _open("a"),
        _money("a", MONEY),
    )
    return Scenario(
        seed=6, first=first, then=acts, trouble=settling.TROUBLE.get(road, 90 * SECOND),
        undisturbed=True, operators=0, onboards=True, settling=how,
    )  # fmt: skip


def duel() -> Scenario:
    """One payment and its duplicate at the same time: for putting two faults everywhere."""
    first = (
        _open("a"),
        _open("b"),
        _money("a", MONEY),
    )
    then = (_pay("pay", "a", "b", SMALL, copies=2),)
    return Scenario(
        seed=2, first=first, then=then, trouble=40 * SECOND, undisturbed=True, operators=0
    )


def drawn(seed: int) -> Scenario:
    """The scenario of a seed: payments, and but for every third seed who keeps the ledger."""
    rng, found = random.Random(f"ledger {seed}"), payments(seed)
    if _is_plain(seed):
        return found
    accounts = [act.name for act in found.first if act in map(_open, "abc")]
    then, span = list(found.then), rng.choice((20 * MILLISECOND, SECOND, 20 * SECOND))
    for number, extra in enumerate(_LEDGERS_EXTRAS):
        if rng.random() < _EXTRA:
            then.extend(extra(rng, f"l{number}", accounts, then, span))
    skew, leap = found.skew, 0
    # Not where somebody waits for an ending: what is held under a key would be held for hours.
    if rng.random() < _EXTRA and not any("wait" in act.what for act in then):
        skew, leap = rng.choice(((3 * HOUR, 0), (skew, 1), (skew, -1)))
        leap *= random.Random(f"leap {seed}").choice((*LEAPS.values(),))
        then.append(bookkeeping.belated(accounts))
    whole = replace(found, then=tuple(then), skew=skew, leap=leap)
    if skew >= HOUR or leap:
        return whole
    if seed % _SENDS == _SENDS - 1 and not _untold(seed):
        whole = _sending(whole, accounts, span)
    return _onboarding(whole, span) if _onboards(seed) else whole


def _sending(found: Scenario, accounts: list[str], span: int) -> Scenario:
    """The same with payments that leave the house."""
    rng = random.Random(f"sending {found.seed}")
    return replace(
        found,
        then=(*found.then, *sending.drawn(rng, span, accounts)),
        onboards=True,
        trouble=max(found.trouble, 60 * SECOND),
        answerers=_answerers(found.seed),
    )


def _answerers(seed: int) -> int:
    return random.Random(f"answerers {seed}").choice((0, 1, 1, 2))


def _onboards(seed: int) -> bool:
    return random.Random(f"onboards {seed}").random() < _ONBOARDS


def _onboarding(found: Scenario, span: int) -> Scenario:
    """The same with people who apply, and those who decide on them."""
    rng, more = (random.Random(f"{what} {found.seed}") for what in ("onboarding", "attended"))
    applied = onboarding.drawn(rng, span)
    if more.random() < _EXTRA:
        applied += onboarding.further(more, applied, span)
    return replace(
        found,
        then=(*found.then, *applied),
        onboards=True,
        trouble=_trouble(found),
        deciders=rng.choice((0, 1, 2, 2)),
        patience=onboarding.impatience(rng),
    )


def _trouble(found: Scenario) -> int:
    """As long as applications take; where machines are not told of decisions, until there are."""
    return 8 * 60 * SECOND if _untold(found.seed) else max(found.trouble, 60 * SECOND)


def _untold(seed: int) -> bool:
    """Whether machines are not told of decisions, which leaves time for nothing else."""
    return ledgers_weather(seed).victim == _DECIDED


def rails(seed: int) -> Scenario:
    """The payments of a seed that leave the house, and nothing else."""
    rng = random.Random(f"rails {seed}")
    accounts = ["a", "b"][: rng.choice((1, 1, 2))]
    span = rng.choice((20 * MILLISECOND, SECOND, 20 * SECOND))
    return Scenario(
        seed=seed,
        first=(*map(_open, accounts), *(_money(name, MONEY) for name in accounts[:1])),
        then=tuple(sending.drawn(rng, span, accounts)),
        trouble=rng.choice((30, 60, 150)) * SECOND,
        skew=rng.choice((0, 0, 2_000, 20_000, 300_000, 600_000)),
        operators=1,
        answerers=_answerers(seed),
        resends=rng.random() < 0.2,
        onboards=True,
    )


def settlement(seed: int) -> Scenario:
    """The payments of a seed that leave the house, and the windows in which they are settled."""
    rng = random.Random(f"settlement {seed}")
    accounts = ["a", "b"][: rng.choice((1, 1, 2))]
    how, acts = settling.drawn(rng, accounts)
    return Scenario(
        seed=seed,
        first=(*map(_open, accounts), *(_money(name, MONEY) for name in accounts[:1])),
        then=acts,
        trouble=rng.choice((30, 60, 150)) * SECOND,
        skew=rng.choice((0, 0, 2_000, 20_000, 300_000, 600_000)),
        onboards=True,
        settling=how,
    )


def payments(seed: int) -> Scenario:
    """The payments of a seed, without whoever keeps the ledger."""
    rng = random.Random(f"scenario {seed}")
    accounts = ["a", "b", "c"][: rng.choice((2, 2, 3))]
    tenant_too = rng.random() < 0.2
    first = [_open(name) for name in accounts]
    first += [
        _money(name, amount, copies=rng.choice((1, 1, 2)))
        for name, amount in zip(accounts, (MONEY, rng.choice((0, SMALL)), 0), strict=False)
        if amount
    ]  # fmt: skip
    if rng.random() < 0.2:
        first.append(Act("yen", "open", {"currency": "JPY"}))
    span = rng.choice((20 * MILLISECOND, SECOND, 20 * SECOND))
    then = [_payment(rng, number, accounts, span) for number in range(rng.choice((1, 2, 2, 3, 4)))]
    for number, extra in enumerate(_EXTRAS):
        if rng.random() < _EXTRA:
            then.extend(extra(rng, f"{number}", accounts, then, span))
    if tenant_too:
        first += [Act("a", "open", {"currency": "EUR"}, tenant="globex", key="a")]
        then += [Act("pay-0", "deposit", {"account": "a", "amount": 77_00}, tenant="globex")]
    return Scenario(
        seed=seed,
        first=tuple(first),
        then=tuple(then),
        trouble=rng.choice((10, 30, 60, 150)) * SECOND,
        skew=rng.choice((0, 0, 2_000, 20_000, 300_000, 600_000)),
        two_versions=rng.random() < 0.2,
        operators=rng.choice((1, 1, 2)),
        resends=rng.random() < 0.3,
    )


def _open(name: str) -> Act:
    return Act(name, "open", {"currency": "EUR"})


def _money(name: str, amount: int, copies: int = 1) -> Act:
    act = "money" if amount == MONEY else f"money-{name}"
    return Act(act, "deposit", {"account": name, "amount": amount, "after": name}, copies=copies)


def _pay(name: str, debtor: str, creditor: str, amount: int, **more: Any) -> Act:
    at, copies, altered = more.pop("at", 0), more.pop("copies", 1), more.pop("altered", False)
    what = {"debtor": debtor, "creditor": creditor, "amount": amount, "currency": "EUR"} | more
    return Act(name, "pay", what, at=at, copies=copies, altered=altered)


def _payment(rng: random.Random, number: int, accounts: list[str], span: int) -> Act:
    debtor = rng.choice((accounts[0], accounts[0], rng.choice(accounts)))
    creditor = rng.choice([name for name in accounts if name != debtor])
    more: dict[str, Any] = {}
    if rng.random() < 0.3:
        more["wait"] = rng.choice((1, 4, 10))
    if rng.random() < 0.06:
        more["currency"] = "USD"
    if rng.random() < 0.05:
        creditor = debtor
    return _pay(
        f"pay-{number}",
        debtor,
        creditor,
        rng.choice((SMALL, SMALL, SMALL + number, LARGE, TOO_MUCH, 9_900_00, EXTREME)),
        at=rng.randrange(span),
        copies=rng.choice((1, 1, 2, 2, 3)),
        altered=rng.random() < 0.1,
        **more,
    )


def _cancellation(
    rng: random.Random, name: str, _: list[str], acts: list[Act], span: int
) -> list[Act]:
    payment = rng.choice([act.name for act in acts if act.verb == "pay"])
    return [
        Act(f"cancel-{name}", "cancel", {"payment": payment},
            at=rng.randrange(span + 5 * SECOND), copies=rng.choice((1, 2)))
    ]  # fmt: skip


def _block(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    mark = rng.choice(("watched", "blocked", "blocked", "none"))
    later = _pay(
        f"pay-marked-{name}", accounts[0], accounts[1], SMALL, at=span, after=f"mark-{name}"
    )
    return [Act(f"mark-{name}", "mark", {"account": accounts[1], "mark": mark}), later]


def _block_too(
    rng: random.Random, name: str, accounts: list[str], acts: list[Act], span: int
) -> list[Act]:
    # Of two marks on one account nobody could say which one a payment met.
    marked = any(act.verb == "mark" for act in acts)
    return [] if marked else _block(rng, name, accounts, acts, span)


def _file(rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int) -> list[Act]:
    what = {"debtor": accounts[0], "creditors": tuple(accounts[1:]), "count": rng.choice((1, 2, 3))}
    return [Act(f"file-{name}", "file", what, at=rng.randrange(span), copies=rng.choice((1, 2)))]


def _deposit(
    rng: random.Random, name: str, accounts: list[str], _: list[Act], span: int
) -> list[Act]:
    what = {"account": rng.choice(accounts), "amount": rng.choice((1, SMALL, LARGE))}
    return [
        Act(f"deposit-{name}", "deposit", what, at=rng.randrange(span + SECOND),
            copies=rng.choice((1, 2, 3)), altered=rng.random() < 0.2)
    ]  # fmt: skip


_EXTRA = 0.25
_EXTRAS: tuple[Callable[..., list[Act]], ...] = (
    _cancellation,
    _cancellation,
    _block,
    _file,
    _deposit,
    _deposit,
)
_LEDGERS_EXTRAS: tuple[Callable[..., list[Act]], ...] = (
    bookkeeping.holding,
    bookkeeping.holding,
    bookkeeping.moving,
    bookkeeping.ruling,
    bookkeeping.closing,
    bookkeeping.abroad,
    _block_too,
    _block_too,
)
