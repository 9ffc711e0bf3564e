"""Decide on one payment: read what is known, apply the rules, say what to write. Writes nothing."""

from remit.fraud.model import Facts, Payee, RuleSet, count, decide, features
from remit.fraud.store import RiskRecord, RiskStore
from remit.kernel.value import value
from remit.store.write import Write


@value
class Checked:
    """A decision, and the writes that make it stand; none when it stands already."""

    record: RiskRecord
    writes: tuple[Write, ...]


def check(risk: RiskStore, rules: RuleSet, facts: Facts, *, now: int) -> Checked:
    """Decide on the payment, or find what was decided before: one payment has one decision.

    The caller commits the writes together with what follows from the decision; on `Stale` another
    payment of the account was decided meanwhile, and the check is made again.
    """
    history = risk.history(facts)
    if history.decided is not None:
        return Checked(record=history.decided, writes=())
    record = decided(history.newest, rules, facts, risk.payee(facts), now=now)
    return Checked(record=record, writes=tuple(_writes(risk, facts, record)))


def decided(
    newest: RiskRecord | None, rules: RuleSet, facts: Facts, payee: Payee, *, now: int
) -> RiskRecord:
    """The risk record that follows `newest` for this payment. Pure: it can be made again.

    It is never older than the payment, whatever the clocks say: `RiskStore.history` relies on it.
    """
    at = max(now, facts.created_at, newest.at if newest else 0)
    counters = count(newest.counters if newest else {}, amount=facts.amount, at=at)
    measured = features(facts, counters, payee)
    return RiskRecord(
        sequence=newest.sequence + 1 if newest else 1,
        payment_id=facts.payment_id,
        at=at,
        decision=decide(rules, measured, currency=facts.currency),
        counters=counters,
    )


def _writes(risk: RiskStore, facts: Facts, record: RiskRecord) -> list[Write]:
    writes = [risk.append(facts, record)]
    # A payee becomes known with the first payment to it that is allowed, and stays so.
    if record.decision.outcome == "ALLOW" and not record.decision.features["payee_known"]:
        writes.append(risk.know_payee(facts, at=record.at))
    return writes
