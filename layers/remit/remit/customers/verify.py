"""The state *Verify identity*: ask the provider, whose answer resumes the machine."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from remit.customers.apply import APPLICATION
from remit.customers.parties import applicant
from remit.customers.store import CustomerStore, Dossier
from remit.identity.model import Applicant, Check
from remit.vault.model import SubjectErased
from remit.vault.seal import Vault

ATTEMPT = 1
"""An application is verified once: who fails applies again, as another customer."""

Begin = Callable[[str, str, Applicant, str], Check]
"""Asks the provider: tenant, customer, whom, and the task token that the answer resumes."""


def verify(
    customers: CustomerStore,
    vault: Vault,
    begin: Begin,
    *,
    tenant: str,
    customer_id: str,
    task_token: str,
) -> Check:
    """The check that was begun. Made again, it asks nothing twice. Raises `CustomerNotFound`."""
    application = opened(vault, customers.dossier(tenant, customer_id))
    return begin(tenant, customer_id, applicant(application), task_token)


def opened(vault: Vault, dossier: Dossier) -> Mapping[str, Any]:
    """The application, opened. Raises `SubjectErased`."""
    if dossier.application is None:
        raise SubjectErased
    customer = dossier.customer
    subject = vault.subject(customer.tenant, customer.id)
    return cast(Mapping[str, Any], subject.open_json(APPLICATION, dossier.application))
