"""The vault as the other contexts use it: subjects that seal and open, tokens, erasure.

Nothing here imports the encryption SDK: that takes half a second, which only a function that seals
shall pay, when it does.
"""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from remit.store.commit import commit
from remit.store.write import Write
from remit.vault import erase, tokens
from remit.vault import reveal as reveals
from remit.vault.keys import Keys, Subject
from remit.vault.model import Certificate, Kind, Token
from remit.vault.ports import Cipher, Signer
from remit.vault.sdk import SdkCipher
from remit.vault.signing import KmsSigner
from remit.vault.store import VaultStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

__all__ = ["Subject", "Vault"]


class Vault:
    """Seals what belongs to a subject, and can take a subject's key away for ever."""

    def __init__(
        self,
        store: VaultStore,
        cipher: Cipher,
        signer: Signer,
        *,
        chance: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.store = store
        self.signer = signer
        self.keys = Keys(store, cipher, chance=chance)

    @classmethod
    def of(
        cls,
        dynamodb: "DynamoDBClient",
        kms: "KMSClient",
        *,
        vault_table: str,
        subject_keys_table: str,
        key_store_table: str,
        key_arn: str,
        signing_key_arn: str = "",
    ) -> "Vault":
        """The vault over these tables and KMS keys. Only erasing needs `signing_key_arn`."""
        return cls(
            VaultStore.of(dynamodb, vault_table=vault_table, subject_keys_table=subject_keys_table),
            SdkCipher(dynamodb, kms, key_store_table=key_store_table, key_arn=key_arn),
            KmsSigner(kms, signing_key_arn),
        )

    def new_subject(
        self, tenant: str, subject: str, *, at: int, by: str
    ) -> tuple[Subject, list[Write]]:
        """A subject with fresh keys, usable at once, real once the writes are committed.

        They are `Stale` when the subject is there already, erased or not: then ask for it.
        """
        return self.keys.new(tenant, subject, at=at, by=by)

    def subject(self, tenant: str, subject: str) -> Subject:
        """The subject; `SubjectErased`, or `SubjectUnknown`."""
        return self.keys.of(tenant, subject)

    def retained(self, tenant: str, subject: str) -> Subject:
        """The subject, though erased, for what is kept; `SubjectErased` once that is over too."""
        return self.keys.retained(tenant, subject)

    def tokenise(
        self, subject: Subject, kind: Kind, plain: str, *, at: int, by: str
    ) -> tuple[Token, list[Write]]:
        """The token of this value for this subject, real once the writes are committed.

        A subject has one token for a value: for one that it has there is nothing to write, and of
        two at once one is `Stale`. Spaces, hyphens and case make no difference, and are not kept.
        Raises `ValueMalformed`.
        """
        return tokens.tokenise(self.keys, subject, kind, plain, at=at, by=by)

    def find(self, tenant: str, kind: Kind, plain: str) -> tuple[str, ...]:
        """The ids of the tenant's tokens of this value, whosoever they are, in their order."""
        return tokens.find(self.keys, tenant, kind, plain)

    def token(self, tenant: str, token_id: str) -> Token:
        """The token with its masked form; `TokenUnknown` or `SubjectErased`."""
        return tokens.token(self.keys, tenant, token_id)

    def reveal(self, tenant: str, token_id: str, *, by: str, reason: str, at: int) -> str:
        """What stands behind a token, in its plain form. That it was revealed is recorded first.

        Raises `TokenUnknown`, `SubjectErased`, or `RevealsExhausted` for one who revealed too many.
        """
        return reveals.reveal(self.keys, tenant, token_id, by=by, reason=reason, at=at)

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
        """Destroy the subject's key, and its tokens with it; the signed certificate of that.

        The retention key stays until `keep_until`, then the sweep destroys it; None, or a time that
        has passed, destroys it at once. Twice gives the first certificate. `SubjectUnknown`.
        """
        wanted = Certificate.of_erasure(
            tenant,
            subject,
            at=at,
            requested_by=requested_by,
            approved_by=approved_by,
            reason=reason,
            keep_until=keep_until,
        )
        return erase.erase(self.keys, self.signer, wanted)

    def commit(self, writes: list[Write]) -> None:
        """Commit writes that stand for themselves; none is none to do."""
        if writes:
            commit(self.store.records.client, writes)
