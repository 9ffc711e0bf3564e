"""Accept a file of statements: read it whole, keep it, answer. Reconciling is the machine's."""

from collections.abc import Callable
from http import HTTPStatus

from remit.kernel.canonical import fingerprint
from remit.kernel.value import value
from remit.reconciliation.from_camt import File, file_of
from remit.reconciliation.mapping import TermsMissing, csv_file
from remit.reconciliation.model import Statement
from remit.reconciliation.nostros import check_account
from remit.reconciliation.records import statement_bytes
from remit.reconciliation.runs import Run, StatementReused, accepted_view, folder, run_id
from remit.reconciliation.schema import StatementTerms
from remit.reconciliation.store import ReconciliationStore
from remit.store.chain import sequence_of
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import text
from remit.store.table import Table
from remit.store.write import Write


@value
class StatementDesk:
    """Where statements come in. `keep` stores bytes under a key, `start` begins a run's machine:
    neither harms when it is done again, and what `start` loses the sweep finds.
    """

    store: ReconciliationStore
    idempotency: Table
    keep: Callable[[str, bytes], None]
    start: Callable[[str, str], None]


def accept_statements(
    desk: StatementDesk, command: Command, content: bytes, terms: StatementTerms, *, is_csv: bool
) -> Answer:
    """Take in a camt.053, or a CSV by `terms`, and answer 202 with its runs' ids, once per key.

    The same statement again, in whatever file and under whatever key, is the same run. Refuses with
    `StatementReused` another one under an id that the account's statements have used. Raises
    `NostroUnknown` for one that is not of a nostro of ours, and what `file_of` and `csv_file` raise
    for a file that cannot be read; then nothing is kept.
    """
    file = _read(desk, command.tenant, content, terms, is_csv=is_csv)
    raw_key = f"{command.tenant}/statements/{fingerprint(content)}"
    runs: list[tuple[Run, bool]] = []

    def act() -> tuple[Answer, list[Write]]:
        runs[:], writes = [], list[Write]()
        places: dict[tuple[str, str], tuple[int, str]] = {}
        for statement in file.statements:
            run = _run(desk.store, command, statement, file.source, raw_key, places)
            known = desk.store.find(command.tenant, run.id)
            if known is None:
                check_account(desk.store, command.tenant, statement)
                desk.keep(run.statement_key, statement_bytes(statement))
                writes += [*desk.store.create(run), desk.store.placed(run)]
                places[run.account, run.currency] = (run.place, run.id)
            elif known.digest != run.digest:
                raise StatementReused(f"it has reconciliation {known.id}")
            runs.append((known or run, known is not None))
        if writes:
            desk.keep(raw_key, content)
        return Answer(status=HTTPStatus.ACCEPTED, body=accepted_view(runs)), writes

    answer = answer_once(desk.idempotency, command, act)
    if answer.status == HTTPStatus.ACCEPTED:
        # Also when it was answered before: that start may have been lost, and has a name.
        for statement in file.statements:
            desk.start(command.tenant, run_id(command.tenant, statement))
    return answer


def _read(
    desk: StatementDesk, tenant: str, content: bytes, terms: StatementTerms, *, is_csv: bool
) -> File:
    if is_csv:
        return csv_file(desk.store, tenant, content, terms)
    if terms != StatementTerms():
        raise TermsMissing("a camt.053 says all that by itself: send it without")
    return file_of(content, tenant=tenant)


def _run(
    store: ReconciliationStore,
    command: Command,
    statement: Statement,
    source: str,
    raw_key: str,
    places: dict[tuple[str, str], tuple[int, str]],
) -> Run:
    """The new run of a statement, after those that its account has had."""
    whose = statement.account, statement.currency
    if whose not in places:
        newest = store.statements(command.tenant, *whose).newest().items
        places[whose] = (sequence_of(newest[0]), text(newest[0], "run")) if newest else (0, "")
    place, previous = places[whose]
    name, digest = run_id(command.tenant, statement), fingerprint(statement_bytes(statement))
    return Run(
        id=name,
        tenant=command.tenant,
        account=statement.account,
        currency=statement.currency,
        statement_id=statement.id,
        number=statement.number,
        first=statement.first,
        last=statement.last,
        opening=statement.opening,
        closing=statement.closing,
        line_count=len(statement.lines),
        digest=digest,
        source=source,
        raw_key=raw_key,
        statement_key=f"{folder(command.tenant, name)}/statement-{digest}.json",
        place=place + 1,
        previous=previous,
        at=command.now,
        by=command.actor,
    )
