"""The only reader of the environment."""

import pytest

from remit.runtime import settings
from remit.runtime.settings import SettingMissing


def test_a_setting_is_read_when_it_is_asked_for(monkeypatch):
    monkeypatch.setenv("LEDGER_TABLE", "Ledger")
    assert settings.required("LEDGER_TABLE") == "Ledger"
    monkeypatch.setenv("LEDGER_TABLE", "Other")
    assert settings.required("LEDGER_TABLE") == "Other"


@pytest.mark.parametrize("content", [None, ""])
def test_a_missing_setting_is_named(monkeypatch, content):
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    if content is not None:
        monkeypatch.setenv("LEDGER_TABLE", content)
    with pytest.raises(SettingMissing, match="LEDGER_TABLE"):
        settings.required("LEDGER_TABLE")


@pytest.mark.parametrize(("content", "means"), [("true", True), ("false", False), (None, False)])
def test_a_flag_is_true_only_when_it_says_so(monkeypatch, content, means):
    monkeypatch.delenv("SANDBOX", raising=False)
    if content is not None:
        monkeypatch.setenv("SANDBOX", content)
    assert settings.flag("SANDBOX") is means


@pytest.mark.parametrize("content", ["True", "1", "yes", ""])
def test_an_unclear_flag_is_refused(monkeypatch, content):
    monkeypatch.setenv("SANDBOX", content)
    with pytest.raises(SettingMissing, match="SANDBOX"):
        settings.flag("SANDBOX")
