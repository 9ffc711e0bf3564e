"""Bugs to be planted in the product, each of which the simulation must find, or it is too weak.

A bug is a list of replacements: what, which attribute, and the broken thing in its place. None of
them shows when nothing goes wrong at the same time as it.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from remit.fraud import check as fraud_check
from remit.fraud import store as fraud_store
from remit.kernel.errors import Fault
from remit.ledger import chart, deposit, model, phases
from remit.ledger import open as opening
from remit.payments import cancel, file_store, funds, initiate, process_file, review, sweep
from remit.payments import check as payment_check
from remit.payments import model as payment_model
from remit.payments import store as payment_store
from remit.runtime import batch, observability, queues
from remit.store import chain, commit, idempotency, table, write
from tests.simulation import (
    bugs_incoming,
    bugs_ledger,
    bugs_onboarding,
    bugs_rails,
    bugs_settlement,
    modes,
    present,
)
from tests.simulation.bugs_ledger import Bug, Replacement
from tests.simulation.bugs_ledger import without_condition as _without_condition
from tests.simulation.scheduler import Violation

_ON_RAILS = bugs_rails.BUGS | bugs_incoming.BUGS
"""Those that are looked for where payments go over rails."""

BUGS: dict[str, Bug] = bugs_ledger.BUGS | bugs_onboarding.BUGS | _ON_RAILS | bugs_settlement.BUGS


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


@contextmanager
def planted(name: str) -> Iterator[None]:
    """While this is open the product has the bug of that name."""
    with ExitStack() as stack:
        for place, attribute, broken in BUGS[name]():
            stack.enter_context(mock.patch.object(place, attribute, broken))
        yield


def found(name: str, seeds: Iterable[int]) -> tuple[int, Violation] | None:
    """The first of these seeds in which the planted bug shows, and what it breaks."""
    with planted(name):
        drawn = "rails" if name in _ON_RAILS else "swarm"
        drawn = "settlement" if name in bugs_settlement.BUGS else drawn
        for seed in seeds:
            violation = modes.Case(drawn, seed).run().violation
            if violation is not None:
                return seed, violation
    return None


def _chance() -> random.Random:
    return present.world().chance


# Answers and keys.


@bug
def answer_stored_after_the_effect() -> list[Replacement]:
    """The idempotency row is written after the effect, by itself."""

    def answer(rows: Any, command: Any, act: Any, hold_until: Any) -> Any:
        made, writes = idempotency._decided(rows, command, act)
        if writes:
            commit.commit(rows.client, writes)
        commit.commit(rows.client, [idempotency._record(rows, command, made, hold_until)])
        return made

    return [(idempotency, "_answer", answer)]


@bug
def answer_stored_before_the_effect() -> list[Replacement]:
    """The idempotency row is written first, by itself; a crash then leaves a promise."""

    def answer(rows: Any, command: Any, act: Any, hold_until: Any) -> Any:
        try:
            made, writes = idempotency._decided(rows, command, act)
        except idempotency.Refusal as refusal:
            made, writes = idempotency.refused(command, refusal), []
        commit.commit(rows.client, [idempotency._record(rows, command, made, hold_until)])
        if writes:
            commit.commit(rows.client, writes)
        return made

    return [(idempotency, "_answer", answer)]


@bug
def refusal_not_stored() -> list[Replacement]:
    """A refusal is answered and forgotten."""

    def answer(rows: Any, command: Any, act: Any, hold_until: Any) -> Any:
        try:
            made, writes = idempotency._decided(rows, command, act)
            record = idempotency._record(rows, command, made, hold_until)
            commit.commit(rows.client, [record, *writes])
        except idempotency.Refusal as refusal:
            made = idempotency.refused(command, refusal)
        return made

    return [(idempotency, "_answer", answer)]


@bug
def effect_judged_before_the_key() -> list[Replacement]:
    """The row comes last in the transaction, so another failed condition speaks before it."""

    def answer(rows: Any, command: Any, act: Any, hold_until: Any) -> Any:
        try:
            made, writes = idempotency._decided(rows, command, act)
            record = idempotency._record(rows, command, made, hold_until)
            commit.commit(rows.client, [*writes, record])
        except idempotency.Refusal as refusal:
            made = idempotency.refused(command, refusal)
            commit.commit(rows.client, [idempotency._record(rows, command, made, None)])
        return made

    return [(idempotency, "_answer", answer)]


@bug
def answer_overwritten() -> list[Replacement]:
    """The row is put without its condition."""

    def record(rows: Any, command: Any, answer: Any, hold_until: Any) -> Any:
        made = _record(rows, command, answer, hold_until)
        return replace(made, request=_without_condition(made.request))

    _record = idempotency._record
    return [(idempotency, "_record", record)]


@bug
def answer_not_held() -> list[Replacement]:
    """A call that waits does not hold its answer, so a second call is told another."""

    def record(rows: Any, command: Any, answer: Any, hold_until: Any) -> Any:
        return _record(rows, command, answer, None)

    _record = idempotency._record

    def settle(rows: Any, command: Any, answer: Any, *, hold_until: int) -> Any:
        return answer

    return [(idempotency, "_record", record), (initiate, "settle", settle)]


@bug
def held_answer_settled_by_anybody() -> list[Replacement]:
    """Settling does not ask whether somebody has settled before."""

    def settled(rows: Any, command: Any, answer: Any, hold_until: int) -> Any:
        return write.update(
            rows.name,
            idempotency._row_key(command),
            set_to={"status": answer.status, "body": answer.body},
            remove=("held_until",),
            only_if={"fingerprint": command.fingerprint},
            failed=idempotency._exists,
        )

    return [(idempotency, "_settled", settled)]


@bug
def held_answer_never_let_go() -> list[Replacement]:
    """A held answer stays held when its call has died."""

    def replay(rows: Any, command: Any, row: Any) -> Any:
        if row.get("held_until") and row["fingerprint"] == command.fingerprint:
            raise idempotency.InFlight
        return _replay(rows, command, row)

    _replay = idempotency._replay
    return [(idempotency, "_replay", replay)]


@bug
def late_settler_answers_its_own() -> list[Replacement]:
    """Who comes too late to settle gives its own answer all the same."""

    def settle(rows: Any, command: Any, answer: Any, *, hold_until: int) -> Any:
        idempotency.settle(rows, command, answer, hold_until=hold_until)
        return answer

    return [(initiate, "settle", settle)]


@bug
def body_not_compared() -> list[Replacement]:
    """Another request under a used key is given the first one's answer."""

    def replay(rows: Any, command: Any, row: Any) -> Any:
        return _replay(rows, replace(command, fingerprint=row["fingerprint"]), row)

    _replay = idempotency._replay
    return [(idempotency, "_replay", replay)]


