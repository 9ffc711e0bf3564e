"""What the template deploys, as far as the simulation follows it: read from the template itself."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.builders import function
from tests.house.house import function_path, machines, resources, template

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

SWEEP = "settlement/sweep"
"""The function that looks at settlement windows."""

SETTINGS = {
    "LEDGER_TABLE": "LedgerTable",
    "PAYMENTS_TABLE": "PaymentsTable",
    "FRAUD_TABLE": "FraudTable",
    "IDEMPOTENCY_TABLE": "IdempotencyTable",
    "FILES_BUCKET": "FilesBucket",
    "PAYMENT_MACHINE_ARN": "PaymentMachine",
    "RESUME_QUEUE_URL": "ResumeQueue",
    "FILES_QUEUE_URL": "FilesQueue",
    "ENQUIRY_QUEUE_URL": "EnquiryQueue",
    "RECALL_QUEUE_URL": "RecallQueue",
    "RAILS_TABLE": "RailsTable",
    "MEMBERS_QUEUE_URL": "MembersQueue",
    "CONFIRMATIONS_QUEUE_URL": "ConfirmationsQueue",
    "SETTLEMENT_TABLE": "SettlementTable",
    "SETTLEMENT_MACHINE_ARN": "SettlementMachine",
    "SETTLEMENT_BIC": "TRGTXE2SXXX",
    "SETTLEMENT_LINES": "EUR=100000000",
    "RAILS_SECRET_ARN": "RailsSecret",
    "OUTCOME_MACHINE_ARN": "OutcomeMachine",
    "SCT_INST_URL": "https://sct-inst.example/messages",
    "FPS_HK_URL": "none",
    "BIC": "REMIDEFFXXX",
    "SANDBOX": "true",
    "BANK": "DE99999999",
    "CUSTOMERS_TABLE": "CustomersTable",
    "IDENTITY_TABLE": "IdentityTable",
    "SCREENING_TABLE": "ScreeningTable",
    "VAULT_TABLE": "VaultTable",
    "SUBJECT_KEYS_TABLE": "SubjectKeysTable",
    "KEY_STORE_TABLE": "KeyStoreTable",
    "VAULT_KEY_ARN": "VaultKey",
    "SIGNING_KEY_ARN": "SigningKey",
    "LISTS_BUCKET": "ListsBucket",
    "ONBOARDING_MACHINE_ARN": "OnboardingMachine",
    "ONBOARDING_QUEUE_URL": "OnboardingQueue",
    "RESCREEN_QUEUE_URL": "RescreenQueue",
    "API_URL": "https://api.example/v1",
    "IDENTITY_PROVIDER": "provider",
    "IDENTITY_URL": "https://provider.example",
    "IDENTITY_SECRET_ARN": "IdentitySecret",
    "IDENTITY_PATIENCE_SECONDS": "300",
}
"""Every resource is called in the simulation what the template calls it."""


@dataclass(frozen=True)
class Function:
    """A function; `seconds` is how long Lambda lets it run."""

    path: str
    seconds: int
    settings: frozenset[str]
    handler: Handler


@dataclass(frozen=True)
class Feed:
    """What reads a queue: times in seconds."""

    queue: str
    function: str
    batch: int
    delay: int
    visibility: int
    most_receives: int


@dataclass(frozen=True)
class Sweep:
    """What reads a table's stream, and which of its records."""

    table: str
    function: str
    batch: int
    window: int
    tries: int
    filters: tuple[Mapping[str, Any], ...]


@cache
def functions() -> Mapping[str, Function]:
    """The functions by what tests call them: `payments/initiate`."""
    default = template()["Globals"]["Function"]["Timeout"]
    found = {}
    for properties in resources("AWS::Serverless::Function").values():
        path = function_path(properties).removeprefix("functions/").removesuffix(".py")
        if path == "access/authorise":
            continue  # every request comes with the authoriser's word
        variables = properties.get("Environment", {}).get("Variables", {})
        found[path] = Function(
            path=path,
            seconds=properties.get("Timeout", default),
            settings=frozenset(variables) | {"SANDBOX"},
            handler=function(path).handler,
        )
    return found


