"""New versions of a tenant's keys. Old data still opens; `reseal` brings it under the new ones."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from remit.kernel import clock
from remit.kernel.clock import SECOND
from remit.kernel.errors import Rejection
from remit.kernel.value import value
from remit.store.commit import commit
from remit.store.write import put
from remit.vault.index import MOST_VERSIONS, READ_BEFORE_WRITTEN, added, index_keys
from remit.vault.keys import Keys
from remit.vault.model import is_word
from remit.vault.sdk import BRANCH_KEY_SECONDS
from remit.vault.store import rotation_key

What = Literal["branch", "index"]


class InvocationMalformed(Rejection):
    """An invocation by hand did not say what it must."""

    title = "The invocation cannot be understood"


class RotationPending(Rejection):
    """The rotation before has not come into use everywhere, or old versions are left to destroy."""

    status = 409
    title = "The rotation before is not finished"


@value
class Rotated:
    """The new version's name, and from when (milliseconds) everything may be brought under it."""

    version: str
    reseal_from: int


def tenant_of(event: Mapping[str, Any]) -> str:
    """The tenant that an invocation by hand names; `InvocationMalformed` when it names none."""
    tenant = event.get("tenant")
    if not isinstance(tenant, str) or not is_word(tenant):
        raise InvocationMalformed('name the tenant: {"tenant": "acme"}')
    return tenant


def named(event: Mapping[str, Any]) -> tuple[str, What]:
    """The tenant and what to rotate, as an invocation by hand names them."""
    tenant, what = tenant_of(event), event.get("what")
    if what not in ("branch", "index"):
        raise InvocationMalformed('say what to rotate: {"what": "branch"} or {"what": "index"}')
    return tenant, cast("What", what)


def rotate(keys: Keys, tenant: str, what: What, *, by: str) -> Rotated:
    """Add a version of the tenant's branch key or index key."""
    now = clock.now()
    made = _branch(keys, tenant, now) if what == "branch" else _index(keys, tenant, now, by)
    item = rotation_key(tenant, what) | {
        "version": made.version,
        "reseal_from": made.reseal_from,
        "at": now,
        "by": by,
        "why": "rotated",
    }
    commit(keys.store.records.client, [put(keys.store.records.name, item)])
    return made


def _branch(keys: Keys, tenant: str, now: int) -> Rotated:
    # Others wrap under the version before until their cache lets it go.
    return Rotated(
        version=keys.cipher.rotate(tenant), reseal_from=now + BRANCH_KEY_SECONDS * SECOND
    )


def _index(keys: Keys, tenant: str, now: int, by: str) -> Rotated:
    live = index_keys(keys, tenant, by=by)
    if live[-1].written_from > now:
        raise RotationPending("the version before is not written under yet")
    if len(live) >= MOST_VERSIONS:
        raise RotationPending(
            f"there are {MOST_VERSIONS} versions: re-seal, which destroys old ones"
        )
    written_from = now + READ_BEFORE_WRITTEN
    version = live[-1].version + 1
    commit(keys.store.keys.client, [added(keys, tenant, version, written_from=written_from, by=by)])
    return Rotated(version=str(version), reseal_from=written_from + READ_BEFORE_WRITTEN)