@bug
def tenants_share_keys() -> list[Replacement]:
    """The tenant is no part of a key."""
    return [(idempotency, "_row_key", lambda command: {"pk": f"all#{command.key}"})]


@bug
def keys_forgotten_after_a_day() -> list[Replacement]:
    """Keys are kept for a day instead of thirty."""
    return [(idempotency, "KEPT", 86_400_000)]


@bug
def silence_taken_for_success() -> list[Replacement]:
    """A database that does not answer is taken to have done what it was asked."""

    def committed(client: Any, writes: Any) -> None:
        try:
            _commit(client, writes)
        except commit.Unavailable:
            return

    _commit = commit.commit
    return [(idempotency, "commit", committed), (funds, "commit", committed)]


@bug
def silence_taken_for_no() -> list[Replacement]:
    """A database that does not answer is taken to have refused, and the client is told so."""

    def committed(client: Any, writes: Any) -> None:
        try:
            _commit(client, writes)
        except commit.Unavailable as error:
            raise payment_model.NotCancellable from error

    _commit = commit.commit
    return [(idempotency, "commit", committed)]


@bug
def conflict_taken_for_failed_condition() -> list[Replacement]:
    """A transaction in conflict is taken for one whose condition failed."""

    def judged(error: Any, writes: Any) -> str:
        code = _judged(error, writes)
        if code in commit._CONFLICTS:
            raise writes[0].failed({"status": 202, "body": "{}", "fingerprint": ""})
        return code

    _judged = commit._judged
    return [(commit, "_judged", judged)]


# The ledger.


@bug
def chain_without_condition() -> list[Replacement]:
    """A record of a chain is put over the one that stands there."""

    def append(self: Any, sequence: int, record: Any) -> Any:
        item = {"pk": self.pk, "sk": chain.sequence_key(sequence)} | record
        return write.put(self.table.name, item)

    return [(chain.Chain, "append", append)]


