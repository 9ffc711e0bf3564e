"""`python -m local ledger verify`: check the running cloud's ledger, as operations do on AWS."""

import sys

from local import cloud
from local.home import DEFAULT
from local.options import Misused

_USAGE = "usage: python -m local ledger verify"
_MOST = 100


def main(arguments: list[str]) -> int:
    """0 when every balance follows from its transfers, 1 when not, 3 when no cloud runs."""
    if arguments != ["verify"]:
        raise Misused(_USAGE)
    here = cloud.attach(DEFAULT)
    if here is None:
        print("the local cloud is not running; start it: make up", file=sys.stderr)
        return 3
    from remit.payments.agree import findings
    from remit.store.table import Table

    names, client = here.outputs, here.client("dynamodb")
    found = findings(
        Table(client=client, name=names["LedgerTableName"]),
        Table(client=client, name=names["PaymentsTableName"]),
    )
    for one in found[:_MOST]:
        print(one)
    print(f"{len(found)} wrong" if found else "the ledger is right")
    return 1 if found else 0
