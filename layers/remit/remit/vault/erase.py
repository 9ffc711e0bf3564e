"""Erasure: a subject's key is destroyed in one commit with the certificate that says so.

What has to be tidied up after it (rows of the blind index, later the retention key) is listed in
the same commit, so that whatever happens, the sweep finishes it.
"""

from collections.abc import Sequence

from remit.kernel.clock import HOUR
from remit.kernel.errors import Contended
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause
from remit.store.item import Item, binary, integer, text
from remit.store.table import Page
from remit.store.write import Write, delete, put_new, update
from remit.vault.certificate import certificate_item, certified, stored_certificate
from remit.vault.keys import Keys
from remit.vault.model import RETENTION, SUBJECT, Certificate, CertificateUnknown
from remit.vault.ports import Signer
from remit.vault.store import VaultStore, keys_key, subject_pk, token_key

DUE = "due"
CLEAR, RELEASE = "clear", "release"
"""What may be due: to clear a subject's tokens and index rows; to destroy its retention key."""

LATE_WRITES = HOUR
"""A process that read the key before it was destroyed may still write a token, for this long."""

_PAGE = 24


def erase(keys: Keys, signer: Signer, wanted: Certificate) -> Certificate:
    """Destroy the subject's key as `wanted` (not yet signed) says, once; see `Vault.erase`.

    Called again, whatever is wanted then, it gives the certificate of the first time.
    """
    for attempt in range(unit_of_work.ATTEMPTS):
        record = keys.record(wanted.tenant, wanted.subject)
        if SUBJECT not in record:
            break
        try:
            commit(keys.store.keys.client, _destroyed(keys, record, certified(signer, wanted)))
        except Stale:
            pause(attempt)  # its keys were wrapped anew, or somebody else is erasing it
    else:
        raise Contended
    keys.forget()
    certificate = certificate_of(keys.store, wanted.tenant, wanted.subject, SUBJECT)
    clear(keys.store, wanted.tenant, wanted.subject)
    return certificate


def release(keys: Keys, signer: Signer, due: Item) -> None:
    """Destroy the retention key that is due, with a certificate, and take it off the list.

    `Stale` when another run did that meanwhile.
    """
    tenant, subject = text(due, "tenant"), text(due, "subject")
    record = keys.record(tenant, subject)
    if RETENTION not in record:
        raise Stale
    first = certificate_of(keys.store, tenant, subject, SUBJECT)
    signed = certified(signer, first.released(at=integer(due, "due_at")))
    commit(keys.store.keys.client, [*_destroyed(keys, record, signed), done(keys.store, due)])
    keys.forget()


def certificate_of(store: VaultStore, tenant: str, subject: str, key: str) -> Certificate:
    """The certificate that this key of the subject was destroyed; `CertificateUnknown`."""
    found = store.records.get(_certificate_key(tenant, subject, key))
    if found is None:
        raise CertificateUnknown
    return stored_certificate(found)


def clear(store: VaultStore, tenant: str, subject: str) -> int:
    """Take an erased subject's tokens out of the index, and their dead values away; how many."""
    cleared = 0
    for attempt in range(unit_of_work.ATTEMPTS):
        try:
            while found := store.records.query(
                subject_pk(tenant, subject), above="tok_", limit=_PAGE
            ).items:
                commit(store.records.client, _cleared(store, tenant, found))
                cleared += len(found)
        except Stale:
            pause(attempt)  # somebody else clears it, or moves it in the index
        else:
            return cleared
    raise Contended


def done(store: VaultStore, due: Item) -> Write:
    """Take what was due off the list; `Stale` when it is off already."""
    return delete(store.records.name, {"pk": DUE, "sk": due["sk"]}, missing=lambda _: Stale())


def due_before(store: VaultStore, moment: int, *, start: Item | None = None) -> Page:
    """What is due before `moment` (milliseconds), the longest due first."""
    return store.records.query(DUE, below=_time(moment), limit=_PAGE, start=start)


def _destroyed(keys: Keys, record: Item, certificate: Certificate) -> list[Write]:
    """The writes that destroy the certificate's keys and put the certificate in their place."""
    tenant, subject = certificate.tenant, certificate.subject
    who: Item = {"at": certificate.at, "by": certificate.requested_by, "why": certificate.reason}
    return [
        update(
            keys.store.keys.name,
            keys_key(tenant, subject),
            set_to=who | {"erased_at": certificate.at},
            remove=certificate.destroyed,
            only_if={name: binary(record, name) for name in certificate.destroyed},
            failed=lambda _: Stale(),
        ),
        *(
            put_new(keys.store.records.name, item, exists=lambda _: Stale())
            for item in (
                _certificate_key(tenant, subject, certificate.destroyed[0])
                | certificate_item(certificate)
                | who,
                *_left_to_do(certificate, who),
            )
        ),
    ]


def _left_to_do(certificate: Certificate, who: Item) -> list[Item]:
    if SUBJECT not in certificate.destroyed:
        return []
    moments = {CLEAR: certificate.at + LATE_WRITES}
    if certificate.keep_until is not None:
        moments[RELEASE] = certificate.keep_until
    return [_due(certificate, what, moment) | who for what, moment in moments.items()]


def _due(certificate: Certificate, what: str, moment: int) -> Item:
    tenant, subject = certificate.tenant, certificate.subject
    return {
        "pk": DUE,
        "sk": f"{_time(moment)}#{tenant}#{subject}#{what}",
        "tenant": tenant,
        "subject": subject,
        "what": what,
        "due_at": moment,
    }


def _cleared(store: VaultStore, tenant: str, found: Sequence[Item]) -> list[Write]:
    writes = []
    for row in found:
        index = {"pk": row["index"], "sk": text(row, "pk").rpartition("#")[2]}
        writes += [
            delete(store.records.name, index, missing=lambda _: Stale()),
            delete(
                store.records.name, {"pk": row["pk"], "sk": row["sk"]}, missing=lambda _: Stale()
            ),
            update(
                store.records.name,
                token_key(tenant, text(row, "sk")),
                set_to={"why": "erased"},
                remove=("sealed",),
                only_if={"why": "tokenised"},
                failed=lambda _: Stale(),
            ),
        ]
    return writes


def _certificate_key(tenant: str, subject: str, key: str) -> Item:
    return {"pk": subject_pk(tenant, subject), "sk": f"certificate#{key}"}


def _time(moment: int) -> str:
    return f"{moment:015d}"
