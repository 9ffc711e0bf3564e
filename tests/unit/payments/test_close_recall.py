"""A recall and its clock. The commits are in the integration tests."""

from types import SimpleNamespace

import pytest

from remit.kernel.errors import Contended
from remit.payments.close_recall import close_recall
from remit.payments.model import RailNotAvailable
from remit.payments.recall import _recall
from remit.payments.recalls import Recall, RecallStore
from remit.payments.schema import RecallRequest
from remit.store.commit import Stale
from remit.store.idempotency import Command
from tests.unit.payments.made import CREATED
from tests.unit.payments.outside import outside

STORE = RecallStore.of(None, "Payments")
RECALL = Recall(
    tenant="acme", payment_id="pay_1", reason="DUPL", at=5, by="olga", due_at=1_797_379_200_000
)


def keys(writes):
    return [write.target[1] for write in writes]


def test_a_recall_that_is_answered_is_taken_off_the_clock():
    made, answered = STORE.create(RECALL), STORE.answer(RECALL, "refused", reason="CUST", at=9)
    assert keys(made) == keys(answered)
    assert [write.action for write in answered] == ["Update", "Delete"]


def test_one_that_was_refused_is_off_the_clock_already():
    refused = Recall(
        **{name: getattr(RECALL, name) for name in RECALL.__slots__} | {"status": "refused"}
    )
    assert [write.action for write in STORE.answer(refused, "accepted", reason="x", at=9)] == [
        "Update"
    ]


class Moving:
    """Recalls that somebody else answers while we look."""

    def __init__(self, *, for_ever):
        self.looks, self.for_ever = 0, for_ever

    def find(self, *_):
        self.looks += 1
        return RECALL if self.for_ever or self.looks == 1 else None

    def answer(self, *_, **__):
        raise Stale


class Payments:
    table = SimpleNamespace(client=None)

    def get(self, *_):
        return outside("reserved", "submitted", "completed")


def close(recalls):
    return close_recall(Payments(), recalls, tenant="acme", payment_id="p", reason="CUST", now=9)


def test_a_recall_that_is_answered_meanwhile_is_looked_at_anew(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert close(Moving(for_ever=False)) == ("completed", False)
    with pytest.raises(Contended):
        close(Moving(for_ever=True))


def test_a_rail_without_recalls_takes_none():
    completed = outside("reserved", "submitted", "completed", rail="fps_hk")
    command = Command(tenant="acme", key="k", fingerprint="f", path="/", actor="olga", now=CREATED)
    with pytest.raises(RailNotAvailable, match="fps_hk takes no recalls"):
        _recall(command, completed, RecallRequest(reason="DUPL"))
