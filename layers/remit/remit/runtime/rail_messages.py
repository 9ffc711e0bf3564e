"""The messages that rails have sent, for those who need what they say and not the vault."""

from typing import Any

from remit.payments.messages import MessageStore, Told
from remit.rails.facts import Fact
from remit.runtime import clients, settings


def messages() -> MessageStore:
    """The messages that rails have sent."""
    return MessageStore.of(clients.dynamodb(), settings.required("RAILS_TABLE"))


def fact_of(event: dict[str, Any]) -> Fact:
    """What the message says that a run of the machine `rail_outcome` is about."""
    told: tuple[Told, ...] = messages().get(event["message"]).told
    number: int = event["fact"]
    return told[number].fact
