"""Planted secrets are found nowhere that they have no business: not on a whole deployed cloud.

Names, documents, IBANs and tokens go in over HTTP and come out in answers to those who may see
them. What is looked through is everything else: the histories of machines, the logs and metrics of
functions, every item of every table as it is stored, queues' dead letters, and error bodies.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.cloud import Cloud
from local.evidence import troubles
from remit.customers.await_decision import TASK
from remit.customers.store import CustomerStore
from remit.kernel import clock
from remit.vault.seal import Vault
from tests.integration.customers.office import BUSINESS, PERSON
from tests.workflows.test_onboarding import Branch, until

NAME, OWNER, FIRM = "Zdzislava Brzozowicz", "Przemyslav Kwiatkowicz", "Szczebrzeszyn Mlyn Kft"
DOCUMENT, REGISTERED = "CNRY7713", "77-13-909090"
OUTSIDE_IBAN = "DE02120300000000202051"
REASON = "Asked Wieslawa Trzcinska"
ON_RECORD = "they asked for it"
"""Why somebody is erased, or something revealed, is on record in the clear: it outlives them."""

PERSONAL = (
    *(word for name in (NAME, OWNER, FIRM) for word in name.split()[:2]),
    DOCUMENT, REGISTERED, "canary@example", "198.51.100.77", "Mlynarska", "Trzcinska",
)  # fmt: skip


@pytest.fixture(scope="module")
def branch(here: Cloud, http: httpx.Client) -> Branch:
    return Branch(here, http)


def person(ending: str, **more: Any) -> dict[str, Any]:
    """An application full of canaries; the provider's answer goes by the number's ending."""
    secret = {
        "name": NAME,
        "email": "canary@example.org",
        "address": PERSON["address"] | {"street_name": "Mlynarska"},
        "document": PERSON["document"] | {"number": DOCUMENT + ending},
        "device": PERSON["device"] | {"ip": "198.51.100.77"},
    }
    return PERSON | secret | more


def business() -> dict[str, Any]:
    secret = {name: person("00")[name] for name in ("email", "address", "device")} | {
        "name": FIRM,
        "registration": BUSINESS["registration"] | {"number": REGISTERED},
    }
    owner = {"name": OWNER, "birth_date": "1970-01-01", "nationality": "HU"}
    people = {"owners": [owner | {"share": 10_000}], "directors": [owner]}
    return BUSINESS | secret | people


def deployed_vault(here: Cloud) -> Vault:
    names = here.outputs
    return Vault.of(
        here.client("dynamodb"),
        here.client("kms"),
        vault_table=names["VaultTableName"],
        subject_keys_table=names["SubjectKeysTableName"],
        key_store_table=names["KeyStoreTableName"],
        key_arn=names["VaultKeyArn"],
        signing_key_arn=names["SigningKeyArn"],
    )


class Planted:
    """What was done with the canaries: customers, their IBANs, and what was refused."""

    def __init__(self, branch: Branch) -> None:
        self.customers: list[str] = []
        self.ibans = [OUTSIDE_IBAN]
        self.task_token = ""
        self.refused: list[str] = []
        self._branch = branch
        self._onboarded()
        self._tokenised()
        self._mistaken()

    def _onboarded(self) -> None:
        branch = self._branch
        clear, held, gone = (branch.apply(person(ending)) for ending in ("00", "06", "02"))
        firm = branch.apply(business())
        self.customers += [clear, held, gone, firm]
        branch.until(held, "needs_attention")
        self.task_token = self._waiting(held)
        body = {"decision": "approve", "reason": REASON}
        assert branch.ada.post(f"/customers/{held}/decision", body).status_code == 200
        for one in (clear, held, firm):
            shown = branch.until(one, "active")
            self.ibans += [account["iban"] for account in shown["accounts"]]
        body = {"tier": "low", "reason": REASON}
        assert branch.ada.post(f"/customers/{clear}/risk", body).status_code == 200
        asked = {"currency": "GBP", "name": "Savings", "customer_id": clear}
        assert branch.ada.post("/accounts", asked).status_code == 201
        exported = branch.ada.get(f"/customers/{clear}/evidence")
        assert NAME in exported.text
        assert troubles(exported.content, branch.look(clear)["evidence_hash"]) == []
        branch.until(gone, "rejected")
        path, reason = f"/customers/{gone}/erasure", {"reason": ON_RECORD}
        assert branch.ada.post(path, reason).status_code == 202
        assert branch.ben.post(f"{path}/approval", reason).status_code == 200

    def _waiting(self, customer: str) -> str:
        """The token by which the customer's machine waits for a decision, out of its seal."""
        store = CustomerStore.of(
            self._branch.here.client("dynamodb"), self._branch.here.resources["CustomersTable"]
        )
        task = until(lambda: store.dossier("acme", customer).task)
        subject = deployed_vault(self._branch.here).retained("acme", customer)
        return str(subject.open_json(TASK, task["sealed"], kept=True))

    def _tokenised(self) -> None:
        vault = deployed_vault(self._branch.here)
        subject = vault.subject("acme", self.customers[0])
        now = clock.now()
        for kind, plain in (("iban", OUTSIDE_IBAN), ("document_number", f"{DOCUMENT}00")):
            token, writes = vault.tokenise(subject, kind, plain, at=now, by="test")  # type: ignore[arg-type]
            vault.commit(writes)
            asked = {"reason": ON_RECORD}
            shown = self._branch.ada.post(f"/vault/tokens/{token.id}/reveal", asked)
            assert plain in shown.text
        search = {"name": NAME, "kind": "person"}
        assert self._branch.ada.post("/screening/searches", search).status_code == 200

    def _mistaken(self) -> None:
        """Canaries where they do not belong: what comes back must not repeat them."""
        branch, anyone = self._branch, self.customers[0]
        wrong = [
            branch.client.post("/customers", person("00") | {"birth_date": NAME}),
            branch.client.post("/customers", person("00") | {NAME: NAME}),
            branch.client.post("/customers", json.dumps(person("00")).encode()[:-9]),
            branch.ada.post(f"/customers/{anyone}/decision", {"decision": NAME, "reason": REASON}),
            branch.ada.post("/accounts", {"currency": NAME, "name": "x", "customer_id": DOCUMENT}),
            branch.client.post(
                "/payments",
                {"debtor_account": NAME, "creditor": {"name": NAME, "iban": OUTSIDE_IBAN[:-1]},
                 "amount": 1, "currency": "EUR"},
            ),
            branch.ada.post("/screening/searches", {"name": NAME, "kind": OWNER}),
            branch.ada.get(f"/vault/tokens/{DOCUMENT}"),
            branch.ada.get(f"/customers/{DOCUMENT}"),
            branch.client.get(f"/customers/{anyone}/evidence"),
        ]  # fmt: skip
        assert {one.status_code // 100 for one in wrong} == {4}
        self.refused = [one.text for one in wrong]


@pytest.fixture(scope="module")
def planted(branch: Branch) -> Planted:
    return Planted(branch)


def executions(here: Cloud) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Every run of every machine that is on record, with the events of its history."""
    steps = here.client("stepfunctions")
    for machine in steps.list_state_machines(maxResults=1000)["stateMachines"]:
        arn = machine["stateMachineArn"]
        for run in steps.list_executions(stateMachineArn=arn, maxResults=1000)["executions"]:
            told = steps.describe_execution(executionArn=run["executionArn"])
            history = steps.get_execution_history(executionArn=run["executionArn"])
            yield told, history["events"]


def text(content: Any) -> str:
    return json.dumps(content, default=str, ensure_ascii=False)


def tables(here: Cloud) -> Iterator[tuple[str, str]]:
    """Every item of every table as text; sealed bytes as what they are, in case they are not."""
    dynamodb = here.client("dynamodb")
    for name in here.resources.values():
        if not name.endswith("Table") and "able" not in name:
            continue
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                yield name, repr(item)
                yield name, text(item)


def seen(told: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word in told or word.upper() in told]


CARRIED = {"id", "tenant", "request_id", "status", "traceparent", "message", "fact"}
"""What machines are given: ids, among them a rail's message's and the number of a fact in it."""


def test_planted_secrets_are_in_no_history_of_any_machine(planted: Planted, here: Cloud):
    runs = list(executions(here))
    names = " ".join(told["name"] for told, _ in runs)
    assert all(customer in names for customer in planted.customers)
    words = (*PERSONAL, *planted.ibans)
    for told, events in runs:
        assert seen(text(told) + text(events), words) == [], told["name"]
        given = json.loads(told["input"])
        assert set(given) <= CARRIED, told["name"]


def test_a_task_token_is_nowhere_but_in_its_machine(planted: Planted, here: Cloud):
    """Histories are left out: on AWS they show what the waiting task was called with, and that is
    the token. What keeps it there is who may read histories."""
    word = (planted.task_token,)
    assert len(planted.task_token) > 20
    for told, _ in executions(here):
        assert not seen(told["input"] + told.get("output", ""), word)
    assert [name for name, item in tables(here) if seen(item, word)] == []
    for file in here.logs.glob("*Function.log"):
        assert seen(file.read_text(errors="replace"), word) == [], file.name


def test_planted_secrets_are_stored_sealed_in_every_table(planted: Planted, here: Cloud):
    items = list(tables(here))
    assert len({name for name, _ in items}) >= 8
    assert any(planted.customers[0] in item for _, item in items)
    words = (*PERSONAL, *planted.ibans)
    found = {(name, word) for name, item in items for word in seen(item, words)}
    assert found == set()


def test_planted_secrets_are_in_no_log_no_metric_and_no_error(planted: Planted, here: Cloud):
    words = (*PERSONAL, *planted.ibans)
    files = list(here.logs.glob("*Function.log"))
    assert any("_aws" in file.read_text(errors="replace") for file in files), "metrics are in them"
    for file in files:
        assert seen(file.read_text(errors="replace"), words) == [], file.name
    for body in planted.refused:
        told = json.loads(body)
        told.pop("instance")  # the path that was asked for, which whoever asked has written
        assert seen(text(told), words) == [], told
