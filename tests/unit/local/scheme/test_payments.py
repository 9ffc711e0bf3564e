"""What the scheme makes of our payments, enquiries and recalls."""

from itertools import count

import pytest

from remit.kernel.money import Money
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge, UnsupportedMessage
from remit.rails.outgoing import Side, uetr_of
from remit.sandbox.rules import KnobUnknown
from remit.sandbox.scheme import IdReused
from remit.sandbox.turn import NotTaken
from tests.unit.local.scheme.made import (
    NOW,
    book,
    enquiry,
    payment,
    recall,
    says,
    seconds,
    transfer,
)

ACCEPTED, BACK = ("accepted", "ACSC", "MS03"), ("returned", None, "AC04")


@pytest.mark.parametrize(
    ("ending", "answers", "after"),
    [
        (1, [("rejected", "RJCT", "AC04")], [0.05]),
        (2, [("rejected", "RJCT", "AM05")], [0.05]),
        (3, [], []),
        (4, [ACCEPTED], [40.0]),
        (5, [ACCEPTED, BACK], [0.05, 1.05]),
        (6, [ACCEPTED], [0.05]),
        (0, [ACCEPTED], [0.05]),
        (99, [ACCEPTED], [0.05]),
    ],
)
def test_a_payment_is_answered_as_its_amount_says(ending, answers, after):
    taken = book().take(transfer(12_300 + ending))
    assert taken.status == 202
    assert [says(each) for each in taken.deliveries] == answers
    assert seconds(taken) == after


def test_every_answer_names_the_payment():
    from remit.rails.heard import hear

    taken = book().take(transfer(12_305))
    heard = [hear("sct_inst", each.body) for each in taken.deliveries]
    assert {fact.uetr for one in heard for fact in one.facts} == {payment(1).uetr}
    assert heard[1].facts[0].amount == Money(amount=12_305, currency="EUR")
    assert [one.id for one in heard] == [each.id for each in taken.deliveries]
    assert len({one.id for one in heard}) == 2


def test_the_same_message_is_a_duplicate_and_nothing_follows_again():
    scheme = book()
    scheme.take(transfer(12_300))
    again = scheme.take(transfer(12_300).replace(b"><", b">\n<"))
    assert (again.status, again.code, again.deliveries) == (409, "duplicate", ())


def test_another_message_under_a_known_id_is_refused():
    scheme = book()
    scheme.take(transfer(12_300))
    with pytest.raises(IdReused):
        scheme.take(transfer(12_301))
    assert scheme.payments[payment(1).uetr].status == "ACSC"


def test_a_payment_that_comes_again_in_another_message_is_told_to_be_one():
    scheme = book()
    scheme.take(transfer(12_300))
    other = transfer(12_300).replace(b"<MsgId>T", b"<MsgId>X", 1)
    (told,) = scheme.take(other).deliveries
    assert says(told) == ("duplicate", "RJCT", "DU03")
    assert scheme.payments[payment(1).uetr].message_id.startswith("T")


def test_a_payment_that_breaks_the_schemes_rules_is_rejected_by_the_rules_code():
    nobody = Side(name="Zoe", iban="NL00ABNA0417164300", bic="ABNANL2AXXX")
    (told,) = book().take(transfer(12_303, creditor=nobody)).deliveries
    assert says(told)[:2] == ("rejected", "RJCT")


def test_a_silent_payment_is_found_by_the_enquiry_that_the_knob_says():
    scheme = book()
    assert scheme.take(transfer(12_303)).deliveries == ()
    assert scheme.take(transfer(12_303)).status == 409
    assert scheme.take(enquiry(1)).deliveries == ()
    assert scheme.take(enquiry(1)).status == 409, "asked twice, counted once"
    (found,) = scheme.take(enquiry(2)).deliveries
    assert says(found) == ACCEPTED
    scheme.move(1)
    (again,) = scheme.take(enquiry(4)).deliveries
    assert says(again) == ACCEPTED
    assert again.id != found.id

    scheme = book(enquiry=1)
    scheme.take(transfer(12_303))
    assert [says(each) for each in scheme.take(enquiry(1)).deliveries] == [ACCEPTED]


def test_an_enquiry_before_a_late_answer_hears_that_it_is_under_way():
    scheme = book()
    scheme.take(transfer(12_304))
    assert [says(each)[0] for each in scheme.take(enquiry(1)).deliveries] == ["pending"]
    scheme.move(41)
    assert [says(each) for each in scheme.take(enquiry(2)).deliveries] == [ACCEPTED]


