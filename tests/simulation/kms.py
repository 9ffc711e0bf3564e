"""KMS behind the vault: a call at which anything may go wrong, such as that a key may not be used.

As with the hierarchical keyring, a function asks for a tenant's branch key once and then keeps it
for a while; every signature is a call.
"""

from typing import TYPE_CHECKING

from remit.vault.ports import Context
from remit.vault.sdk import BRANCH_KEY_SECONDS
from remit.vault.store import Noted
from tests.fakes import FakeCipher, FakeSigner
from tests.simulation import deployment
from tests.simulation.aws import Client
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from tests.simulation.world import World


def running(world: "World") -> str | None:
    """The function that runs now; None where the simulation itself looks at something."""
    task = world.scheduler.current
    path = task.name.rpartition(":")[0] if task else ""
    return path if path in deployment.functions() else None


class KmsCipher(FakeCipher):
    """Seals as the fake does, with a branch key that each function has from KMS."""

    def __init__(self, world: "World", seed: int) -> None:
        super().__init__(seed)
        self._world, self._kms = world, Noted(Client("kms"))
        self._until: dict[tuple[str, str], int] = {}

    def wrap(self, tenant: str, context: Context, key: bytes) -> bytes:
        self._ask(tenant)
        return super().wrap(tenant, context, key)

    def unwrap(self, tenant: str, context: Context, wrapped: bytes) -> bytes:
        self._ask(tenant)
        return super().unwrap(tenant, context, wrapped)

    def _ask(self, tenant: str) -> None:
        function, now = running(self._world), self._world.scheduler.now
        if function is None or now < self._until.get((function, tenant), 0):
            return
        self._kms.decrypt(KeyId="VaultKey", CiphertextBlob=b"a branch key")
        self._until[function, tenant] = now + BRANCH_KEY_SECONDS * SECOND


class KmsSigner(FakeSigner):
    """Signs as the fake does, once KMS has been asked."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self._world, self._kms = world, Noted(Client("kms"))

    def sign(self, content: bytes) -> bytes:
        if running(self._world) is not None:
            self._kms.sign(KeyId=self.kid, Message=content)
        return super().sign(content)
