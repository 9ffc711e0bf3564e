"""Rules that several schemes have: ids, names, letters. Each scheme says which of them it has."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from remit.rails.iso20022 import references
from remit.rails.iso20022.characters import SEPA
from remit.rails.rail import Rule

if TYPE_CHECKING:
    from remit.rails.iso20022.pacs008 import CreditTransfer


def short(name: str | None, most: int) -> bool:
    """Whether there is a name, of at most so many characters."""
    return bool(name and name.strip()) and len(name or "") <= most


def latin(element: str, texts: "Callable[[CreditTransfer], tuple[str, ...]]") -> Rule:
    """That an element has no other letters than SEPA's."""
    return Rule(
        element=element,
        code="FF10",
        what="only the Latin letters of EPC217-08",
        holds=lambda transfer: all(set(text) <= SEPA for text in texts(transfer)),
    )


def _id(text: str | None) -> bool:
    return text is not None and references.fault(text) is None


IDS: tuple[Rule, ...] = (
    Rule(
        element="PmtId/EndToEndId",
        code="CH16",
        what="an id of the scheme's characters, without slashes at its ends",
        holds=lambda transfer: _id(transfer.ids.end_to_end_id),
    ),
    Rule(
        element="PmtId/TxId",
        code="CH16",
        what="an id of the scheme's characters, without slashes at its ends",
        holds=lambda transfer: _id(transfer.ids.transaction_id),
    ),
)
