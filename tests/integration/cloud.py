"""The whole backend in memory: tables, bucket, the real handlers, and a clock that stands.

What happens to DynamoDB's calls can be planned, so that a test can lose a reply, kill a function
in the middle, or let a rival in between any two calls.
"""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from remit.kernel import clock
from remit.runtime import clients
from remit.store.item import decode_item
from tests.builders import api_event, function, lambda_context
from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient

START = 1_795_512_600_000  # 2026-11-24T09:30:00Z, a Tuesday morning
REGION = "eu-west-1"
SETTINGS = {
    "LEDGER_TABLE": "Ledger",
    "CUSTOMERS_TABLE": "Customers",
    "PAYMENTS_TABLE": "Payments",
    "FRAUD_TABLE": "Fraud",
    "IDEMPOTENCY_TABLE": "Idempotency",
    "FILES_BUCKET": "files",
    "PAYMENT_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:payment",
    "RESUME_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/resume",
    "FILES_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/files",
    "RAILS_TABLE": "Rails",
    "OUTCOME_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:rail-outcome",
    "ENQUIRY_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/enquiry",
    "RECALL_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/recall",
    "RAILS_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rails",
    "SCT_INST_URL": "none",
    "FPS_HK_URL": "none",
    "VOP_URL": "none",
    "PAYEES_TABLE": "Payees",
    "PAYEE_LIMITS": (
        '{"requester": {"60": 600, "no_match": 5}, "payee": {"3600": 2000, "no_match": 200}}'
    ),
    "BIC": "REMIDEFFXXX",
    "SETTLEMENT_TABLE": "Settlement",
    "SETTLEMENT_BIC": "BANKDEFFXXX",
    "SETTLEMENT_LINES": "EUR=100000000",
    "SETTLEMENT_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:settlement",
    "MEMBERS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/members",
    "CONFIRMATIONS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/confirmations",
    "RECONCILIATION_TABLE": "Reconciliation",
    "RECONCILIATION_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:recon",
    "SANDBOX": "true",
    "BANK": "DE99999999",
    "SANDBOX_TABLE": "Sandbox",
    "SANDBOX_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/sandbox",
    "API_URL": "https://api.test/v1",
}
TABLES = (
    "Ledger", "Payments", "Fraud", "Idempotency", "Rails", "Vault", "SubjectKeys", "Sandbox",
    "Settlement", "Customers", "Payees", "Reconciliation",
)  # fmt: skip
ROUTES = {
    ("POST", "/accounts"): "ledger/open",
    ("POST", "/accounts/{id}/deposits"): "ledger/deposit",
    ("POST", "/accounts/{id}/rules"): "ledger/rule",
    ("GET", "/accounts/{id}"): "ledger/read",
    ("GET", "/accounts/{id}/entries"): "ledger/read",
    ("GET", "/ledger/trial-balance"): "ledger/read",
    ("POST", "/ledger/transfers"): "ledger/transfer",
    ("GET", "/ledger/transfers/{id}"): "ledger/read_books",
    ("POST", "/payments"): "payments/initiate",
    ("POST", "/payments/{id}/cancel"): "payments/cancel",
    ("POST", "/payments/{id}/recall"): "payments/recall",
    ("GET", "/payments/{id}/recall"): "payments/recall",
    ("GET", "/payments"): "payments/read",
    ("GET", "/payments/{id}"): "payments/read",
    ("GET", "/payments/{id}/decision"): "payments/read",
    ("POST", "/payment-files"): "payments/accept_file",
    ("GET", "/payment-files/{id}"): "payments/read_file",
    ("GET", "/incoming-payments"): "payments/read_incoming",
    ("GET", "/incoming-payments/{id}"): "payments/read_incoming",
    ("GET", "/recalls"): "payments/answer_recall",
    ("POST", "/recalls/{id}/answer"): "payments/answer_recall",
    ("POST", "/ledger/suspense/{id}/clearance"): "ledger/clear",
    ("GET", "/fraud/cases"): "fraud/read",
    ("POST", "/fraud/cases/{id}/decision"): "payments/review",
    ("POST", "/fraud/payees"): "fraud/mark",
    ("GET", "/settlement-windows"): "settlement/read",
    ("GET", "/settlement-windows/{id}"): "settlement/read",
    ("GET", "/settlement-windows/{id}/members"): "settlement/read",
    ("POST", "/settlement-windows/{id}/close"): "settlement/operate",
    ("POST", "/settlement-windows/{id}/fund"): "settlement/operate",
    ("POST", "/settlement-windows/{id}/resume"): "settlement/operate",
    ("POST", "/net-debit-caps"): "settlement/cap",
    ("GET", "/net-debit-caps"): "settlement/cap",
    ("POST", "/payee-verifications"): "payees/verify",
    ("POST", "/payee-lookups"): "payees/look_up",
    ("GET", "/payees/address-report"): "payments/report_addresses",
    ("POST", "/statements"): "reconciliation/accept",
    ("POST", "/statement-mappings"): "reconciliation/accept",
    ("POST", "/nostro-accounts"): "reconciliation/accept",
    ("GET", "/reconciliations"): "reconciliation/read",
    ("GET", "/reconciliations/{id}"): "reconciliation/read",
    ("GET", "/reconciliations/{id}/compare"): "reconciliation/read",
    ("POST", "/reconciliations/{id}/rerun"): "reconciliation/rerun",
    ("GET", "/breaks"): "reconciliation/read",
    ("GET", "/breaks/{id}"): "reconciliation/read",
    ("POST", "/breaks/{id}/assign"): "reconciliation/handle",
    ("POST", "/breaks/{id}/investigate"): "reconciliation/handle",
    ("POST", "/breaks/{id}/resolution"): "reconciliation/handle",
    ("POST", "/breaks/{id}/approval"): "reconciliation/approve",
}

