"""Who has a name in the chart of house accounts."""

import pytest

from remit.ledger.refusals import AccountNotFound
from remit.ledger.statement import _house_name


def test_only_a_house_account_is_named_by_its_purpose():
    assert _house_name("house.external.EUR.0").startswith("money outside the house")
    with pytest.raises(AccountNotFound):
        _house_name("acc_" + "0" * 26)
