"""The vault as the function's settings describe it: one per process, so that its caches serve."""

from functools import cache

from remit.runtime import clients, settings
from remit.vault.seal import Vault


@cache
def vault() -> Vault:
    """The process's vault. Only functions that erase are given SIGNING_KEY_ARN."""
    signing = "SIGNING_KEY_ARN"
    return Vault.of(
        clients.dynamodb(),
        clients.kms(),
        vault_table=settings.required("VAULT_TABLE"),
        subject_keys_table=settings.required("SUBJECT_KEYS_TABLE"),
        key_store_table=settings.required("KEY_STORE_TABLE"),
        key_arn=settings.required("VAULT_KEY_ARN"),
        signing_key_arn=settings.required(signing) if signing in settings.names() else "",
    )