@bug
def balance_not_checked() -> list[Replacement]:
    """A debit may take more than there is."""

    left = tuple(check for check in model.CHECKS if check[0] is not model.InsufficientFunds)
    return [(model, "CHECKS", left)]


@bug
def transfer_id_by_chance() -> list[Replacement]:
    """A transfer's id does not derive from its cause."""

    def derived(prefix: str, *cause: str) -> str:
        return _derive(prefix, *cause, str(_chance().random()))

    _derive = deposit.derive
    return [(deposit, "derive", derived)]


@bug
def account_id_by_time() -> list[Replacement]:
    """An account's id derives from the moment, so that a key forgotten opens another."""

    def derived(prefix: str, *cause: str) -> str:
        return _derive(prefix, *cause, str(present.world().time()))

    _derive = opening.derive
    return [(opening, "derive", derived)]


@bug
def shard_by_chance() -> list[Replacement]:
    """The shard of a house account is drawn anew at each try."""

    def drawn(name: str, *, currency: str, cause: str, at: int) -> str:
        return chart.shard_id(
            name, currency=currency, shard=_chance().randrange(chart.shards_ever())
        )

    return [(deposit, "house_account_id", drawn)]


@bug
def money_moved_in_two_commits() -> list[Replacement]:
    """The debit and the credit are committed one after the other."""

    def committed(client: Any, writes: Any) -> None:
        half = len(writes) // 2 + 1
        _commit(client, writes[:half])
        if writes[half:]:
            _commit(client, writes[half:])

    _commit = commit.commit
    return [(funds, "commit", committed)]


@bug
def clock_turns_chains_back() -> list[Replacement]:
    """A booking takes the function's own time, though the account has seen a later one."""

    def moved(effects: Any, accounts: Any, *, currency: str, at: int) -> Any:
        after = _move(effects, accounts, currency=currency, at=at)
        return tuple(replace(account, at=at) for account in after)

    _move = phases.move
    return [(phases, "move", moved)]


# Payments.


@bug
def payment_moved_without_condition() -> list[Replacement]:
    """A payment is taken a step on from wherever it is."""

    def take(self: Any, payment: Any, step: Any, *, case_id: Any = None) -> Any:
        made = _take(self, payment, step, case_id=case_id)
        request = dict(made.request)
        request["ConditionExpression"] = "attribute_exists(pk)"
        used = set(request["UpdateExpression"].replace(",", " ").replace(")", " ").split())
        for kind in ("Names", "Values"):
            field = f"ExpressionAttribute{kind}"
            request[field] = {
                alias: each for alias, each in request[field].items()
                if alias in used or f"list_append({alias}" in used
            }  # fmt: skip
        return replace(made, request=request)

    _take = payment_store.PaymentStore.take
    return [(payment_store.PaymentStore, "take", take)]


@bug
def posted_apart_from_its_status() -> list[Replacement]:
    """The money moves first, and then the payment is completed."""

    def committed(client: Any, writes: Any) -> None:
        if len(writes) > 1:
            _commit(client, writes[1:])
        _commit(client, writes[:1])

    _commit = commit.commit
    return [(funds, "commit", committed)]


@bug
def declined_payment_posted_when_money_comes() -> list[Replacement]:
    """A payment that was declined for want of money may still be completed."""
    roads = payment_model.ROADS | {"declined": ("completed", "declined")}
    return [(payment_model, "ROADS", roads)]


@bug
def cancelled_payment_keeps_its_case() -> list[Replacement]:
    """Cancelling a payment in review leaves its case in the queue."""
    return [(cancel, "_close_case", lambda *_: [])]


@bug
def check_forgets_what_it_decided() -> list[Replacement]:
    """The check does not look whether the payment has been decided."""

    def history(self: Any, facts: Any) -> Any:
        return replace(_history(self, facts), decided=None)

    _history = fraud_store.RiskStore.history
    return [(fraud_store.RiskStore, "history", history)]


@bug
def decision_older_than_its_payment() -> list[Replacement]:
    """A decision takes the function's own time, though the payment has seen a later one."""

    def decided(newest: Any, rules: Any, facts: Any, payee: Any, *, now: int) -> Any:
        made = _decided(newest, rules, facts, payee, now=now)
        return replace(made, at=max(now, newest.at if newest else 0))

    _decided = fraud_check.decided
    return [(fraud_check, "decided", decided)]


