"""The pure ledger against a naive model of it: 1,000 lives of 50 steps each."""

from collections import Counter

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from remit.kernel.errors import Refusal
from remit.ledger.model import Rules, day_ended, ruled
from remit.ledger.phases import Hold
from tests.unit.ledger.books import START, Books, end, pay

PEOPLE = ("ann", "ben", "cid")
NAMES = ("world", *PEOPLE)
who = st.sampled_from(NAMES)
amounts = st.integers(1, 50)
seen: Counter[str] = Counter()


class Ledger(RuleBasedStateMachine):
    """Beside the books: what is booked and held as plain sums, kept by other arithmetic."""

    def __init__(self):
        super().__init__()
        self.books, self.number, self.now = Books(), 0, START
        self.books.add("world", may_overdraw=True)
        for name in PEOPLE:
            self.books.add(name)
        self.booked = dict.fromkeys(NAMES, 0)
        self.holds, self.paid = {}, {}

    def attempt(self, *operations):
        before = dict(self.books.accounts)
        try:
            self.books.do(*operations)
        except Refusal as refusal:
            seen[refusal.code] += 1
            assert self.books.accounts == before
            return False
        seen["done"] += 1
        return True

    def name(self):
        self.number += 1
        return f"t{self.number}"

    def held(self, name, side):
        return sum(hold[2] for hold in self.holds.values() if hold[side] == name)

    def allowed(self, debtor, creditor, amount):
        """Whether money may begin to move, by the plain sums."""
        giver, taker = (self.books.accounts[one].rules for one in (debtor, creditor))
        left = self.booked[debtor] - self.held(debtor, 0) - amount
        comes = self.booked[creditor] + self.held(creditor, 1) + amount
        return not (
            giver.closed
            or taker.closed
            or giver.frozen in ("debits", "both")
            or taker.frozen in ("credits", "both")
            or (debtor != "world" and left < giver.floor)
            or (taker.limit is not None and comes > taker.limit)
        )

    def book(self, debtor, creditor, amount):
        self.booked[debtor] -= amount
        self.booked[creditor] += amount

    @rule(debtor=who, creditor=who, amount=amounts)
    def pays(self, debtor, creditor, amount):
        if debtor == creditor:
            return
        name, may = self.name(), self.allowed(debtor, creditor, amount)
        assert self.attempt(pay(name, debtor, creditor, amount, at=self.now)) == may
        if may:
            self.book(debtor, creditor, amount)
            self.paid[name] = [debtor, creditor, amount]

    @rule(debtor=who, creditor=who, amount=amounts, lasts=st.integers(1, 5))
    def holds_money(self, debtor, creditor, amount, lasts):
        if debtor == creditor:
            return
        name, may = self.name(), self.allowed(debtor, creditor, amount)
        hold = Hold(
            transfer=pay(name, debtor, creditor, amount, at=self.now), expires_at=self.now + lasts
        )
        assert self.attempt(hold) == may
        if may:
            self.holds[name] = (debtor, creditor, amount, self.now + lasts)

    @rule(
        data=st.integers(0, 9),
        outcome=st.sampled_from(["posted", "voided", "expired"]),
        part=st.none() | amounts,
    )
    def ends(self, data, outcome, part):
        name = f"t{self.number - data}"
        hold = self.holds.get(name)
        late = hold is not None and self.now >= hold[3]
        fits = outcome != "posted" or part is None or (hold is not None and part <= hold[2])
        may = hold is not None and (outcome == "expired") == late and fits
        assert self.attempt(end(name, outcome, part, at=self.now)) == may
        if may:
            del self.holds[name]
            if outcome == "posted":
                self.book(hold[0], hold[1], part or hold[2])
                self.paid[name] = [hold[0], hold[1], part or hold[2]]

    @rule(data=st.integers(0, 9), amount=amounts)
    def reverses(self, data, amount):
        if not self.paid:
            return
        original = list(self.paid)[data % len(self.paid)]
        left = self.paid[original]
        may = amount <= left[2] and self.allowed(left[1], left[0], amount)
        back = pay(self.name(), left[1], left[0], amount, at=self.now, reverses=original)
        assert self.attempt(back) == may
        if may:
            self.book(left[1], left[0], amount)
            left[2] -= amount

    @rule(debtor=who, first=who, second=who, amount=amounts)
    def pays_two_at_once(self, debtor, first, second, amount):
        if debtor in (first, second):
            return
        may = self.allowed(debtor, first, amount)
        if may:
            self.book(debtor, first, amount)
            if not self.allowed(debtor, second, amount):
                self.book(first, debtor, amount)
                may = False
            else:
                self.book(debtor, second, amount)
        one, two = (pay(self.name(), debtor, to, amount, at=self.now) for to in (first, second))
        assert self.attempt(one, two) == may

    @rule(
        name=st.sampled_from(PEOPLE),
        floor=st.sampled_from([0, 0, -30]),
        limit=st.sampled_from([None, None, 100]),
        frozen=st.sampled_from(["none", "none", "none", "debits", "credits", "both"]),
        closed=st.sampled_from([False] * 19 + [True]),
    )
    def changes_rules(self, name, floor, limit, frozen, closed):
        account = self.books.accounts[name]
        empty = not (self.booked[name] or self.held(name, 0) or self.held(name, 1))
        may = not account.rules.closed and (empty or not closed)
        rules = Rules(floor=floor, limit=limit, frozen=frozen, closed=closed)
        try:
            self.books.accounts[name] = ruled(account, rules, at=self.now)
        except Refusal:
            assert not may
        else:
            assert may

    @rule(milliseconds=st.integers(1, 4))
    def time_passes(self, milliseconds):
        self.now += milliseconds

    @rule(name=who)
    def a_day_ends(self, name):
        account = self.books.accounts[name]
        after = day_ended(account, account.day or "2026-11-24", at=self.now)
        assert after.day > account.day
        self.books.accounts[name] = after

    @invariant()
    def every_balance_is_the_plain_sum(self):
        for name, account in self.books.accounts.items():
            held = self.held(name, 0)
            assert account.posted == self.booked[name]
            assert account.available == self.booked[name] - held
            assert account.pending == self.held(name, 1) - held


def test_a_thousand_lives_of_the_ledger_agree_with_a_naive_one():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=1_000,
            stateful_step_count=50,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert seen["done"] > 1_000
    assert {"insufficient_funds", "transfer_expired", "more_than_posted"} <= seen.keys()
