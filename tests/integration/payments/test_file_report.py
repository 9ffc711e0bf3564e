"""The pain.002 on a payment file: each transaction's status as it stands when asked for."""

import pytest
from lxml import etree

from remit.payments import look_file
from tests.integration.payments.files import process, submitted, xml
from tests.integration.payments.scenes import accounts

AS_XML = {"Accept": "application/xml"}


def report(cloud, file_id):
    answer = cloud.api("GET", "/payment-files/{id}", path={"id": file_id}, headers=AS_XML)
    assert answer.headers["Content-Type"] == "application/xml"
    return etree.fromstring(answer.text.encode())


def statuses(root):
    """The end-to-end id, status and reason of each transaction."""
    return [
        tuple(
            found.findtext(path)
            for path in ("{*}OrgnlEndToEndId", "{*}TxSts", "{*}StsRsnInf/{*}Rsn/{*}Cd")
        )
        for found in root.iter("{*}TxInfAndSts")
    ]


@pytest.fixture
def file(cloud):
    """A file of six salaries to an account, and the payments made of them."""
    debtor, creditor = accounts(cloud)
    file_id = submitted(cloud, xml(debtor, creditor, count=6)).body["id"]
    process(cloud, file_id)
    items = cloud.api("GET", "/payment-files/{id}", path={"id": file_id}).body["items"]
    return file_id, [item["payment_id"] for item in items], creditor


def test_every_transaction_is_reported_as_its_payment_stands(cloud, file):
    file_id, payments, creditor = file
    cloud.run(payments[0])
    cloud.cancel(payments[1])
    cloud.mark(creditor, "watched")
    assert cloud.run(payments[2]) == "in_review"
    assert cloud.run(payments[3]) == "in_review"
    held = {case["payment_id"]: case["id"] for case in cloud.cases()}
    assert cloud.decide(held[payments[3]], "release").status == 200
    cloud.mark(creditor, "blocked")
    assert cloud.run(payments[4]) == "declined"

    assert statuses(report(cloud, file_id)) == [
        ("SALARY-00001", "ACSC", None),
        ("SALARY-00002", "CANC", "CUST"),
        ("SALARY-00003", "PDNG", None),
        ("SALARY-00004", "ACTC", None),
        ("SALARY-00005", "RJCT", "FRAD"),
        ("SALARY-00006", "ACTC", None),
    ]


@pytest.mark.parametrize("at_once", [1, 4, 6, 7])
def test_a_report_is_of_the_whole_file_however_it_is_read(cloud, file, monkeypatch, at_once):
    monkeypatch.setattr(look_file, "_AT_ONCE", at_once)
    found = [name for name, _, _ in statuses(report(cloud, file[0]))]
    assert found == [f"SALARY-{number:05}" for number in range(1, 7)]


def test_a_report_on_a_file_that_waits_names_no_transaction(cloud):
    file_id = submitted(cloud, xml(*accounts(cloud), count=1)).body["id"]
    root = report(cloud, file_id)
    assert statuses(root) == []
    assert root.findtext(".//{*}OrgnlMsgId") == "PAYROLL-2026-11"


def test_a_transaction_to_another_bank_is_reported_as_rejected(cloud):
    debtor, creditor = accounts(cloud)
    root = etree.fromstring(xml(debtor, creditor, count=1))
    number = root.find(".//{*}CdtrAcct/{*}Id")
    number[0].tag = number.tag.replace("Id", "IBAN")
    number[0].clear()
    number[0].text = "NL91ABNA0417164300"
    file_id = submitted(cloud, etree.tostring(root)).body["id"]
    process(cloud, file_id)
    assert statuses(report(cloud, file_id)) == [("SALARY-00001", "RJCT", "AG03")]


def test_a_file_may_leave_out_who_sends_it(cloud):
    root = etree.fromstring(xml(*accounts(cloud), count=1))
    party = root.find(".//{*}InitgPty")
    party.remove(party[0])
    file_id = submitted(cloud, etree.tostring(root)).body["id"]
    process(cloud, file_id)
    assert statuses(report(cloud, file_id)) == [("SALARY-00001", "ACTC", None)]


def test_another_tenants_file_has_no_report(cloud, file):
    answer = cloud.api(
        "GET", "/payment-files/{id}", path={"id": file[0]}, headers=AS_XML, tenant="globex"
    )
    assert (answer.status, answer.code) == (404, "file_not_found")