# One session reads botocore's service descriptions once for all tests. It must be younger than
# moto, which hooks itself into new sessions.
SESSION = botocore.session.get_session()

World = dict[str, list[dict[str, Any]]]
Send = Callable[[], Any]
Fault = Callable[[Send], Any]


class Killed(BaseException):
    """The function's process ends here: nothing of ours can catch it."""


def lose_request(send: Send) -> Any:
    """The call never arrives."""
    raise ReadTimeoutError(endpoint_url="dynamodb")


def lose_reply(send: Send) -> Any:
    """The call is carried out, but nobody hears of it."""
    send()
    raise ReadTimeoutError(endpoint_url="dynamodb")


def kill_before(send: Send) -> Any:
    """The process dies with the call unsent."""
    raise Killed


def kill_after(send: Send) -> Any:
    """The process dies with the call carried out."""
    send()
    raise Killed


def let_in(rival: Callable[[], object]) -> Fault:
    """Somebody else does something just before the call."""

    def fault(send: Send) -> Any:
        rival()
        return send()

    return fault


class Watched:
    """A DynamoDB client that counts calls, honours tokens as moto does not, and has a plan.

    `plan` maps the number of a call, counted from the last `watch`, to what happens to it; `every`
    does so for all calls of an operation. Calls made by a fault itself are not counted.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[str] = []
        self.plan: Mapping[int, Fault] = {}
        self.every: Mapping[str, Fault] = {}
        self._applied: set[str] = set()
        self._inside = False

    def watch(
        self,
        plan: Mapping[int, Fault] | None = None,
        *,
        every: Mapping[str, Fault] | None = None,
    ) -> None:
        self.calls, self.plan, self.every = [], plan or {}, every or {}

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        return functools.partial(self._call, operation)

    def _call(self, operation: str, **parameters: Any) -> Any:
        def send() -> Any:
            token = parameters.get("ClientRequestToken")
            if token in self._applied:
                return {}
            answer = getattr(self.client, operation)(**parameters)
            if token is not None:
                self._applied.add(token)
            return answer

        if self._inside:
            return send()
        fault = self.plan.get(len(self.calls)) or self.every.get(operation)
        self.calls.append(operation)
        if fault is None:
            return send()
        self._inside = True
        try:
            return fault(send)
        finally:
            self._inside = False


class Queues:
    """SQS, as far as sending goes: the bodies sent, by queue; `full` makes it refuse the last."""

    def __init__(self) -> None:
        self.sent: dict[str, list[dict[str, str]]] = {}
        self.trouble: Exception | None = None
        self.full = False

    def send_message_batch(self, **parameters: Any) -> dict[str, Any]:
        if self.trouble is not None:
            raise self.trouble
        entries = parameters["Entries"]
        assert len({entry["Id"] for entry in entries}) == len(entries) <= 10
        taken, left = (entries[:-1], entries[-1:]) if self.full else (entries, [])
        bodies = [json.loads(entry["MessageBody"]) for entry in taken]
        self.sent.setdefault(parameters["QueueUrl"], []).extend(bodies)
        return {"Failed": [{"Id": entry["Id"]} for entry in left]} if left else {}


class Machines:
    """Step Functions, as far as starting and telling go: what was started, and told by token."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.told: dict[str, dict[str, str]] = {}
        self.trouble: Exception | None = None

    def start_execution(self, **parameters: Any) -> dict[str, Any]:
        if self.trouble is not None:
            raise self.trouble
        self.started.append({**parameters, "input": json.loads(parameters["input"])})
        return {}

    def send_task_success(self, **parameters: Any) -> dict[str, Any]:
        if self.trouble is not None:
            raise self.trouble
        self.told[parameters["taskToken"]] = json.loads(parameters["output"])
        return {}