@cache
def function_of(resource: str) -> str:
    """The function that a resource is: `InitiateFunction` is `payments/initiate`."""
    properties = resources("AWS::Serverless::Function")[resource]
    return function_path(properties).removeprefix("functions/").removesuffix(".py")


@cache
def routes() -> Mapping[tuple[str, str], str]:
    """The function that answers each method and path."""
    return {
        (event["Properties"]["Method"].upper(), event["Properties"]["Path"]): function_of(name)
        for name, properties in resources("AWS::Serverless::Function").items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Api"
    }


@cache
def feeds() -> tuple[Feed, ...]:
    """The queues that functions read."""
    queues = resources("AWS::SQS::Queue")
    found = []
    for properties in resources("AWS::Lambda::EventSourceMapping").values():
        name = _attribute_of(properties["EventSourceArn"])
        if name not in queues:
            continue
        queue = queues[name]
        found.append(
            Feed(
                queue=name,
                function=function_of(properties["FunctionName"]["Ref"]),
                batch=properties["BatchSize"],
                delay=queue.get("DelaySeconds", 0),
                visibility=queue.get("VisibilityTimeout", 30),
                most_receives=queue["RedrivePolicy"]["maxReceiveCount"],
            )
        )
    return tuple(found)


@cache
def sweeps() -> tuple[Sweep, ...]:
    """The streams that functions read."""
    tables = resources("AWS::DynamoDB::Table")
    return tuple(
        Sweep(
            table=name,
            function=function_of(properties["FunctionName"]["Ref"]),
            batch=properties["BatchSize"],
            window=properties["MaximumBatchingWindowInSeconds"],
            tries=1 + properties["MaximumRetryAttempts"],
            filters=tuple(
                json.loads(each["Pattern"]) for each in properties["FilterCriteria"]["Filters"]
            ),
        )
        for properties in resources("AWS::Lambda::EventSourceMapping").values()
        if (name := _attribute_of(properties["EventSourceArn"])) in tables
    )


@cache
def timers() -> Mapping[str, int]:
    """The functions that are run by the clock, and every how many seconds.

    Not the one that looks at settlement windows: it is run where some are settled (`sweeping`).
    """
    return {
        function_of(name): 60 * int(found[1])
        for name, properties in resources("AWS::Serverless::Function").items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Schedule"
        and function_of(name) != SWEEP
        and (found := re.fullmatch(r"rate\((\d+) minutes?\)", event["Properties"]["Schedule"]))
    }


@cache
def tables() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The tables, as `Database.create_table` wants them; each with a stream, to be watched by."""
    found = []
    for name, properties in resources("AWS::DynamoDB::Table").items():
        kinds = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
        indexes = {
            index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
            for index in properties.get("GlobalSecondaryIndexes", ())
        }
        ttl = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
        made = {"hash": kinds["HASH"], "range": kinds.get("RANGE"), "indexes": indexes, "ttl": ttl}
        found.append((name, made | {"stream": True}))
    return tuple(found)


@cache
def machine(resource: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """A state machine's definition, and the functions that its substitutions stand for."""
    properties = resources("AWS::Serverless::StateMachine")[resource]
    arns = {
        name: function_of(_attribute_of(arn))
        for name, arn in properties["DefinitionSubstitutions"].items()
    }
    return machines()[properties["DefinitionUri"]], arns


@cache
def is_express(resource: str) -> bool:
    """Whether a state machine is an express one."""
    kind: str = resources("AWS::Serverless::StateMachine")[resource]["Type"]
    return kind == "EXPRESS"


def _attribute_of(reference: Mapping[str, str]) -> str:
    """The resource whose attribute a `!GetAtt` names."""
    return re.sub(r"\.\w+$", "", reference["GetAtt"])
