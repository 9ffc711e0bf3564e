"""A rail that keeps silent: the money stays set aside, and an answer wins however late it comes."""

import pytest

from remit.payments.enquire import ENQUIRIES, LAST_LOOK
from tests.integration.cloud import SETTINGS
from tests.integration.payments.scenes import MONEY, SMALL
from tests.integration.payments.test_sweep import changes, sweep

ENQUIRY = SETTINGS["ENQUIRY_QUEUE_URL"]


def test_a_payment_that_is_given_to_its_rail_is_looked_after_from_then_on(road):
    payment = road.reserved()
    before = road.cloud.world()
    road.cloud.task("submit", payment)
    assert sweep(changes(road.cloud, before)) == []
    assert road.cloud.queues.sent[ENQUIRY] == [
        {"id": payment, "tenant": "acme", "request_id": f"sweep-{payment}"}
    ]


def test_while_the_rail_has_time_nothing_is_asked(road):
    payment = road.submitted()
    road.cloud.clock.now += 24_999
    assert road.look(payment) == ["0"]
    assert (road.status(payment), road.scheme.kinds) == ("submitted", ["pacs.008.001.08"])


def test_when_the_time_is_up_the_payment_is_unknown_sent_again_and_asked_about(road):
    payment = road.unknown()
    assert road.scheme.kinds == ["pacs.008.001.08", "pacs.008.001.08", "pacs.028.001.03"]
    assert road.scheme.sent[0] == road.scheme.sent[1]
    assert road.in_transit() == SMALL
    assert road.status(payment) == "unknown"


def test_the_rail_is_asked_five_times_each_time_later_and_under_another_id(road):
    payment = road.submitted()
    road.cloud.clock.now += 30_000
    for attempt in range(1, LAST_LOOK + 1):
        assert road.look(payment, attempt) == ["0"]
        road.cloud.clock.now += 60_000
    asked = [identifier for identifier, _ in road.scheme.sent if identifier.startswith("E")]
    assert len(asked) == len(set(asked)) == len(ENQUIRIES) == 5
    assert road.status(payment) == "unknown"


def test_with_every_question_the_payment_is_sent_again_as_what_it_was(road):
    payment = road.submitted()
    for attempt in (2, 4, 8):  # at the first look the function's clock was behind
        road.cloud.clock.now += 60_000
        assert road.look(payment, attempt) == ["0"]
    transfers = [body for identifier, body in road.scheme.sent if identifier.startswith("T")]
    assert len(transfers) == 4
    assert len(set(transfers)) == 1


@pytest.mark.parametrize("hours", [0, 5, 11, 13, 14, 200])
def test_questions_after_a_person_was_called_are_new_ones_and_each_id_is_one_message(road, hours):
    payment = road.unknown()
    for moment in (0, 1, 59_999, 60_000, hours * 3_600_000, 3_600_000 * (hours + 1)):
        road.cloud.clock.now += moment
        assert road.look(payment, 1) == ["0"]
    asked = [message for message in road.scheme.sent if message[0].startswith("E")]
    assert len({identifier for identifier, _ in asked}) == len(set(asked))
    assert len(set(asked)) >= 4


def test_a_question_after_two_months_has_an_id_still(road):
    payment = road.unknown()
    road.cloud.clock.now += 60 * 24 * 3_600_000
    assert road.look(payment, 1) == ["0"]
    assert len(road.scheme.sent[-1][0]) == 35


def test_a_look_twice_asks_the_same_and_moves_nothing(road):
    payment = road.unknown()
    before = road.cloud.world()
    assert road.look(payment) == ["0"]
    assert road.cloud.world() == before


@pytest.mark.parametrize(("status", "end"), [("ACSC", "completed"), ("RJCT", "declined")])
def test_a_late_answer_wins(road, status, end):
    payment = road.unknown()
    debtor = road.cloud.payment(payment)["debtor_account"]
    road.cloud.clock.now += 80 * 24 * 3_600_000

    assert road.settle(road.report(payment, status, "AB05" if end == "declined" else None)) == [end]

    assert road.look(payment, 3) == []
    assert road.cloud.balance(debtor) == (MONEY if end == "declined" else MONEY - SMALL)


def test_an_answer_that_races_the_time_out_wins_either_way(road):
    payment = road.submitted()
    road.cloud.clock.now += 30_000
    report = road.report(payment, "ACSC")
    road.cloud.dynamodb.watch(every={"update_item": once(lambda: road.settle(report))})
    assert road.look(payment) == []
    assert road.status(payment) == "completed"


def test_a_rail_that_does_not_know_the_payment_decides_nothing(road):
    payment = road.unknown()
    assert road.settle(road.report(payment, "RJCT", "NOOR")) == []
    assert road.status(payment) == "unknown"


def test_a_crash_between_the_status_and_the_sending_is_found_in_time(road):
    payment = road.reserved()
    road.scheme.trouble = SystemExit()  # the process dies with the message unsent
    with pytest.raises(SystemExit):
        road.cloud.task("submit", payment)
    road.scheme.trouble, road.scheme.sent = None, []
    assert road.status(payment) == "submitted"

    road.cloud.clock.now += 30_000
    assert road.look(payment) == ["0"]
    assert road.scheme.kinds == ["pacs.008.001.08", "pacs.028.001.03"]


def test_a_debtor_who_was_erased_is_not_told_of_again_but_the_payment_is_asked_about(road):
    payment = road.submitted()
    road.vault.erase(
        "acme",
        road.cloud.payment(payment)["debtor_account"],
        at=road.cloud.clock.now,
        requested_by="ada",
        approved_by="olga",
        reason="asked",
        keep_until=None,
    )
    road.cloud.clock.now += 30_000
    assert road.cloud.task("submit", payment) == "submitted"
    assert road.look(payment) == ["0"]
    assert road.scheme.kinds == ["pacs.008.001.08", "pacs.028.001.03"]


def test_a_reserved_payment_whose_machine_died_is_started_again(road):
    payment = road.reserved()
    road.cloud.machines.started.clear()
    body = {"id": payment, "tenant": "acme", "request_id": "sweep"}
    assert road.cloud.deliver("payments/resume", body) == ["0"]
    assert len(road.cloud.machines.started) == 1
    assert road.cloud.task("check", payment) == "reserved"
    road.cloud.task("submit", payment)
    assert road.cloud.deliver("payments/resume", body) == []


def once(act):
    """A fault that lets `act` happen before the first call it meets."""
    done = []

    def fault(send):
        if not done:
            done.append(True)
            act()
        return send()

    return fault
