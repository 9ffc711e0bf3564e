"""What of a check is sealed, and as what: bound to its subject, its part and its id.

The token and the answers are under the retention key, which outlives erasure; whom the provider is
asked about is under the subject's own, and is dropped once there is an outcome.
"""

import hashlib
import json
from dataclasses import fields

from remit.identity.model import (
    Applicant,
    Attestation,
    AttestationBroken,
    Check,
)
from remit.identity.ports import Subject, Vault
from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Refusal

_GONE = 410
_APPLICANT = tuple(field.name for field in fields(Applicant))
_ATTESTATION = tuple(field.name for field in fields(Attestation))


class Erased(Exception):
    """The subject's keys have been destroyed: what is sealed opens for nobody."""


def keys(vault: Vault, check: Check, *, kept: bool) -> Subject:
    """The keys of the check's subject: for what is `kept`, or all of them. Raises `Erased`."""
    give = vault.retained if kept else vault.subject
    try:
        return give(check.tenant, check.subject)
    except Refusal as refusal:
        if refusal.status != _GONE:
            raise
        raise Erased from None


def token_hash(task_token: str) -> str:
    """What stands for a task's token where it must not be shown."""
    return hashlib.sha256(task_token.encode()).hexdigest()


def seal_task(subject: Subject, check_id: str, task_token: str) -> bytes:
    """The task's token, sealed."""
    return subject.seal(_field("task", check_id), task_token.encode(), kept=True)


def open_task(subject: Subject, check_id: str, sealed: bytes) -> str:
    """The inverse of `seal_task`."""
    return subject.open(_field("task", check_id), sealed, kept=True).decode()


def seal_applicant(subject: Subject, check_id: str, applicant: Applicant) -> bytes:
    """Whom the provider is asked about, sealed."""
    plain = canonical_json({name: getattr(applicant, name) for name in _APPLICANT}).encode()
    return subject.seal(_field("applicant", check_id), plain)


def open_applicant(subject: Subject, check_id: str, sealed: bytes) -> Applicant:
    """The inverse of `seal_applicant`."""
    return Applicant(**json.loads(subject.open(_field("applicant", check_id), sealed)))


def seal_attestation(
    subject: Subject, attestation: Attestation, *, part: str = "attestation"
) -> bytes:
    """An answer with all that proves it, sealed: as the `part` that it is."""
    plain = attestation_bytes(attestation)
    return subject.seal(_field(part, attestation.check_id), plain, kept=True)


def open_attestation(subject: Subject, check_id: str, sealed: bytes, *, sha256: str) -> Attestation:
    """The inverse of `seal_attestation`. Raises `AttestationBroken` unless `sha256` is its hash."""
    plain = subject.open(_field("attestation", check_id), sealed, kept=True)
    if hashlib.sha256(plain).hexdigest() != sha256:
        raise AttestationBroken
    return Attestation(**json.loads(plain))


def attestation_bytes(attestation: Attestation) -> bytes:
    """What is sealed and hashed of an answer."""
    return canonical_json({name: getattr(attestation, name) for name in _ATTESTATION}).encode()


def sha256(attestation: Attestation) -> str:
    """The hash that the check holds of its attestation."""
    return hashlib.sha256(attestation_bytes(attestation)).hexdigest()


def _field(part: str, check_id: str) -> str:
    return f"identity.{part}:{check_id.lower()}"
