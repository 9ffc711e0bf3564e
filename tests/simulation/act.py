"""One command that somebody sends, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Act:
    """One command that somebody sends until it is answered.

    `what` depends on the verb; accounts and payments in it are named by the acts that make them.
    `copies` of it are sent with one key at about the same time; with `altered` one more under that
    key asks for something else. `at` is microseconds after the stage's begin.
    """

    name: str
    verb: str
    what: Mapping[str, Any] = field(default_factory=dict)
    at: int = 0
    tenant: str = "acme"
    copies: int = 1
    altered: bool = False
    key: str = ""

    @property
    def idempotency_key(self) -> str:
        return self.key or self.name
