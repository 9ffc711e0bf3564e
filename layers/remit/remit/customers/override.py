"""A person sets the risk tier, with a reason; not again before it has had time to show."""

from http import HTTPStatus

from remit.customers.change import Told, changed
from remit.customers.model import COOL_DOWN, CoolingDown, NotScored
from remit.customers.schema import Override
from remit.customers.score import RISK
from remit.customers.store import CustomerStore
from remit.customers.views import customer_view
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write
from remit.vault.seal import Vault

OVERRIDE = "override"


def override(
    customers: CustomerStore,
    vault: Vault,
    idempotency: Table,
    command: Command,
    customer_id: str,
    request: Override,
) -> Answer:
    """Set the tier and answer with the customer, once per key.

    Refuses with `NotScored`, or `CoolingDown` within `COOL_DOWN` of the last time. Raises
    `CustomerNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        dossier = customers.dossier(command.tenant, customer_id)
        last = dossier.newest(OVERRIDE)
        if dossier.newest(RISK) is None:
            raise NotScored
        if last is not None and command.now < last.at + COOL_DOWN:
            raise CoolingDown(f"it may be set again at {rfc3339(last.at + COOL_DOWN)}")
        change = changed(
            customers,
            vault.subject(command.tenant, customer_id),
            dossier.customer,
            dossier.customer,
            Told(name=OVERRIDE, facts={"tier": request.tier}, content={"reason": request.reason}),
            by=command.actor,
            at=command.now,
            why=OVERRIDE,
        )
        view = customer_view(change.customer, [*dossier.sections, *change.sections])
        return Answer(status=HTTPStatus.OK, body=canonical_json(view)), list(change.writes)

    return answer_once(idempotency, command, act)
