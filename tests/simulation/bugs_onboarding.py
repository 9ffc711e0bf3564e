"""Bugs to be planted in onboarding: decisions, accounts, tokens, checks and lists."""

from dataclasses import replace
from typing import Any

from remit.customers import abandon, await_decision, decide, open_accounts, own, rescreen, sweep
from remit.identity import model, settle
from remit.identity.store import CheckStore
from remit.kernel.ids import derive
from remit.screening.store import ScreeningStore
from remit.store.commit import commit
from remit.store.write import absent
from tests.simulation import present
from tests.simulation.bugs_ledger import Bug, Replacement, without_condition

BUGS: dict[str, Bug] = {}


def bug(make: Bug) -> Bug:
    """Register a bug under its name."""
    BUGS[make.__name__] = make
    return make


# Decisions and accounts.


@bug
def accounts_opened_without_looking_at_the_decision() -> list[Replacement]:
    """Who is on the way is given accounts, whatever has come to be known since the last look."""

    def blocked(dossier: Any, _: Any) -> str | None:
        status = str(dossier.customer.status)
        return None if status in ("in_review", "needs_attention") else status

    return [(open_accounts, "_blocked", blocked)]


@bug
def accounts_opened_by_chance_before_the_activation() -> list[Replacement]:
    """An account's id is drawn, and it is there before its customer is active."""

    def drawn(customer: Any, currency: str) -> str:
        return derive("acc", customer.id, currency, str(present.world().chance.random()))

    def apart(client: Any, writes: Any) -> None:
        accounts = [each for each in writes if "Ledger" in each.target[0]]
        others = [each for each in writes if "Ledger" not in each.target[0]]
        commit(client, accounts)
        commit(client, others)

    return [(open_accounts, "account_id", drawn), (open_accounts, "commit", apart)]


@bug
def further_account_for_whoever_it_is() -> list[Replacement]:
    """A further account is opened, whatever the customer has come to."""
    return [(own, "_check", lambda _: None)]


@bug
def further_account_left_off_the_record() -> list[Replacement]:
    """A further account is opened, and the customer's record does not have it."""

    def gain(_: Any, command: Any, customer_id: str, *__: Any) -> Any:
        key = {"pk": f"{command.tenant}#{customer_id}", "sk": "nothing"}
        return absent("CustomersTable", key, found=lambda _: None)  # type: ignore[arg-type]

    return [(own.Owners, "gain", gain)]


@bug
def decision_not_bound_to_what_was_read() -> list[Replacement]:
    """A decision is written whatever has become of the customer since it was read."""

    def changed(*given: Any, **told: Any) -> Any:
        made = _changed(*given, **told)
        return replace(made, writes=tuple(replace(one, request=free(one)) for one in made.writes))

    def free(one: Any) -> dict[str, Any]:
        if one.action == "Put":
            return without_condition(one.request)
        condition = f"{one.request['ConditionExpression']} OR attribute_exists(pk)"
        return {**one.request, "ConditionExpression": condition}

    _changed = decide.changed
    return [(decide, "changed", changed)]


@bug
def time_out_overrules_a_decision() -> list[Replacement]:
    """Whoever was not activated in time is abandoned, decided on or not."""

    def decision_of(customer: Any) -> str | None:
        return None if customer.status == "needs_attention" else customer.status

    return [(abandon, "decision_of", decision_of)]


# Tokens, and whoever is brought back.


@bug
def token_left_outside_the_condition() -> list[Replacement]:
    """The token is put by itself, so that a decision may not find it, nor be found."""

    def apart(client: Any, writes: Any) -> None:
        commit(client, [each for each in writes if each.request.get("Item")])

    return [(await_decision, "commit", apart)]


@bug
def resume_not_repeated() -> list[Replacement]:
    """Who was decided on is not looked at again: the machine is told once or never."""
    return [(sweep, "_is_decided", lambda _: False)]


@bug
def start_not_repeated() -> list[Replacement]:
    """Who has applied is not looked at again: the machine is started once or never."""
    return [(sweep, "_is_new", lambda _: False)]


@bug
def check_noted_as_told_before_it_is() -> list[Replacement]:
    """That the machine was told of an outcome is put down first."""

    def tell(desk: Any, vault: Any, kept: Any, *, now: int) -> Any:
        check = kept.check
        if check.status == "started" or check.is_settled or kept.task is None:
            return kept
        noted = desk.checks.change(kept, replace(check, resumed_at=now))
        commit(desk.checks.table.client, noted)
        return _tell(desk, vault, kept, now=now)

    _tell = settle.tell
    return [(settle, "tell", tell)]


@bug
def callback_overwrites_the_first_outcome() -> list[Replacement]:
    """The last answer counts."""

    def answered(self: Any, check_id: str, proof: Any) -> Any:
        made = _attest(self, check_id, proof)
        return replace(made, request=without_condition(made.request))

    _attest = CheckStore.attest
    return [(model, "judged", lambda _, __: "answered"), (CheckStore, "attest", answered)]


# Lists.


@bug
def screened_against_the_lists_that_a_process_knows() -> list[Replacement]:
    """A process looks once which lists are in force."""

    def in_force(self: Any) -> Any:
        world = present.world()
        if world not in known:
            known.clear()
            known[world] = _in_force(self)
        return known[world]

    known: dict[Any, Any] = {}
    _in_force = ScreeningStore.in_force
    return [(ScreeningStore, "in_force", in_force)]


@bug
def cleared_whatever_becomes_of_the_entry() -> list[Replacement]:
    """An entry that was cleared once counts no more, however it changes."""

    class Cleared(frozenset[Any]):
        def __contains__(self, entry: Any) -> bool:
            return any(each[:2] == entry[:2] for each in self)

    def dispositions(self: Any, tenant: str, subject: str) -> Any:
        return Cleared(_dispositions(self, tenant, subject))

    _dispositions = ScreeningStore.dispositions
    return [(ScreeningStore, "dispositions", dispositions)]


@bug
def decision_outlives_what_came_after_it() -> list[Replacement]:
    """Monitoring reopens nobody who was decided on."""

    def found(*given: Any) -> Any:
        customer = given[2].customer
        return "hit" if customer.decided is not None else _raise(*given)

    _raise = rescreen._raise
    return [(rescreen, "_raise", found)]
