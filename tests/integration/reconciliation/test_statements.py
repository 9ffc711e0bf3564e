"""What may be sent as a statement: twice, as CSV, by other banks, by somebody who means harm."""

import base64
import resource
import time
from pathlib import Path

import pytest

from remit.rails.iso20022 import camt053
from tests.integration.cloud import ROUTES, Cloud, handler
from tests.integration.reconciliation.scenes import (
    breaks,
    camt,
    kinds,
    line,
    move,
    own,
    reconciled,
    send,
    shown,
    statement,
    work_off,
)

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "samples"
GOOD = camt(statement(line(1_00, "A")))
CSV = "Date;Amount;Ref\n24.11.2026;1,00;A\n24.11.2026;-12,50;CHARGES\n"
MAPPING = {
    "name": "bank-eur",
    "account": "NOSTRO-1",
    "currency": "EUR",
    "columns": {
        "day": "Date",
        "dates": "DD.MM.YYYY",
        "amount": "Amount",
        "reference": "Ref",
        "separator": ";",
        "decimal": ",",
    },
}
TERMS = {
    "mapping": "bank-eur",
    "id": "CSV-1",
    "first": "2026-11-24",
    "last": "2026-11-24",
    "opening": "0",
    "closing": "-1150",
}


def declare(cloud: Cloud, **more):
    body = MAPPING | more.pop("body", {})
    return cloud.api("POST", "/statement-mappings", role="operator", body=body, **more)


def send_csv(cloud: Cloud, content: str = CSV, **more):
    return send(cloud, content, kind="text/csv", **{"query": TERMS} | more)


def objects(cloud: Cloud) -> list[str]:
    listed = cloud.s3.list_objects_v2(Bucket="files").get("Contents", [])
    return [one["Key"] for one in listed]


@pytest.fixture(autouse=True)
def bare_bucket(cloud: Cloud) -> None:
    for key in objects(cloud):
        cloud.s3.delete_object(Bucket="files", Key=key)


def test_a_statement_is_kept_as_it_came_before_anything_is_done_with_it(cloud: Cloud):
    answer = send(cloud, GOOD)

    assert (answer.status, answer.body["status"]) == (202, "received")
    kept = [cloud.s3.get_object(Bucket="files", Key=key)["Body"].read() for key in objects(cloud)]
    assert GOOD in kept
    assert all(key.startswith("acme/") for key in objects(cloud))


def test_the_same_statement_again_is_the_same_run(cloud: Cloud):
    first, again, other = send(cloud, GOOD), send(cloud, GOOD), send(cloud, GOOD + b"\n")

    assert [each.body["id"] for each in (again, other)] == [first.body["id"]] * 2
    assert [each.body["duplicate"] for each in (first, again, other)] == [False, True, True]


def test_another_statement_under_a_used_id_is_refused_for_ever(cloud: Cloud):
    send(cloud, GOOD)
    other = camt(statement(line(2_00, "A")))
    refused = send(cloud, other, key="other")

    assert (refused.status, refused.code) == (409, "statement_reused")
    assert send(cloud, other, key="other").text == refused.text
    assert len(cloud.api("GET", "/reconciliations", role="auditor").body["items"]) == 1


def test_two_that_come_at_once_get_places_one_after_the_other(cloud: Cloud):
    first = send(cloud, camt(statement())).body["id"]
    second = send(cloud, camt(statement(id="STM-2"))).body["id"]

    assert shown(cloud, second)["previous"] == first


def test_what_tenants_send_is_their_own(cloud: Cloud):
    move(cloud, 1_00, "A")
    own(cloud, "NOSTRO-1", tenant="globex")
    mine, theirs = send(cloud, GOOD), send(cloud, GOOD, tenant="globex")

    assert mine.body["id"] != theirs.body["id"]
    assert work_off(cloud, theirs.body["id"], tenant="globex") == "reported"
    assert work_off(cloud, mine.body["id"]) == "reported"
    assert kinds(cloud) == []


def test_only_operators_send_statements(cloud: Cloud):
    assert [send(cloud, GOOD, role=role).code for role in ("client", "auditor")] == [
        "forbidden",
        "forbidden",
    ]


def test_old_and_new_versions_read_the_same(cloud: Cloud):
    move(cloud, 1_00, "A")
    old = camt(statement(line(1_00, "A")), message=camt053.OLD_MESSAGE)
    first, second = send(cloud, old), send(cloud, GOOD)

    assert first.body["id"] == second.body["id"]
    assert (second.body["duplicate"], work_off(cloud, first.body["id"])) == (True, "reported")
    assert shown(cloud, first.body["id"])["source"] == "camt.053.001.02"
    assert kinds(cloud) == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the banks' samples are not on this machine")
