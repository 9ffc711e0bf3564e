"""What the use cases need of others: the vault's subjects, and the way to machines."""

from collections.abc import Callable, Mapping
from typing import Protocol

from remit.store.write import Write
from remit.vault.model import Certificate


class Subject(Protocol):
    """One customer's keys, in memory. What is `kept` outlives an erasure for a time."""

    def seal_json(self, field: str, content: object, *, kept: bool = False) -> bytes:
        """Seal `content` as `field`."""
        ...

    def open_json(self, field: str, sealed: bytes, *, kept: bool = False) -> object:
        """What `seal_json` was given; raises when it is anything else."""
        ...


class Vault(Protocol):
    """Where customers' keys are."""

    def new_subject(
        self, tenant: str, subject: str, *, at: int, by: str
    ) -> tuple[Subject, list[Write]]:
        """Fresh keys, and the writes that make them real."""
        ...

    def subject(self, tenant: str, subject: str) -> Subject:
        """The keys; a `Refusal` of status 410 once they are destroyed."""
        ...

    def retained(self, tenant: str, subject: str) -> Subject:
        """The keys for what is kept, though the customer be erased."""
        ...

    def erase(
        self,
        tenant: str,
        subject: str,
        *,
        at: int,
        requested_by: str,
        approved_by: str,
        reason: str,
        keep_until: int | None,
    ) -> Certificate:
        """Destroy the subject's key; the signed certificate of it, the same one each time."""
        ...


Resume = Callable[[str, Mapping[str, str]], None]
"""Tells the machine that waits on a task token what came of it; twice is harmless."""

Start = Callable[[str, str], None]
"""Starts the machine for a tenant's customer; never fails, and twice is harmless."""
