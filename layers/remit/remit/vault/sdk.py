"""The real cipher: the AWS Encryption SDK, with a branch key per tenant under one KMS key.

Branch keys lie in the key store's table, wrapped by KMS; each is unwrapped at most once in
`BRANCH_KEY_SECONDS`, whatever and however much is sealed meanwhile. Everything is sealed with key
commitment, under one data key, and bound to its context, which is not stored with it.

The SDK is imported inside the functions, since that takes half a second.
"""

import io
import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from remit.vault.model import SealBroken
from remit.vault.ports import Context
from remit.vault.rekey import KEY_STORE
from remit.vault.store import Noted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

BRANCH_KEY_SECONDS = 600
BRANCH_KEYS = 1_000
"""How long an unwrapped branch key is used in one process, and how many there are at most."""

_REQUIRED = ["tenant", "subject", "field"]

# Of a message that does not open, the SDK logs traces that may quote what it read.
logging.getLogger("aws_encryption_sdk").setLevel(logging.CRITICAL + 1)


class _Source(io.BytesIO):
    """Sealed bytes to be read; remembers how many were, though the SDK closes it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


class SdkCipher:
    """Seals by the AWS Encryption SDK; see `ports.Cipher`."""

    def __init__(
        self,
        dynamodb: "DynamoDBClient",
        kms: "KMSClient",
        *,
        key_store_table: str,
        key_arn: str,
    ) -> None:
        self._dynamodb = Noted(dynamodb)
        self._kms = Noted(kms)
        self._table = key_store_table
        self._key_arn = key_arn
        self._known: set[str] = set()

    def wrap(self, tenant: str, context: Context, key: bytes) -> bytes:
        """Seal a key under the tenant's newest branch key, which is made at first use."""
        if tenant not in self._known:
            if not self.version(tenant):
                self._create(tenant)
            self._known.add(tenant)
        try:
            return self._sealed(self._branch_keys, context, key)
        except Exception as error:  # the SDK wraps what our clients raise in errors of its own
            self._raise_trouble(error)
            raise

    def unwrap(self, tenant: str, context: Context, wrapped: bytes) -> bytes:
        """Open what `wrap` gave, under whichever version of the branch key it was."""
        if context["tenant"] != tenant:
            raise SealBroken
        return self._opened(self._branch_keys, context, wrapped)

    def seal(self, key: bytes, context: Context, plain: bytes) -> bytes:
        """Seal `plain` under a key of 32 bytes."""
        return self._sealed(self._raw(key), context, plain)

    def open(self, key: bytes, context: Context, sealed: bytes) -> bytes:
        """Open what `seal` gave."""
        return self._opened(self._raw(key), context, sealed)

    def rotate(self, tenant: str) -> str:
        """Make a new version of the tenant's branch key; returns its name.

        Other processes go on under the version before for `BRANCH_KEY_SECONDS` at most.
        """
        from aws_cryptographic_material_providers.keystore.models import VersionKeyInput

        if not self.version(tenant):
            self._create(tenant)
        try:
            self._writing.version_key(VersionKeyInput(branch_key_identifier=tenant))
        except Exception as error:
            self._raise_trouble(error)
            raise
        self.forget()
        return self.version(tenant)

    def version(self, tenant: str) -> str:
        """The name of the tenant's newest branch key; empty before the first use."""
        found = self._dynamodb.get_item(
            TableName=self._table,
            Key={"branch-key-id": {"S": tenant}, "type": {"S": "branch:ACTIVE"}},
            ConsistentRead=True,
        )
        return str(found["Item"]["version"]["S"]) if "Item" in found else ""

    def forget(self) -> None:
        """Drop every branch key from memory."""
        self.__dict__.pop("_branch_keys", None)

    def _create(self, tenant: str) -> None:
        """Make the tenant's first branch key; of two at once one is made, and both use it."""
        from aws_cryptographic_material_providers.keystore.models import CreateKeyInput

        wanted = CreateKeyInput(branch_key_identifier=tenant, encryption_context={"tenant": tenant})
        try:
            self._writing.create_key(wanted)
        except Exception as error:
            if self.version(tenant):
                return
            self._raise_trouble(error)
            raise

    def _sealed(self, manager: Any, context: Context, plain: bytes) -> bytes:
        from aws_encryption_sdk.identifiers import AlgorithmSuite

        sealed, _ = self._client.encrypt(
            source=plain,
            materials_manager=manager,
            encryption_context=dict(context),
            algorithm=AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        )
        return bytes(sealed)

    def _opened(self, manager: Any, context: Context, sealed: bytes) -> bytes:
        source = _Source(sealed)
        try:
            plain, _ = self._client.decrypt(
                source=source, materials_manager=manager, encryption_context=dict(context)
            )
        except Exception as error:  # noqa: BLE001 - of bytes that are not its own, the SDK raises all sorts
            self._raise_trouble(error)
            raise SealBroken from None
        if source.taken != len(sealed):
            raise SealBroken  # the SDK passes over what follows a message
        return bytes(plain)

    def _raise_trouble(self, error: Exception) -> None:
        """Raise what a client of ours met on the way, if it did: that is no fault of the bytes."""
        for client in (self._dynamodb, self._kms):
            client.raise_noted(error)

    @cached_property
    def _client(self) -> Any:
        from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient

        return EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
            max_encrypted_data_keys=1,
        )

    @cached_property
    def _providers(self) -> Any:
        from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
        from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig

        return AwsCryptographicMaterialProviders(MaterialProvidersConfig())

    @cached_property
    def _writing(self) -> Any:
        """The key store for making branch keys, under our KMS key alone."""
        from aws_cryptographic_material_providers.keystore.models import KMSConfigurationKmsKeyArn

        return self._store(KMSConfigurationKmsKeyArn(self._key_arn))

    @cached_property
    def _reading(self) -> Any:
        """The key store for using branch keys, under whichever KMS key each is.

        So it stays in use while it is moved to another (`rekey`). Which KMS keys a function may use
        its role says.
        """
        from aws_cryptographic_material_providers.keystore.models import (
            Discovery,
            KMSConfigurationDiscovery,
        )

        return self._store(KMSConfigurationDiscovery(Discovery()))

    def _store(self, kms_configuration: Any) -> Any:
        from aws_cryptographic_material_providers.keystore.client import KeyStore
        from aws_cryptographic_material_providers.keystore.config import KeyStoreConfig

        config = KeyStoreConfig(
            ddb_table_name=self._table,
            kms_configuration=kms_configuration,
            logical_key_store_name=KEY_STORE,
            ddb_client=self._dynamodb,
            kms_client=self._kms,
        )
        return KeyStore(config)

    @cached_property
    def _branch_keys(self) -> Any:
        """What seals under branch keys: the hierarchical keyring, with its cache."""
        from aws_cryptographic_material_providers.mpl import models, references

        class TenantsKey(references.IBranchKeyIdSupplier):  # type: ignore[misc]
            """The branch key is called as the context's tenant."""

            def get_branch_key_id(
                self, param: models.GetBranchKeyIdInput
            ) -> models.GetBranchKeyIdOutput:
                return models.GetBranchKeyIdOutput(branch_key_id=param.encryption_context["tenant"])

        keyring = self._providers.create_aws_kms_hierarchical_keyring(
            models.CreateAwsKmsHierarchicalKeyringInput(
                key_store=self._reading,
                branch_key_id_supplier=TenantsKey(),
                ttl_seconds=BRANCH_KEY_SECONDS,
                cache=models.CacheTypeDefault(models.DefaultCache(entry_capacity=BRANCH_KEYS)),
            )
        )
        return self._bound(keyring)

    def _raw(self, key: bytes) -> Any:
        """What seals under a key that we hold."""
        from aws_cryptographic_material_providers.mpl import models

        keyring = self._providers.create_raw_aes_keyring(
            models.CreateRawAesKeyringInput(
                key_namespace="remit",
                key_name="subject",
                wrapping_key=key,
                wrapping_alg=models.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
            )
        )
        return self._bound(keyring)

    def _bound(self, keyring: Any) -> Any:
        """`keyring`, for messages whose context must be known to whoever opens them."""
        from aws_cryptographic_material_providers.mpl import models

        default = self._providers.create_default_cryptographic_materials_manager(
            models.CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
        )
        return self._providers.create_required_encryption_context_cmm(
            models.CreateRequiredEncryptionContextCMMInput(
                underlying_cmm=default, required_encryption_context_keys=_REQUIRED
            )
        )