def test_a_banks_sample_is_read_in_full(cloud: Cloud):
    content = (SAMPLES / "camt.053.001.02_statement.xml").read_bytes()
    own(cloud, "DD01100056869", "USD")
    answer = send(cloud, content.decode())
    assert answer.status == 202
    run = answer.body["id"]
    assert work_off(cloud, run) == "reported"
    found = shown(cloud, run)

    assert answer.body["statements"][0]["lines"] == content.count(b"<Ntry>") == 15
    assert (found["statement"]["opening"], found["statement"]["closing"]) == (
        -843_686_20,
        -846_665_15,
    )
    told = kinds(cloud)
    # Its balances do not come to its entries, one of which is in another currency.
    assert told[0] == ("balance", (-846_665_15 + 843_686_20) - 60_00)
    assert told[1:] == sorted(
        [("unexpected", -29_06), *[("unexpected", -10_00)] * 4, *[("unexpected", 10_00)] * 10]
    )
    assert {one["currency"] for one in breaks(cloud)} == {"USD", "EUR"}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the banks' samples are not on this machine")
def test_a_banks_other_sample_is_refused_by_its_name(cloud: Cloud):
    answer = send(cloud, (SAMPLES / "pain.001.001.08_corporate.xml").read_text())

    assert (answer.status, answer.code) == (422, "unsupported_message")


# CSV.


def test_a_csv_is_read_by_a_mapping_that_was_declared(cloud: Cloud):
    move(cloud, 1_00, "A")
    declared = declare(cloud)
    answer = send_csv(cloud)
    assert (declared.status, answer.status) == (201, 202)
    assert work_off(cloud, answer.body["id"]) == "reported"

    found = shown(cloud, answer.body["id"])
    assert (found["source"], found["matches"]) == ("csv bank-eur", 1)
    assert kinds(cloud) == [("unexpected", -12_50)]
    assert found["statement"]["account"] == "NOSTRO-1"


def test_a_mapping_never_changes(cloud: Cloud):
    first, again = declare(cloud), declare(cloud)
    other = declare(cloud, body={"account": "NOSTRO-2"})

    assert (again.status, again.text) == (201, first.text)
    assert (other.status, other.code) == (409, "mapping_exists")


