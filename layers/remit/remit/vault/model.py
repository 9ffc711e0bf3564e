"""The words of the vault: kinds, tokens, masks, seals' contexts, certificates. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from remit.kernel.errors import NotFound, Refusal, Rejection, RemitError
from remit.kernel.ids import derive
from remit.kernel.value import value

Kind = Literal["iban", "account_number", "document_number"]
"""What can stand behind a token."""

SUBJECT, RETENTION = "subject_key", "retention_key"
"""A subject's two keys, by the attributes that hold them wrapped."""

_PREFIXES: Mapping[Kind, str] = {
    "iban": "tok_iban",
    "account_number": "tok_account",
    "document_number": "tok_document",
}
_SHOWN: Mapping[Kind, tuple[int, int]] = {
    "iban": (4, 4),
    "account_number": (0, 4),
    "document_number": (0, 3),
}
"""How many characters a masked form shows at each end. An IBAN's first four name a country."""

_FORMS: Mapping[Kind, re.Pattern[str]] = {
    "iban": re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
    "account_number": re.compile(r"[A-Z0-9]{1,34}"),
    "document_number": re.compile(r"[A-Z0-9]{1,34}"),
}
_SEPARATORS = re.compile(r"[ ./\u00a0<-]")
_HIDDEN = "\u2022"
_LEAST_HIDDEN = 4

_WORD = re.compile(r'[!"$-~]{1,128}')  # no `#`, which parts keys
_FIELD = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")


class SealBroken(RemitError):
    """It does not open: changed, sealed for somewhere else, or under a key that is gone."""

    title = "The sealed content does not open"


class SubjectErased(Refusal):
    """The subject's key was destroyed: what was sealed under it opens for nobody."""

    status = 410
    title = "The subject has been erased"


class SubjectUnknown(NotFound):
    """This tenant has no subject of that id."""

    title = "No such subject"


class TokenUnknown(NotFound):
    """This tenant has no token of that id."""

    title = "No such token"


class CertificateUnknown(NotFound):
    """Nothing was destroyed of which there could be a certificate."""

    title = "No such certificate"


class ValueMalformed(Rejection):
    """What was to be tokenised does not have its kind's form. The text never quotes it."""

    status = 422
    title = "The value does not have the form of its kind"


@value
class Token:
    """Stands for a secret `kind` of `subject`. `masked` may be shown to those who see the subject.

    `id` is random, `tok_iban_` and 26 characters, and tells nothing of what it stands for.
    """

    id: str
    tenant: str
    kind: Kind
    subject: str
    masked: str
    at: int


@value
class Certificate:
    """That a key was destroyed: whose, which, when, why, at whose wish and with whose consent.

    `jws` says the same, signed (RFC 7515, ES256), and is verified with the public key of `kid`.
    `keep_until` is when the retention key goes too, None when it went with this.
    """

    tenant: str
    subject: str
    destroyed: tuple[str, ...]
    at: int
    requested_by: str
    approved_by: str
    reason: str
    keep_until: int | None
    id: str = ""
    kid: str = ""
    jws: str = ""

    @classmethod
    def of_erasure(
        cls,
        tenant: str,
        subject: str,
        *,
        at: int,
        requested_by: str,
        approved_by: str,
        reason: str,
        keep_until: int | None,
    ) -> "Certificate":
        """What is to be certified of an erasure; both keys go unless one is kept for a time."""
        kept = keep_until if keep_until is not None and keep_until > at else None
        return cls(
            tenant=tenant,
            subject=subject,
            destroyed=(SUBJECT,) if kept is not None else (SUBJECT, RETENTION),
            at=at,
            requested_by=requested_by,
            approved_by=approved_by,
            reason=reason,
            keep_until=kept,
        )

    def released(self, *, at: int) -> "Certificate":
        """What is to be certified when the retention key that this one kept goes too."""
        return replace(self, destroyed=(RETENTION,), at=at, keep_until=None)


def context(tenant: str, subject: str, field: str) -> dict[str, str]:
    """What a seal is bound to. `ValueError` for words that could be taken for others."""
    if not (is_word(tenant) and is_word(subject)):
        raise ValueError("a tenant or subject is 1 to 128 visible ASCII characters without `#`")
    if _FIELD.fullmatch(field) is None:
        raise ValueError("a field is named in lower case: document, address.street, file:1")
    return {"tenant": tenant, "subject": subject, "field": field}


def plain_form(kind: Kind, plain: str) -> str:
    """`plain` without separators, in capitals: equal values have one form. `ValueMalformed`."""
    bare = _SEPARATORS.sub("", plain)
    form = bare.upper()
    # Some letters become others as capitals: ß is no SS.
    if not bare.isascii() or _FORMS[kind].fullmatch(form) is None:
        raise ValueMalformed(f"that is not the form of the kind {kind}")
    return form


def masked(kind: Kind, plain: str) -> str:
    """`plain` (in its plain form) with only its ends to be seen, and less of a short one."""
    first, last = _SHOWN[kind]
    hidden = len(plain) - first - last
    if hidden < _LEAST_HIDDEN:
        return _HIDDEN * len(plain)
    return plain[:first] + _HIDDEN * hidden + plain[len(plain) - last :]


def token_id(kind: Kind, chance: str) -> str:
    """The id of a token of that kind; `chance` is as random as the id shall be."""
    return derive(_PREFIXES[kind], chance)


def is_word(text: str) -> bool:
    """Whether `text` can name a tenant or a subject."""
    return _WORD.fullmatch(text) is not None
