"""What the context needs of others: a provider of checks, a vault, and word to the machine."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from remit.identity.model import Applicant, Result
from remit.kernel.errors import Fault

Resume = Callable[[str, Mapping[str, str]], None]
"""From a task's token and its result; a task that is over or unknown counts as told."""


class ProviderUnavailable(Fault):
    """The provider did not answer, or could not: whether it took the question is unknown."""

    title = "The identity provider cannot be reached"


class ProviderRefused(Exception):
    """The provider will not do this check, however often it is asked. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAsked(Exception):
    """The provider does not know the check."""


class Provider(Protocol):
    """A provider of identity checks.

    All methods raise `ProviderUnavailable` for trouble that may pass, `ProviderRefused` for good.
    """

    def start(self, check_id: str, applicant: Applicant, callback_url: str) -> str:
        """Ask, under the idempotency key `check_id`; the provider's reference, always the same."""
        ...

    def result(self, check_id: str) -> Result | None:
        """The answer, or None while there is none. Raises `NotAsked`."""
        ...


class Subject(Protocol):
    """One person's keys. What is `kept` is under the retention key, which outlives erasure."""

    def seal(self, field: str, plain: bytes, *, kept: bool = False) -> bytes:
        """`plain` so that only this subject's key opens it, only as this `field`."""
        ...

    def open(self, field: str, sealed: bytes, *, kept: bool = False) -> bytes:
        """The inverse of `seal`; raises when it was tampered with or sealed as something else."""
        ...


class Vault(Protocol):
    """Where subjects' keys are."""

    def subject(self, tenant: str, subject: str) -> Subject:
        """The subject's keys; a `Refusal` of status 410 when they have been destroyed."""
        ...

    def retained(self, tenant: str, subject: str) -> Subject:
        """The same for what is `kept`, though the subject be erased; 410 once that is over too."""
        ...


JsonObject = dict[str, Any]
