"""Nothing that clients tell us about people, accounts and money gets into logs or metrics."""

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.integration.cloud import Cloud, lose_request
from tests.integration.ledger.hostile import cursor
from tests.integration.payments.files import process, submitted, xml
from tests.integration.payments.scenes import EXTREME, LARGE

NAME, REMITTANCE, REASON = "Zebedee Quartermaine", "Scan of left knee", "seems like a mule"
END_TO_END, REFERENCE, KEY = "E2E-CANARY-77", "REF-CANARY-78", "key-canary-79"
IBAN, SUBJECT, AMOUNT = "DE89370400440532013000", "zebedee@acme", 7_654_321
HOSTILE = "canary-in-a-path"
WORDS = [NAME, REMITTANCE, REASON, END_TO_END, REFERENCE, KEY, IBAN, SUBJECT, str(AMOUNT), HOSTILE]


def tell(cloud: Cloud) -> list[str]:
    """Tell every function everything once; what must appear nowhere."""
    body = {"currency": "EUR", "name": NAME}
    key = iter(f"{KEY}-{number}" for number in range(99))

    def post(resource: str, body: object = None, *, role: str = "operator", **path: str):
        return cloud.api(
            "POST", resource, body=body, role=role, path=path, key=next(key), subject=SUBJECT
        )

    first, second = (post("/accounts", body).body["id"] for _ in range(2))
    money = {"amount": AMOUNT * 100, "currency": "EUR"}
    post("/accounts/{id}/deposits", money, id=first)
    ask = {
        "debtor_account": first,
        "creditor": {"account": second},
        "amount": AMOUNT,
        "currency": "EUR",
        "remittance": REMITTANCE,
        "end_to_end_id": END_TO_END,
        "reference": REFERENCE,
    }
    pay(cloud, post, ask)
    content = xml(first, second, IBAN, count=2, debtor_name=NAME)
    file_id = submitted(cloud, content, key=next(key), subject=SUBJECT).body["id"]
    submitted(cloud, content.replace(b"</Document>", NAME.encode()), key=next(key))
    process(cloud, file_id)
    look(cloud, first)
    in_trouble(cloud, post, ask)
    return [*WORDS, first, second]


def pay(cloud: Cloud, post, ask) -> None:
    """Ask for payments that go every way, and for some that cannot be."""
    for amount in (AMOUNT, LARGE, EXTREME, 5):
        payment = post("/payments", ask | {"amount": amount}).body["id"]
        cloud.run(payment)
    for wrong in (
        {"amount": str(AMOUNT)},
        {"debtor_account": IBAN},
        {REFERENCE: 1},
        {"creditor": {}},
    ):
        post("/payments", ask | wrong)
    post("/payments", ask | {"creditor": {"name": NAME, "iban": IBAN}})
    post("/payments", ask | {"creditor": {"account": "acc_" + "0" * 26}})
    post("/payments", f'{{"{NAME}": "{IBAN}')
    post("/payments/{id}/cancel", id=payment)
    post("/payments/{id}/cancel", id=HOSTILE)
    post(
        "/fraud/payees",
        {"account": ask["creditor"]["account"], "mark": "watched", "reason": REASON},
    )
    for case in cloud.cases():
        decision = {"decision": "block", "reason": REASON}
        post("/fraud/cases/{id}/decision", decision, id=case["id"])


def look(cloud: Cloud, account: str) -> None:
    """Ask for things, rightly and in every wrong way."""
    for resource, query in (
        ("/accounts/{id}", {}),
        ("/accounts/{id}/entries", {"cursor": cursor([NAME, {"after": IBAN}])}),
        ("/accounts/{id}/entries", {"at": NAME}),
        ("/accounts/{id}", {REFERENCE: IBAN}),
    ):
        cloud.api("GET", resource, path={"id": account}, query=query)
    cloud.api("GET", "/accounts/{id}", path={"id": HOSTILE})
    cloud.api("GET", "/payments", query={"account": account, "status": NAME})


def in_trouble(cloud: Cloud, post, ask) -> None:
    """The same while AWS fails, silently and with words that quote what it was sent."""
    loud = ClientError(
        {"Error": {"Code": "ValidationException", "Message": f"{REMITTANCE} {IBAN} {AMOUNT}"}},
        "Put",
    )

    def refuse(send):
        raise loud

    for fault in (lose_request, refuse):
        cloud.dynamodb.watch(every={"transact_write_items": fault, "put_item": fault})
        assert post("/payments", ask).status in (500, 503)
        cloud.dynamodb.watch()
        payment = post("/payments", ask).body["id"]
        cloud.dynamodb.watch(every={"transact_write_items": fault, "put_item": fault})
        with pytest.raises(Exception, match=r"ClientError|did not answer") as raised:
            cloud.task("check", payment)
        cloud.dynamodb.watch()
        assert not any(word in str(raised.value) for word in WORDS)
    cloud.machines.trouble = EndpointConnectionError(endpoint_url=IBAN, error=NAME)
    post("/payments", ask)
    cloud.machines.trouble = loud
    post("/payments", ask)


def test_no_log_line_and_no_metric_tells_who_pays_whom_how_much(cloud, log):
    canaries = tell(cloud)

    lines = [json.dumps(line, ensure_ascii=False) for line in log()]
    assert len(lines) > 40
    assert any("_aws" in line for line in lines), "metrics must be among what is searched"
    assert any("start lost" in line for line in lines)
    assert any('"stack"' in line for line in lines)
    found = {(word, line) for line in lines for word in canaries if word in line}
    assert found == set()


def test_the_machine_is_told_ids_only(cloud):
    tell(cloud)
    assert cloud.machines.started
    for start in cloud.machines.started:
        assert start["input"].keys() == {"id", "tenant", "request_id"}
        assert start["name"].startswith(start["input"]["id"])
