"""Run a reconciliation again on what it looked at, under the rules in force; and compare two runs.

Nothing but the new run is put on record: breaks are raised by a statement's first run alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.reconciliation.desk import Desk
from remit.reconciliation.records import result_bytes
from remit.reconciliation.result import compare, reconcile
from remit.reconciliation.rules import RULES
from remit.reconciliation.runs import NotReconciled, Run, folder, run_view
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


def rerun(desk: Desk, idempotency: Table, command: Command, run_id: str) -> Answer:
    """Put the repetition of a run on record and answer 201 with it, once per key.

    Under the same rules its result has the same hash. Refuses with `NotReconciled`. Raises
    `ReconciliationNotFound`.
    """

    def act() -> tuple[Answer, Sequence[Write]]:
        run = _ended(desk, command.tenant, run_id)
        result = reconcile(desk.looked(run).given, RULES)
        name = derive("rec", command.id, run.id)
        key = f"{folder(command.tenant, name)}/result-{result.result_hash}-{result.rules}.json"
        desk.keep(key, result_bytes(result))
        again = replace(
            run,
            id=name,
            of=run.of or run.id,
            at=command.now,
            finished_at=command.now,
            by=command.actor,
            result_key=key,
            input_hash=result.input_hash,
            result_hash=result.result_hash,
            rules=result.rules,
            match_count=len(result.matches),
            break_count=len(result.breaks),
            raised=0,
        )
        body = canonical_json(run_view(again))
        return Answer(status=HTTPStatus.CREATED, body=body), desk.store.create(again)

    return answer_once(idempotency, command, act)


def comparison(desk: Desk, tenant: str, run_id: str, other: str) -> dict[str, object]:
    """How run `other` differs from run `run_id` (`schema.ComparisonView`).

    Raises `ReconciliationNotFound` or `NotReconciled`.
    """
    first, second = (desk.result(_ended(desk, tenant, each)) for each in (run_id, other))
    return {"id": run_id, "other": other, **asdict(compare(first, second))}


def _ended(desk: Desk, tenant: str, run_id: str) -> Run:
    run = desk.store.get(tenant, run_id)
    if run.status != "reported":
        raise NotReconciled(f"it is {run.status}")
    return run
