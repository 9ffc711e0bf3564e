"""`python -m local settlement verify <window>`: compute a window anew on the running cloud."""

import sys

from local import cloud
from local.home import DEFAULT
from local.options import Misused, options
from local.seed import DEMO

_USAGE = "usage: python -m local settlement verify <window> [tenant=acme]"


def main(arguments: list[str]) -> int:
    """0 when all follows from members and ledger, 1 when not, 3 when no cloud runs."""
    if arguments[:1] != ["verify"]:
        raise Misused(_USAGE)
    given = options(arguments[1:], "window", "tenant")
    if "window" not in given:
        raise Misused(_USAGE)
    here = cloud.attach(DEFAULT)
    if here is None:
        print("the local cloud is not running; start it: make up", file=sys.stderr)
        return 3
    return verified(here, given["window"], given.get("tenant", DEMO.name))


def verified(here: cloud.Cloud, window: str, tenant: str) -> int:
    """Compute the window anew, and print the first difference if there is one."""
    from remit.ledger.store import Ledger
    from remit.settlement.desk import Desk
    from remit.settlement.kept import WindowUnknown
    from remit.settlement.store import SettlementStore
    from remit.settlement.verify import verify

    names, client = here.outputs, here.client("dynamodb")
    desk = Desk(
        store=SettlementStore.of(client, names["SettlementTableName"]),
        ledger=Ledger.of(client, names["LedgerTableName"]),
        ours=names["OurBic"].ljust(11, "X"),
        agent="",
        lines={},
    )
    try:
        found = verify(desk, tenant=tenant, window_id=window)
    except WindowUnknown:
        print(f"{tenant} has no window {window}", file=sys.stderr)
        return 1
    if found.difference is not None:
        one = found.difference
        print(f"{one.what}: {one.claimed} is claimed, {one.found} is found")
        return 1
    what = f"{found.members} members, hash {found.hash or 'not computed yet'}"
    print(f"the window is right: {found.status}, {what}")
    return 0
