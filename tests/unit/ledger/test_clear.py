"""What lies in suspense is cleared once, also when somebody else is faster."""

import pytest

from remit.ledger.clear import AlreadyCleared, NotSuspended, _clearance, _posted
from remit.ledger.model import Leg, Transfer, between
from remit.ledger.refusals import TransferConflict
from remit.ledger.schema_transfer import Clearance
from remit.store.idempotency import Command
from remit.store.write import put_new

ACCOUNT, SUSPENSE = "acc_4FTRW6RSDSTW65172B22TMPX49", "house.suspense.EUR.3"
COMMAND = Command(tenant="acme", key="k", fingerprint="f", path="/", actor="olga", now=9)
ASKED = Clearance(account=ACCOUNT, reason="case 4711")


def left(*legs, kind="release"):
    return Transfer(
        id="tr_1", tenant="acme", currency="EUR", legs=legs, kind=kind, reference="pay_1",
        by="sct_inst", at=1,
    )  # fmt: skip


def test_what_was_put_there_goes_to_the_account_and_names_the_payment():
    made = _clearance(left(*between("house.in_transit.EUR.1", SUSPENSE, 5)), COMMAND, ASKED)
    assert made.legs == between(SUSPENSE, ACCOUNT, 5)
    assert (made.reference, made.by, made.kind) == ("pay_1 case 4711", "olga", "clearance")


def test_what_was_taken_from_there_comes_from_the_account():
    made = _clearance(left(*between(SUSPENSE, "house.in_transit.EUR.1", 5)), COMMAND, ASKED)
    assert made.legs == between(ACCOUNT, SUSPENSE, 5)


@pytest.mark.parametrize(
    "transfer",
    [
        left(*between("house.in_transit.EUR.1", ACCOUNT, 5)),
        left(*between(SUSPENSE, ACCOUNT, 5), kind="clearance"),
        left(
            Leg(account_id=SUSPENSE, side="debit", amount=5),
            Leg(account_id="house.suspense.EUR.4", side="credit", amount=5),
        ),
    ],
)
def test_a_transfer_that_has_left_nothing_there_is_not_cleared(transfer):
    with pytest.raises(NotSuspended):
        _clearance(transfer, COMMAND, ASKED)


class Books:
    def __init__(self, refusal=None):
        self.refusal = refusal

    def post(self, _):
        if self.refusal:
            raise self.refusal
        item = {"pk": "acme#tr_2", "sk": "transfer"}
        return [put_new("Ledger", item, exists=lambda _: TransferConflict()), "entry"]


def test_whoever_is_second_hears_that_it_has_been_cleared():
    made = left(*between(SUSPENSE, ACCOUNT, 5))
    with pytest.raises(AlreadyCleared):
        _posted(Books(TransferConflict()), made)
    itself, entry = _posted(Books(), made)
    assert isinstance(itself.failed(None), AlreadyCleared)
    assert entry == "entry"