def test_the_terms_belong_to_the_request(cloud: Cloud):
    declare(cloud)
    send_csv(cloud, key="one")
    other = send_csv(cloud, key="one", query=TERMS | {"closing": "-1151"})

    assert (other.status, other.code) == (422, "key_reused")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"query": TERMS | {"mapping": "unknown"}}, "mapping_unknown"),
        ({"query": None}, "terms_missing"),
        ({"query": TERMS | {"last": "2026-11-23"}}, "terms_missing"),
        ({"query": TERMS | {"opening": "1e3"}}, "invalid_request"),
        ({"query": TERMS | {"opening": "1.0"}}, "invalid_request"),
        ({"query": TERMS | {"number": "-1"}}, "invalid_request"),
        ({"content": ""}, "invalid_statement"),
        ({"content": "Date;Amount\n24.11.2026;1,00\n"}, "invalid_statement"),
        ({"content": CSV.replace("1,00", "=1+1")}, "invalid_statement"),
        ({"content": CSV.replace("1,00", "1e3")}, "invalid_statement"),
        ({"content": CSV.replace("0;A", '0;"A')}, "invalid_statement"),
        ({"content": CSV.replace("0;A", "0;A\0")}, "invalid_statement"),
        ({"content": CSV.replace("0;A", "0;" + "A" * 200)}, "invalid_statement"),
        ({"content": CSV.replace("0;A", "0;" + '"' + "A" * 200_000 + '"')}, "invalid_statement"),
        ({"content": CSV.replace("0;A", "0;A;B")}, "invalid_statement"),
        ({"content": CSV.replace("24.11", "31.11")}, "invalid_statement"),
        ({"content": CSV * 2}, "invalid_statement"),
        ({"content": ";" * 1_000 + "\n"}, "invalid_statement"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_and_nothing_kept(cloud: Cloud, more, code):
    declare(cloud)
    before = cloud.world()
    answer = send_csv(cloud, **more)

    assert (400 <= answer.status < 500, answer.code) == (True, code)
    assert cloud.world() == before
    assert objects(cloud) == []
    assert "=1+1" not in answer.text


def test_a_reference_that_looks_like_a_formula_is_kept_as_it_is(cloud: Cloud):
    declare(cloud)
    answer = send_csv(cloud, CSV.replace("0;A", "0;=cmd|'calc'!A1"))
    assert (answer.status, work_off(cloud, answer.body["id"])) == (202, "reported")


@pytest.mark.parametrize(
    "columns", [{"amount": None}, {"debit": "Amount"}, {"sign": "Date"}, {"thousands": ","}]
)
def test_a_mapping_that_contradicts_itself_is_refused(cloud: Cloud, columns):
    body = {
        "columns": {name: what for name, what in (MAPPING["columns"] | columns).items() if what}
    }
    assert declare(cloud, body=body).code == "invalid_statement"


def test_a_camt_comes_without_terms(cloud: Cloud):
    assert send(cloud, GOOD, query={"number": "2"}).code == "terms_missing"


# Other statements than we take.


def test_every_statement_of_a_file_is_in_it_once_and_they_are_few(cloud: Cloud):
    twice = send(cloud, camt(statement(), statement()))
    many = send(cloud, camt(*(statement(id=f"STM-{number}") for number in range(21))))

    assert [(each.status, each.code) for each in (twice, many)] == [
        (422, "unusable_statement"),
        (413, "message_too_large"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (b"<Cd>OPBD</Cd>", b"<Cd>OPAV</Cd>", "Bal"),
        (b"<Cd>CLBD</Cd>", b"<Cd>ITBD</Cd>", "Bal"),
        (b'<Amt Ccy="EUR">0.00</Amt>', b'<Amt Ccy="USD">0.00</Amt>', "Acct"),
        (b"<ToDtTm>2026-11-24", b"<ToDtTm>2026-11-23", "FrToDt"),
        (
            b"<ElctrncSeqNb>",
            b"<StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><ElctrncSeqNb>",
            "StmtPgntn",
        ),
    ],
)
def test_a_statement_that_lacks_something_is_refused_with_the_place(
    cloud: Cloud, old, new, pointer
):
    assert old in GOOD
    answer = send(cloud, GOOD.replace(old, new))

    assert (answer.status, answer.code) == (422, "unusable_statement")
    assert answer.body["errors"][0]["pointer"] == f"/Document/BkToCstmrStmt/Stmt[1]/{pointer}"


BOMB = b'<!DOCTYPE a [<!ENTITY b "bomb">' + b"".join(
    b'<!ENTITY b%d "%s">' % (number, b"&b;" * 10) for number in range(10)
)
HOSTILE = {
    "an entity bomb": BOMB + b"]>" + GOOD.partition(b"?>")[2],
    "an external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD[38:],
    "an external subset": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">' + GOOD[38:],
    "deep nesting": GOOD.replace(b"<Ntry>", b"<Ntry>" + b"<a>" * 5_000, 1),
    "truncated": GOOD[: len(GOOD) // 2],
    "cut in the last tag": GOOD[:-3],
    "two roots": GOOD + b"<a/>",
    "binary": bytes(range(1, 128)) * 40,
    "NULs": GOOD.replace(b"STM-1", b"STM\0"),
    "UTF-16 that says UTF-8": GOOD.decode().encode("utf-16"),
    "Latin-1 that says UTF-8": GOOD.replace(b"Our account", b"Unser Gesch\xe4ft"),
    "an unknown encoding": GOOD.replace(b"UTF-8", b"EBCDIC-X", 1),
    "empty": b"",
    "no XML": b"hello",
    "another version": GOOD.replace(b"camt.053.001.08", b"camt.053.001.13"),
    "an intraday report": GOOD.replace(b"camt.053.001.08", b"camt.052.001.08"),
    "a notification": GOOD.replace(b"camt.053.001.08", b"camt.054.001.08"),
    "no namespace": GOOD.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', b""),
    "an amount in exponents": GOOD.replace(b">1.00<", b">1e2<"),
    "a day that is none": GOOD.replace(b"<Dt>2026-11-24<", b"<Dt>2026-02-30<"),
    "a day of the year 12026": GOOD.replace(b"<Dt>2026-11-24<", b"<Dt>12026-11-24<"),
    "too many elements": GOOD.replace(b"</Stmt>", b"<a/>" * 200_000 + b"</Stmt>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_is_refused_and_nothing_kept(cloud: Cloud, name: str):
    before, begun = cloud.world(), time.process_time()
    answer = raw(cloud, HOSTILE[name])

    assert 400 <= answer["statusCode"] < 500, answer["body"]
    assert "passwd" not in answer["body"]
    assert "root:" not in answer["body"]
    assert time.process_time() - begun < 5
    assert cloud.world() == before
    assert objects(cloud) == []


def raw(cloud: Cloud, content: bytes):
    """Bytes as API Gateway hands them over for a binary media type."""
    from tests.builders import api_event, lambda_context

    event = api_event("POST", "/statements", role="operator", key="hostile",
                      headers={"Content-Type": "application/xml"})  # fmt: skip
    event |= {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}
    return handler(ROUTES["POST", "/statements"])(event, lambda_context())


def test_a_hundred_megabytes_are_refused_without_being_read(cloud: Cloud):
    content = GOOD.decode().replace("</Stmt>", " " * 100_000_000 + "</Stmt>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = send(cloud, content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert (answer.status, answer.code) == (413, "payload_too_large")
    assert grown < 50_000, "kilobytes"


def test_a_statement_of_a_thousand_lines_is_read_in_bounded_memory(cloud: Cloud):
    content = camt(statement(*(line(number + 1, f"R{number}") for number in range(1_000))))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = send(cloud, content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert answer.body["statements"][0]["lines"] == 1_000
    assert grown < 60_000, "kilobytes"


def test_a_day_without_movement_is_reconciled_too(cloud: Cloud):
    run = reconciled(cloud, statement())
    assert (run["matches"], run["breaks"], run["statement"]["lines"]) == (0, 0, 0)
