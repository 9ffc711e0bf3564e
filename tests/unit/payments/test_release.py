"""The way back of rejected money: the transfer that mirrors the one which set it aside."""

import pytest

from remit.kernel.ids import derive
from remit.ledger.refusals import AccountClosed, TransferConflict
from remit.payments.give_back import back_to_debtor
from remit.payments.reserve import in_transit, transfer_id
from tests.unit.payments.outside import outside


class Books:
    """A ledger that keeps what it is to post, and refuses the debtor's account."""

    def __init__(self, refusal=None):
        self.refusal, self.posted = refusal, []

    def post(self, transfer):
        self.posted.append(transfer)
        debtor = any(leg.account_id == outside().debtor_account for leg in transfer.legs)
        if self.refusal is not None and debtor:
            raise self.refusal
        return ["write"]


def back(books):
    payment = outside("reserved", "submitted")
    return back_to_debtor(
        books,
        payment,
        payment.amount,
        transfer_id=derive("tr", payment.id, "release"),
        kind="release",
        at=1,
        by="sct_inst",
        reverses=transfer_id(payment),
    )


def test_the_money_goes_back_the_way_it_came():
    books = Books()
    found = back(books)
    (made,) = books.posted
    assert not found.in_suspense
    assert [(leg.account_id, leg.side) for leg in made.legs] == [
        (in_transit(outside()), "debit"),
        (outside().debtor_account, "credit"),
    ]
    assert made.reverses == transfer_id(outside())


def test_an_account_that_cannot_take_it_does_not_stop_it():
    books = Books(AccountClosed())
    found = back(books)
    refused, kept = books.posted
    assert found.in_suspense
    assert kept.id == refused.id
    assert kept.legs[1].account_id.startswith("house.suspense.EUR.")
    assert kept.reverses is None


def test_what_was_moved_before_is_not_moved_to_suspense():
    with pytest.raises(TransferConflict):
        back(Books(TransferConflict()))
