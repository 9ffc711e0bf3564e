"""The requests and answers of settlement, as they stand in the API document."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from remit.kernel.page import PageQuery
from remit.kernel.schema import Amount, Currency, Request, Text, View

WindowStatus = Literal[
    "OPEN", "CLOSED", "COMPUTED", "SHORT", "INSTRUCTED", "PART_FAILED", "REJECTED", "CONFIRMED",
    "SETTLED",
]  # fmt: skip


class WindowsQuery(PageQuery):
    """The tenant's windows that have had a member, the latest first."""


class MembersQuery(PageQuery):
    """A window's members, part by part."""


class WindowToClose(Request):
    """Close a window. `early`: now, by a cut-off of its own, though its time has not come."""

    early: bool = False


class Funding(Request):
    """Money that was moved to our account at the settlement bank, in minor units."""

    amount: Amount
    reason: Text


class Resumption(Request):
    """Go on with a window that waits for a person."""

    reason: Text


class NewCap(Request):
    """How much may be accepted and not settled in a currency, in minor units; null for no limit."""

    currency: Currency
    cap: Annotated[int, Field(ge=0, le=2**53 - 1)] | None
    reason: Text


class CapQuery(BaseModel):
    """Which currency's cap."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Currency


class CapView(View):
    """A net debit cap, and how much of it is used. Amounts in minor units."""

    currency: str
    cap: int | None
    used: int


class ChangeView(View):
    """A state that a window reached."""

    status: WindowStatus
    at: str
    by: str


class PositionView(View):
    """What a participant owes (`debits`) and is owed (`credits`); `net` is what it gets."""

    participant: str
    debits: int
    credits: int
    net: int


class WindowView(View):
    """A settlement window. Members, positions and hash are there once it has been computed."""

    id: str
    rail: str
    currency: str
    mode: Literal["net", "gross"]
    status: WindowStatus
    opens_at: str
    closes_at: str
    seals_at: str
    day: str
    cutoff: str
    calendar: str
    cutoffs: str
    members: int | None
    hash: str | None
    positions: list[PositionView] | None
    history: list[ChangeView]


class WindowsView(View):
    """A page of windows, without positions."""

    items: list[WindowView]
    next_cursor: str | None


class MemberView(View):
    """A payment or return in a window: `payer` owes `amount` to `payee`.

    `held_on` is the house account where its money was in transit. `is_void` where it takes back
    another member whose money its rail never moved. With the window's facts this is all that its
    hash is made of.
    """

    id: str
    payer: str
    payee: str
    amount: int
    counted_at: str
    held_on: str
    is_void: bool


class MembersView(View):
    """A page of a window's members."""

    items: list[MemberView]
    next_cursor: str | None
