"""What `POST /ledger/transfers` takes and gives, as JSON. Shapes only: rules live in `phases`."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, RootModel

from remit.kernel.ids import pattern
from remit.kernel.page import moment
from remit.kernel.schema import AccountId, Amount, Currency, Request, Text, View
from remit.ledger.model import MOST_LEGS, Side
from remit.ledger.phases import MOST_OPERATIONS
from remit.ledger.schema import TransferView

TransferId = Annotated[str, Field(pattern=pattern("tr"))]


def _instant(content: object) -> int:
    if not isinstance(content, str):
        raise ValueError("must be an RFC 3339 time with an offset")  # noqa: TRY004 - for pydantic
    return moment(content)


Instant = Annotated[int, BeforeValidator(_instant, json_schema_input_type=str)]


class LegAsked(Request):
    """One side of a transfer, on a customer's account."""

    account: AccountId
    side: Side
    amount: Amount


def _even(legs: list[LegAsked]) -> list[LegAsked]:
    if sum(leg.amount if leg.side == "debit" else -leg.amount for leg in legs) != 0:
        raise ValueError("debits and credits must be equal")
    return legs


Legs = Annotated[list[LegAsked], Field(min_length=2, max_length=MOST_LEGS), AfterValidator(_even)]


class TransferAsked(Request):
    """Move money at once. `value_at` is from when it counts, if not from now."""

    kind: Literal["transfer"]
    currency: Currency
    legs: Legs
    value_at: Instant | None = None
    reason: Text


class HoldAsked(Request):
    """Hold money until it is posted or voided, or `expires_at` has come: within 366 days."""

    kind: Literal["hold"]
    currency: Currency
    legs: Legs
    expires_at: Instant
    reason: Text


class PostAsked(Request):
    """Book what is held: the whole, or `amount` of it, which frees the rest."""

    kind: Literal["post"]
    hold: TransferId
    amount: Amount | None = None
    reason: Text


class VoidAsked(Request):
    """Free what is held."""

    kind: Literal["void"]
    hold: TransferId
    reason: Text


class ReversalAsked(Request):
    """Take a transfer back: all that is left of it, or `amount`."""

    kind: Literal["reversal"]
    reverses: TransferId
    amount: Amount | None = None
    value_at: Instant | None = None
    reason: Text


class Clearance(Request):
    """Move what a transfer has left in suspense to `account`, or from it where it is owed there."""

    account: AccountId
    reason: Text


OneAsked: TypeAlias = TransferAsked | HoldAsked | PostAsked | VoidAsked | ReversalAsked


class LinkedAsked(Request):
    """Several in one commit, judged one after the other: all of them, or none."""

    kind: Literal["linked"]
    operations: Annotated[
        list[Annotated[OneAsked, Field(discriminator="kind")]],
        Field(min_length=1, max_length=MOST_OPERATIONS),
    ]


class NewTransfer(RootModel[Annotated[OneAsked | LinkedAsked, Field(discriminator="kind")]]):
    """One movement of money, or several linked ones."""


class LinkedView(View):
    """What became of each of several linked operations, in their order."""

    transfers: list[TransferView]


class TransferAnswer(RootModel[TransferView | LinkedView]):
    """The transfer that was made, ended or taken back with; of linked ones each."""

    model_config = ConfigDict(defer_build=True)