def test_an_enquiry_on_a_rejected_payment_hears_why_and_on_an_unknown_one_that_it_is():
    scheme = book()
    scheme.take(transfer(12_301))
    scheme.move(1)
    (told,) = scheme.take(enquiry(1)).deliveries
    assert says(told) == ("rejected", "RJCT", "AC04")
    (told,) = scheme.take(enquiry(1, number=2)).deliveries
    assert says(told) == ("pending", "RJCT", "NOOR")


@pytest.mark.parametrize(
    ("amount", "knob", "answers"),
    [
        (12_300, "by_amount", [("returned", None, "FOCR")]),
        (12_306, "by_amount", [("recall_refused", "RJCR", "CUST")]),
        (12_307, "by_amount", []),
        (12_300, "refuse", [("recall_refused", "RJCR", "CUST")]),
        (12_306, "give_back", [("returned", None, "FOCR")]),
        (12_306, "silent", []),
        (12_305, "by_amount", [("recall_refused", "RJCR", "ARDT")]),
        (12_301, "by_amount", [("recall_refused", "RJCR", "NOOR")]),
    ],
)
def test_a_recall_is_answered_as_the_amount_or_the_knob_says(amount, knob, answers):
    scheme = book(recalls=knob)
    scheme.take(transfer(amount))
    assert [says(each) for each in scheme.take(recall(amount)).deliveries] == answers


def test_a_recall_of_a_payment_that_nobody_sent_is_refused_and_one_given_back_comes_once():
    scheme = book()
    (told,) = scheme.take(recall(12_300)).deliveries
    assert says(told) == ("recall_refused", "RJCR", "NOOR")
    scheme = book()
    scheme.take(transfer(12_300))
    scheme.take(recall(12_300))
    other = recall(12_300).replace(b"<Id>R", b"<Id>X", 1)
    (told,) = scheme.take(other).deliveries
    assert says(told) == ("recall_refused", "RJCR", "ARDT")


def test_answers_can_come_twice_and_backwards():
    taken = book(times=2, backwards=True).take(transfer(12_305))
    assert [says(each)[0] for each in taken.deliveries] == [
        *["accepted"] * 2,
        *["returned"] * 2,
    ]
    assert seconds(taken) == [1.05, 1.05, 0.05, 0.05]
    assert len({each.id for each in taken.deliveries}) == 2


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"x" * 300_000, MessageTooLarge),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
            UnsupportedMessage,
        ),
        (transfer(12_300).replace(b"<EndToEndId>NOTPROVIDED</EndToEndId>", b""), InvalidMessage),
        (
            transfer(12_300).replace(f"<UETR>{payment(1).uetr}</UETR>".encode(), b""),
            NotTaken,
        ),
    ],
)
def test_what_cannot_be_acted_on_is_refused_and_leaves_no_trace(content, error):
    scheme = book()
    with pytest.raises(error):
        scheme.take(content)
    assert (scheme.digests, scheme.payments, scheme.entries) == ({}, {}, [])


def test_the_clock_goes_forward_only():
    scheme = book()
    scheme.move(60)
    assert scheme.now() == NOW + 60_000
    for wrong in (-1, "1", True, None, 10**10):
        with pytest.raises(ValueError, match="seconds"):
            scheme.move(wrong)


@pytest.mark.parametrize(
    "wanted",
    [
        {"nonsense": 1}, {"times": 0}, {"times": 6}, {"times": True}, {"times": 1.5},
        {"backwards": 1}, {"late_seconds": -1}, {"late_seconds": "1"}, {"late_seconds": True},
        {"recalls": "maybe"}, {"enquiry": 0}, {"breaks": 1}, {"breaks": [1]},
        {"breaks": [{"date": "2026-11-24", "kind": "explode"}]},
        {"breaks": [{"date": "today", "kind": "omit"}]},
        {"breaks": [{"date": "2026-11-24", "kind": "omit", "entry": 0}]},
        {"breaks": [{"date": "2026-11-24", "kind": "add", "by": 0}]},
    ],
)  # fmt: skip
def test_a_knob_that_is_not_there_or_turns_no_further_says_so(wanted):
    with pytest.raises(KnobUnknown):
        book(**wanted)


def test_message_ids_are_ours_to_derive_and_theirs_to_keep_apart():
    scheme, numbers = book(), count(1)
    ids = [
        each.id
        for amount in (12_300, 12_301, 12_305)
        for each in scheme.take(transfer(amount, next(numbers))).deliveries
    ]
    assert len(set(ids)) == 4
    assert all(len(each) <= 35 and uetr_of(each) is None for each in ids)
