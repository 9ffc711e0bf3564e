"""Verify an identity: the question is on record before it is asked, and asked only once.

`receive` takes the provider's answers, `sweep` what did not come by itself.
"""

from remit.identity.desk import Desk
from remit.identity.model import Applicant, Attestation, Check
from remit.identity.ports import Headers, Vault

__all__ = ["attestation", "begin"]


def begin(
    desk: Desk,
    vault: Vault,
    *,
    tenant: str,
    subject: str,
    attempt: int,
    applicant: Applicant,
    task_token: str,
    now: int,
) -> Check:
    """Record the check, then ask the provider. Called again, it asks nothing twice.

    The task behind `task_token` is resumed with `{"status": <outcome>, "check": <id>}`. Where the
    provider cannot be reached the sweep asks it later: that is no error here.
    """
    raise NotImplementedError


def attestation(desk: Desk, vault: Vault, tenant: str, check_id: str) -> Attestation:
    """The provider's answer, opened. Raises `CheckNotFound`, `AttestationMissing`,
    `AttestationBroken`."""
    raise NotImplementedError