@bug
def decision_committed_before_the_status() -> list[Replacement]:
    """The decision is committed, and then the status that it means."""

    def committed(client: Any, writes: Any) -> None:
        for each in reversed(writes):
            _commit(client, [each])

    _commit = commit.commit
    return [(payment_check, "commit", committed)]


@bug
def marks_missing_when_the_database_is_busy() -> list[Replacement]:
    """Keys that a batch did not get are taken to have no item."""

    def get_many(self: Any, keys: Any) -> Any:
        class Hasty:
            def batch_get_item(_, **parameters: Any) -> Any:  # noqa: N805
                return self.client.batch_get_item(**parameters) | {"UnprocessedKeys": {}}

        return _get_many(table.Table(client=Hasty(), name=self.name), keys)

    _get_many = table.Table.get_many
    return [(table.Table, "get_many", get_many)]


@bug
def reads_may_be_old() -> list[Replacement]:
    """An item is read without asking for consistency."""

    def get(self: Any, key: Any) -> Any:
        class Loose:
            def get_item(_, **parameters: Any) -> Any:  # noqa: N805
                return self.client.get_item(**{**parameters, "ConsistentRead": False})

        return _get(table.Table(client=Loose(), name=self.name), key)

    _get = table.Table.get
    return [(table.Table, "get", get)]


@bug
def names_in_the_log() -> list[Replacement]:
    """A refused payment is logged with what the client wrote."""

    def accepted(ledger: Any, command: Any, request: Any) -> Any:
        try:
            return _accepted(ledger, command, request)
        except idempotency.Refusal:
            observability.logger.info("refused", extra={"remittance": request.remittance})
            raise

    _accepted = initiate.accepted
    return [(initiate, "accepted", accepted)]


@bug
def two_people_may_decide() -> list[Replacement]:
    """A case is closed whether it is open or not, and its payment is not asked."""

    def close(risk: Any, case: Any, decided: Any) -> Any:
        first, second = _close(risk, case, decided)
        return [
            replace(first, request=_without_condition(first.request)),
            replace(second, request=_without_condition(second.request)),
        ]

    _close = review.close
    return [(review, "close", close), *payment_moved_without_condition()]


# What looks after payments.


@bug
def lost_starts_not_swept() -> list[Replacement]:
    """Nobody looks for payments whose start was lost."""
    return [(sweep, "_ON_ITS_WAY", ())]


@bug
def resumed_only_once() -> list[Replacement]:
    """A payment that was started again is not looked at any more."""

    def done(service: str, name: str, opened: Any, work: Any) -> bool:
        return _done(service, name, opened, work) or name == "Resume"

    _done = batch._done
    return [(batch, "_done", done)]


@bug
def queue_refusals_overlooked() -> list[Replacement]:
    """What a queue did not take is taken to be in it."""

    def send(queue_url: str, bodies: Any) -> None:
        try:
            _send(queue_url, bodies)
        except Fault:
            return

    _send = queues.send
    return [(queues, "send", send)]


@bug
def failed_messages_reported_as_done() -> list[Replacement]:
    """A queue's handler reports no failures."""
    return [(batch, "_report", lambda _: {"batchItemFailures": []})]


# Files.


@bug
def file_items_keyed_by_the_moment() -> list[Replacement]:
    """An item worked on again gets another key."""

    def carry_out(desk: Any, file: Any, block: Any, item: Any, *, now: int) -> Any:
        moved = replace(item, key=f"{item.key}-{now}")
        return _carry_out(desk, file, block, moved, now=now)

    _carry_out = process_file._carry_out
    return [(process_file, "_carry_out", carry_out)]


@bug
def file_items_ticked_off_first() -> list[Replacement]:
    """An item is noted as done before it is."""

    def carry_out(desk: Any, file: Any, block: Any, item: Any, *, now: int) -> Any:
        files = file_store.FileStore(table=desk.payments.table)
        entry = process_file._entry(item, reason="NARR")
        commit.commit(files.table.client, [files.put_item(file, entry, at=now)])
        return _carry_out(desk, file, block, item, now=now)

    _carry_out = process_file._carry_out
    return [(process_file, "_carry_out", carry_out)]
