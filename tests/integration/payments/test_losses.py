"""Every write of a payment's life: once, twice, and with anything lost on the way."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.losses import FAULTS, Act, hold_against, hold_when_repeated
from tests.integration.payments.files import process, submitted, xml
from tests.integration.payments.scenes import (
    EXTREME,
    LARGE,
    SMALL,
    accounts,
    completed,
    in_review,
    received,
    released,
    trusted,
)


def initiate(cloud: Cloud) -> Act:
    debtor, creditor = accounts(cloud)
    return lambda: cloud.pay(debtor, creditor, SMALL, key="pay")


def initiate_in_vain(cloud: Cloud) -> Act:
    debtor, _ = accounts(cloud)
    return lambda: cloud.pay(debtor, debtor, SMALL, key="pay")


def check_allowed_to_a_new_payee(cloud: Cloud) -> Act:
    scene = received(cloud)
    return lambda: cloud.task("check", scene.payment)


def check_allowed_to_a_known_payee(cloud: Cloud) -> Act:
    scene = received(cloud, known=True)
    return lambda: cloud.task("check", scene.payment)


def check_sent_to_review(cloud: Cloud) -> Act:
    scene = received(cloud, LARGE)
    return lambda: cloud.task("check", scene.payment)


def check_declined(cloud: Cloud) -> Act:
    scene = received(cloud, EXTREME)
    return lambda: cloud.task("check", scene.payment)


def post_completed(cloud: Cloud) -> Act:
    scene = trusted(cloud)
    return lambda: cloud.task("post", scene.payment)


def post_after_release(cloud: Cloud) -> Act:
    scene = released(cloud)
    return lambda: cloud.task("post", scene.payment)


def post_without_funds(cloud: Cloud) -> Act:
    scene = trusted(cloud, money=SMALL - 1)
    return lambda: cloud.task("post", scene.payment)


def cancel(cloud: Cloud) -> Act:
    scene = received(cloud)
    return lambda: cloud.cancel(scene.payment, key="cancel")


def cancel_in_review(cloud: Cloud) -> Act:
    scene = in_review(cloud)
    return lambda: cloud.cancel(scene.payment, key="cancel")


def cancel_too_late(cloud: Cloud) -> Act:
    scene = completed(cloud)
    return lambda: cloud.cancel(scene.payment, key="cancel")


def release(cloud: Cloud) -> Act:
    scene = in_review(cloud)
    return lambda: cloud.decide(scene.case, "release", key="decide")


def block(cloud: Cloud) -> Act:
    scene = in_review(cloud)
    return lambda: cloud.decide(scene.case, "block", key="decide")


def decide_too_late(cloud: Cloud) -> Act:
    scene = released(cloud)
    return lambda: cloud.decide(scene.case, "block", key="decide")


def submit_a_file(cloud: Cloud) -> Act:
    debtor, creditor = accounts(cloud)
    content = xml(debtor, creditor, count=2)
    return lambda: submitted(cloud, content, key="file")


def work_a_file_off(cloud: Cloud) -> Act:
    debtor, creditor = accounts(cloud)
    file_id = submitted(cloud, xml(debtor, creditor, count=2)).body["id"]
    return lambda: process(cloud, file_id)


COMMANDS = [
    initiate,
    initiate_in_vain,
    cancel,
    cancel_in_review,
    cancel_too_late,
    release,
    block,
    decide_too_late,
    submit_a_file,
]
TASKS = [
    check_allowed_to_a_new_payee,
    check_allowed_to_a_known_payee,
    check_sent_to_review,
    check_declined,
    post_completed,
    post_after_release,
    post_without_funds,
    work_a_file_off,
]


@pytest.mark.parametrize("prepare", [*COMMANDS, *TASKS])
def test_a_step_done_twice_has_one_effect(cloud, prepare):
    hold_when_repeated(cloud, prepare(cloud))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prepare", [*COMMANDS, *TASKS])
def test_a_step_comes_out_the_same_whatever_is_lost(cloud, prepare, fault):
    hold_against(cloud, prepare(cloud), fault)
