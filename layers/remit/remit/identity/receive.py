"""Take a provider's answer: believed because it is signed, kept because it is evidence."""

from remit.identity import seals, settle
from remit.identity.desk import Desk
from remit.identity.model import CheckNotFound, Told
from remit.identity.ports import Vault
from remit.identity.schema import read_callback
from remit.kernel.signature import Headers, verify


def receive(
    desk: Desk, vault: Vault, *, provider: str, headers: Headers, body: bytes, now: int
) -> Told:
    """Settle the check that a callback answers, and resume its machine.

    Twice is harmless. The first answer stands: one that contradicts it, or comes when the check
    was given up, is kept beside it and changes nothing. Raises `SignatureInvalid`,
    `CallbackMalformed`, and `CheckNotFound` for whatever is not this provider's check.
    """
    house = desk.providers.get(provider)
    if house is None:
        raise CheckNotFound
    signature = verify(house.keys, headers, body, now=now)
    result = read_callback(body)
    check = desk.checks.get(result.check_id).check
    if check.provider != provider or check.reference not in (None, result.reference):
        raise CheckNotFound
    try:
        told = settle.answer(
            desk, vault, check, result, how="callback", signature=signature, now=now
        )
    except seals.Erased:
        # Its retention is over: nothing may be kept, nobody can be told. The sweep closes it.
        raise CheckNotFound from None
    settle.tell(desk, vault, desk.checks.get(check.id), now=now)
    return told
