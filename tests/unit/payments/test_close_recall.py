"""A recall and its clock. The commits are in the integration tests."""

from remit.payments.recalls import Recall, RecallStore

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
