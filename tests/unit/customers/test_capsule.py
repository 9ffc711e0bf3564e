"""Evidence capsules: whole as made, and whatever is done to one is named."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local import evidence
from local.__main__ import main
from local.options import Misused
from remit.customers.capsule import attestation_hash, bound, broken, capsule, origin

ATTESTATION = {"check_id": "chk_1", "provider": "simulator", "document": "{}", "signature": {}}
SECTIONS = [
    {"name": "application", "at": "2026-11-24T09:30:00Z", "by": "ada",
     "content": {"type": "person", "application": {"name": "Zsófia", "currencies": ["EUR"]}}},
    {"name": "identity", "at": "2026-11-24T09:31:00Z", "by": "onboarding",
     "content": {"outcome": "clear", "attestation": ATTESTATION,
                 "attestation_hash": attestation_hash(ATTESTATION)}},
    {"name": "risk", "at": "2026-11-24T09:31:00Z", "by": "onboarding",
     "content": {"score": 25, "tier": "low"}},
]  # fmt: skip
WHOLE = capsule(tenant="acme", customer="cus_1", made_at="2026-11-24T09:31:00Z", sections=SECTIONS)
LAST = WHOLE["sections"][-1]["hash"]


def test_a_capsule_is_whole_as_it_was_made():
    assert list(broken(WHOLE)) == []
    assert list(broken(json.loads(json.dumps(WHOLE)), evidence_hash=LAST)) == []


def test_the_hashes_are_those_that_the_parts_were_recorded_with():
    before = origin("acme", "cus_1")
    for section, told in zip(SECTIONS, WHOLE["sections"], strict=True):
        before = bound(section, before)
        assert told["hash"] == before


def leaves(node, path=()):
    """Every place in a document, by its path."""
    if path:
        yield path
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for name, content in items if isinstance(node, dict | list) else ():
        if isinstance(content, dict | list):
            yield from leaves(content, (*path, name))
        else:
            yield (*path, name)


def changed(path, content):
    document = copy.deepcopy(WHOLE)
    node = document
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = content
    return document


@pytest.mark.parametrize("path", list(leaves(WHOLE)), ids=str)
@pytest.mark.parametrize("content", ["other", 7, None, [], {}])
def test_whatever_is_changed_is_named(path, content):
    document = changed(path, content)
    assert (list(broken(document)) == []) == (document == WHOLE)


def test_the_section_that_was_changed_is_named():
    told = list(broken(changed(("sections", 0, "content", "application", "name"), "Ilona")))
    assert told == ["section 1 (application) is not what its hash stands for"]


def test_an_attestation_that_is_another_is_named():
    made_up = copy.deepcopy(SECTIONS)
    made_up[1]["content"]["attestation"]["document"] = '{"outcome":"clear"}'
    document = capsule(tenant="acme", customer="cus_1", made_at="x", sections=made_up)
    assert list(broken(document)) == [
        "section 2 (identity) has not the attestation that its hash stands for"
    ]


@given(st.permutations(range(3)), st.integers(0, 3))
def test_sections_moved_or_left_out_are_named(order, kept):
    document = copy.deepcopy(WHOLE)
    document["sections"] = [document["sections"][one] for one in order][:kept]
    assert (list(broken(document)) == []) == (document == WHOLE)


def test_a_section_added_is_named():
    document = copy.deepcopy(WHOLE)
    extra = {"name": "decision", "at": "x", "by": "eve", "content": {}}
    document["sections"].append(extra | {"hash": bound(extra, LAST)})
    assert list(broken(document)) == ["the whole is not what its hash stands for"]


def test_sections_given_to_another_customer_are_named():
    assert list(broken(WHOLE | {"customer": "cus_2"})) == [
        "section 1 (application) is not what its hash stands for",
        "the whole is not what its hash stands for",
    ]


def test_a_capsule_made_up_whole_is_told_by_the_customers_record():
    made_up = capsule(tenant="acme", customer="cus_1", made_at="x", sections=SECTIONS[:1])
    assert list(broken(made_up)) == []
    assert list(broken(made_up, evidence_hash=LAST)) == [
        "it does not end with the hash on the customer's record"
    ]


@pytest.mark.parametrize(
    "document",
    [None, [], "x", {}, {"format": "remit-evidence-1"}, WHOLE | {"more": 1},
     WHOLE | {"sections": {}}, WHOLE | {"sections": [1]}, WHOLE | {"sections": [{"name": "x"}]}],
)  # fmt: skip
def test_what_is_no_capsule_is_said_to_be_none(document):
    assert list(broken(document))


# The command.


def written(tmp_path, content):
    file = tmp_path / "capsule.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(file)


def test_the_command_checks_a_file(tmp_path, capsys):
    file = written(tmp_path, WHOLE)
    assert main(["evidence", "verify", file, LAST]) == 0
    assert capsys.readouterr().out == "the evidence is whole\n"
    assert main(["evidence", "verify", f"file={file}"]) == 0
    assert "give hash=" in capsys.readouterr().out
    assert main(["evidence", "verify", file, f"hash={'0' * 64}"]) == 1
    assert "the customer's record" in capsys.readouterr().out


def test_the_command_names_what_was_done_to_a_file(tmp_path, capsys):
    file = written(tmp_path, changed(("sections", 2, "content", "score"), 5))
    assert main(["evidence", "verify", file]) == 1
    assert "section 3 (risk)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000],
    ids=["nothing", "cut", "no text", "twice", "no number", "deep"],
)
def test_a_file_that_cannot_be_read_in_one_way_only_is_not_whole(tmp_path, capsys, content):
    assert main(["evidence", "verify", written(tmp_path, content)]) == 1
    assert "cannot be read" in capsys.readouterr().out


def test_the_command_says_how_it_is_used(tmp_path, capsys):
    for words in ([], ["look"], ["verify"]):
        with pytest.raises(Misused, match="usage"):
            evidence.main(words)
    assert main(["evidence", "verify", str(tmp_path / "gone")]) == 2
    assert "gone" in capsys.readouterr().err
