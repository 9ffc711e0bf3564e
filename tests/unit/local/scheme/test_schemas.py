"""Everything that the scheme sends holds by the standard's own schemas."""

from tests.unit.local.scheme.made import (
    DAY,
    OUR_IBAN,
    book,
    enquiry,
    recall,
    settlement,
    transfer,
    valid,
)
from tests.unit.rails.files import needs_shared_data


@needs_shared_data
def test_every_kind_of_message_that_is_sent_is_valid():
    scheme, sent = book(book_payments=True), []
    for number, amount in enumerate((1_000, 1_001, 1_004, 1_005, 1_006), 1):
        sent += scheme.take(transfer(amount, number)).deliveries
    for number in (1, 2, 3, 9):
        sent += scheme.take(enquiry(1, number)).deliveries
    for number, amount in ((1, 1_000), (5, 1_006), (9, 1_000)):
        sent += scheme.take(recall(amount, number)).deliveries
    sent += scheme.take(settlement(70_000)).deliveries
    made, pacs008 = scheme.pay(
        {"iban": OUR_IBAN, "name": "Ann Berg", "amount": 5, "remittance": "For bread"}
    )
    _, camt056 = scheme.ask_back(made.uetr, "FRAD")
    kinds = [valid(each.body) for each in (*sent, *pacs008, *camt056)]
    assert kinds == [each.message for each in (*sent, *pacs008, *camt056)]
    scheme.knobs = scheme.knobs.turned(
        {"breaks": [{"date": DAY.isoformat(), "kind": "add", "by": -7}]}
    )
    scheme.move(60)
    assert valid(scheme.statement(DAY, "EUR")) == "camt.053.001.08"
    assert set(kinds) == {
        "pacs.002.001.10", "pacs.004.001.09", "pacs.008.001.08",
        "camt.029.001.09", "camt.054.001.08", "camt.056.001.08",
    }  # fmt: skip


@needs_shared_data
def test_a_statement_of_a_day_without_entries_is_valid_too():
    assert valid(book().statement(DAY, "EUR")) == "camt.053.001.08"
