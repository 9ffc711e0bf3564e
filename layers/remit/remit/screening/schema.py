"""What the screening API takes and gives, as JSON. Shapes only."""

from typing import Annotated, Literal

from pydantic import Field

from remit.kernel.schema import Request, View
from remit.screening.names import MAX_CHARACTERS


class Search(Request):
    """A name to look for, with what else is known of who bears it."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]
    kind: Literal["person", "business"] = "person"
    birth_year: Annotated[int, Field(ge=1850, le=2100)] | None = None
    nationality: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class TokenView(View):
    """A word of the name, the word of the list that it went with, and how well."""

    asked: str
    listed: str
    score: float
    why: list[str]


class HitView(View):
    """An entry that the name resembles, and why."""

    source: str
    entry_id: str
    entry_hash: str
    name: str
    quality: Literal["primary", "strong", "weak"]
    score: float
    tokens: list[TokenView]
    evidence: dict[str, str]
    list_version: str


class SearchView(View):
    """What a search found: in which versions of which lists, by which policy."""

    outcome: Literal["clear", "hit"]
    hits: list[HitView]
    lists: dict[str, str]
    policy: str
    searched_at: str


class ListView(View):
    """The version of a list that is in force."""

    source: str
    version: str
    entries: int
    names: int
    loaded_at: str
    age_seconds: int


class ListsView(View):
    """Every list in force."""

    items: list[ListView]
