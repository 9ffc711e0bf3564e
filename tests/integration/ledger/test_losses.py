"""Opening accounts and making deposits: once, twice, and with anything lost on the way."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.losses import FAULTS, Act, hold_against, hold_when_repeated


def open_an_account(cloud: Cloud) -> Act:
    return lambda: cloud.open_reply("EUR", key="open")


def make_a_deposit(cloud: Cloud) -> Act:
    account = cloud.open()
    return lambda: cloud.deposit(account, 700, key="deposit")


def make_a_deposit_in_a_wrong_currency(cloud: Cloud) -> Act:
    account = cloud.open()
    return lambda: cloud.deposit(account, 700, "USD", key="deposit")


ACTS = [open_an_account, make_a_deposit, make_a_deposit_in_a_wrong_currency]


@pytest.mark.parametrize("prepare", ACTS)
def test_a_command_sent_twice_is_carried_out_once(cloud, prepare):
    hold_when_repeated(cloud, prepare(cloud))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prepare", ACTS)
def test_a_command_comes_out_the_same_whatever_is_lost(cloud, prepare, fault):
    hold_against(cloud, prepare(cloud), fault)
