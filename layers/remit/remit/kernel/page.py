"""Cursors of lists: opaque to clients, and refused when they were made for another list."""

import base64
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import parse_rfc3339
from remit.kernel.errors import Rejection

Position = str | int


class InvalidCursor(Rejection):
    """A cursor that none of our answers gave for this list."""

    title = "The cursor is not valid for this list"


def moment(text: str) -> int:
    """A time in a query string, as milliseconds; for pydantic, so it raises `ValueError`."""
    try:
        return parse_rfc3339(text)
    except ValueError:
        raise ValueError("must be an RFC 3339 time with an offset") from None


def _digits(limit: object) -> object:
    """Let a text pass only as plain digits: pydantic would also read `1_0` and `+5`."""
    if isinstance(limit, str) and not (limit.isascii() and limit.isdigit()):
        raise ValueError("must be a whole number")
    return limit


class PageQuery(BaseModel):
    """The query string of every list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)] = 50
    cursor: Annotated[str, Field(max_length=512)] | None = None


def cursor(scope: str, position: Mapping[str, Position] | None) -> str | None:
    """The cursor that continues list `scope` (path and filters) at `position`; None at its end."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(canonical_json([scope, position]).encode()).decode()


def position(scope: str, text: str | None) -> Mapping[str, Position] | None:
    """The position in list `scope` that a client's cursor stands for. Raises `InvalidCursor`."""
    if text is None:
        return None
    try:
        found_scope, found = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursor from None
    if found_scope != scope or not isinstance(found, dict):
        raise InvalidCursor
    if not all(type(part) in (str, int) for part in found.values()):
        raise InvalidCursor
    return found
