"""What was kept is matched once, and kept with its hashes."""

from remit.reconciliation.match_entries import match_entries
from remit.reconciliation.records import Cut, Looked, looked_bytes
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.desk import desk, run
from tests.unit.reconciliation.made import given, ours, theirs


def test_the_result_is_kept_under_its_hash_with_what_it_counts():
    at = desk(run(status="read", input_key="input"))
    looked_at = given([theirs("b1", 5, "A"), theirs("b2", 7, "B")], [ours("l1", 5, "A")])
    at.keep("input", looked_bytes(Looked(given=looked_at, cut=Cut(seen={}, balance=5))))

    assert match_entries(at, tenant="acme", run_id="rec_1") == "matched"
    done = at.store.runs["rec_1"]
    assert (done.match_count, done.break_count, done.rules) == (1, 1, RULES.version)
    assert done.result_hash in done.result_key
    assert at.result(done).input_hash == done.input_hash
    assert match_entries(at, tenant="acme", run_id="rec_1") == "matched"