@dataclass
class Clock:
    """Stands still, unless it is told to flow with every pause. Milliseconds."""

    now: int = START
    flows: bool = False
    pauses: int = 0
    at_pause: Callable[[], object] | None = None

    def __call__(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses += 1
        if self.flows:
            self.now += max(1, round(seconds * 1000))
        if self.at_pause is not None:
            self.at_pause()


@dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def replayed(self) -> bool:
        return self.headers.get("Idempotency-Replayed") == "true"

    @property
    def code(self) -> str | None:
        return self.body.get("code")


@functools.cache
def handler(name: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The handler of the function `<context>/<verb>`; handlers keep no state, so one will do."""
    return function(name).handler


@dataclass
class Cloud:
    """What a test may do: call the API, run the machine's tasks, look into tables."""

    dynamodb: Watched
    database: Database
    s3: Any
    queues: Queues = field(default_factory=Queues)
    machines: Machines = field(default_factory=Machines)
    clock: Clock = field(default_factory=Clock)
    keys: int = 0

    def api(self, method: str, resource: str, *, left: int = 10_000, **request: Any) -> Reply:
        """Send one request; a POST gets a key of its own unless it brings one."""
        if method == "POST" and "key" not in request:
            self.keys += 1
            request["key"] = f"key-{self.keys}"
        answer = handler(ROUTES[method, resource])(
            api_event(method, resource, **request), lambda_context(left)
        )
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    def open_reply(self, currency: str = "EUR", **request: Any) -> Reply:
        body = {"currency": currency, "name": "An account"}
        return self.api("POST", "/accounts", role="operator", body=body, **request)

    def open(self, currency: str = "EUR", **request: Any) -> str:
        return self.open_reply(currency, **request).body["id"]

    def deposit(self, account: str, amount: int, currency: str = "EUR", **request: Any) -> Reply:
        body = {"amount": amount, "currency": currency}
        return self.api(
            "POST",
            "/accounts/{id}/deposits",
            role="operator",
            path={"id": account},
            body=body,
            **request,
        )

    def pay(self, debtor: str, creditor: str, amount: int, **request: Any) -> Reply:
        body = {
            "debtor_account": debtor,
            "creditor": {"account": creditor},
            "amount": amount,
            "currency": "EUR",
            **request.pop("more", {}),
        }
        return self.api("POST", "/payments", body=body, **request)

    def cancel(self, payment_id: str, **request: Any) -> Reply:
        return self.api("POST", "/payments/{id}/cancel", path={"id": payment_id}, **request)

    def decide(self, case_id: str, decision: str, **request: Any) -> Reply:
        body = {"decision": decision, "reason": "looked at"}
        return self.api(
            "POST",
            "/fraud/cases/{id}/decision",
            **{"role": "operator", "path": {"id": case_id}, "body": body} | request,
        )

    def mark(self, account: str, mark: str, **request: Any) -> Reply:
        body = {"account": account, "mark": mark, "reason": "heard something"}
        return self.api("POST", "/fraud/payees", role="operator", body=body, **request)

    def payment(self, payment_id: str, **request: Any) -> dict[str, Any]:
        return self.api("GET", "/payments/{id}", path={"id": payment_id}, **request).body

    def balance(self, account: str, **request: Any) -> int:
        answer = self.api("GET", "/accounts/{id}", path={"id": account}, **request)
        return answer.body["balance"]["available"]

    def cases(self, status: str = "open", **request: Any) -> list[dict[str, Any]]:
        query = {"status": status, "limit": "100"}
        answer = self.api("GET", "/fraud/cases", role="operator", query=query, **request)
        return answer.body["items"]

    def trial(self, **request: Any) -> dict[str, Any]:
        return self.api("GET", "/ledger/trial-balance", role="auditor", **request).body

    def task(self, name: str, payment_id: str, *, tenant: str = "acme") -> str:
        """Run one task of the machine; the status that it answers with."""
        event = {"id": payment_id, "tenant": tenant, "request_id": "req-1"}
        answer = handler(f"payments/{name}")(event, lambda_context())
        assert answer == event | {"status": answer["status"]}
        return answer["status"]

    def run(self, payment_id: str, *, tenant: str = "acme") -> str:
        """Run the machine as its chart has it: the check, and the posting of what is trusted."""
        status = self.task("check", payment_id, tenant=tenant)
        return self.task("post", payment_id, tenant=tenant) if status == "trusted" else status

    def deliver(
        self, name: str, *bodies: Mapping[str, str], left: int = 900_000, attempt: int = 1
    ) -> list[str]:
        """Hand messages to the queue's function; the numbers of those that it reports as failed."""
        records = [
            {
                "messageId": str(number),
                "receiptHandle": "handle",
                "body": json.dumps(body),
                "attributes": {
                    "ApproximateReceiveCount": str(attempt),
                    "SentTimestamp": str(START),
                },
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies)
        ]
        report = handler(name)({"Records": records}, lambda_context(left))
        return [failure["itemIdentifier"] for failure in report["batchItemFailures"]]

    def world(self) -> World:
        """Everything in every table."""
        return {name: sorted(self.database.items(name), key=repr) for name in TABLES}

    def restore(self, world: World) -> None:
        """Make the tables as they were, and forget what was sent since."""
        self.database.put_back(world)
        self.dynamodb._applied.clear()
        self.machines.started.clear()
        self.clock.now = START

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, as plain values."""
        return [decode_item(item) for item in self.world()[table]]


def key_schema(*names: str) -> list[dict[str, str]]:
    kinds = zip(names, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


def database_with_tables(now: Callable[[], int]) -> Database:
    """DynamoDB in memory, with the tables, keys and index that the template describes.

    It is the simulation's: what it does is held against DynamoDB's documentation and engine by
    `tests/simulation/fidelity`, and it takes a hundredth of the time that moto takes.
    """
    database = Database(now)
    for table in TABLES:
        database.create_table(
            table,
            "pk",
            None if table == "Idempotency" else "sk",
            indexes={"by_account": ("account_key", "created_key")} if table == "Payments" else {},
        )
    return database


@contextmanager
def s3_on_moto() -> Iterator[Any]:
    """S3, with the bucket that the template describes."""
    with mock_aws():
        made = SESSION.create_client("s3", region_name=REGION)
        made.create_bucket(
            Bucket=SETTINGS["FILES_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
        yield made


def fresh_cloud(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """An empty cloud, which the handlers take for AWS until the test ends."""
    stands = Clock()
    database = database_with_tables(stands)
    watched = Watched(DatabaseClient(database))
    cloud = Cloud(dynamodb=watched, database=database, s3=s3, clock=stands)
    for name, content in SETTINGS.items():
        monkeypatch.setenv(name, content)
    seen = {
        "dynamodb": cloud.dynamodb,
        "s3": cloud.s3,
        "sqs": cloud.queues,
        "stepfunctions": cloud.machines,
    }
    monkeypatch.setattr(clients, "_client", lambda service, **_: seen[service])
    monkeypatch.setattr(clock, "now", cloud.clock)
    monkeypatch.setattr("time.sleep", cloud.clock.sleep)
    return cloud
