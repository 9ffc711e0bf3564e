"""Reading what a client sent into a model, strictly: one meaning or a refusal that says where.

A refusal never repeats a value, only the place and the rule.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from remit.kernel.errors import Rejection

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

MAX_DEPTH = 16
_MOST_ERRORS = 20
_OURS = "Value error, "  # what pydantic puts before the text of a validator of ours
_SHOWABLE = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


class InvalidRequest(Rejection):
    """The request was read, but its content breaks a rule; `errors` says which and where."""

    title = "The request is not valid"


class MalformedJson(Rejection):
    """The body is not JSON, or is JSON that two readers could understand differently."""

    title = "The body is not valid JSON"


def parse(raw: bytes) -> object:
    """`raw` as JSON: UTF-8, no name twice, no NaN or infinity, at most `MAX_DEPTH` levels."""
    try:
        document = _decoder.decode(raw.decode())
    except MalformedJson:
        raise
    except (ValueError, RecursionError):
        # The parser's own text may quote the body, so it goes no further.
        raise MalformedJson from None
    _check(document, MAX_DEPTH)
    return document


def validated(model: type[M], raw: bytes, document: object) -> M:
    """`raw`, already parsed as `document`, as a `model`: strict types, no unknown field."""
    try:
        return model.model_validate_json(raw, strict=True, extra="forbid")
    except ValidationError as error:
        raise InvalidRequest(errors=_errors(error, document)) from None


def validated_query(model: type[M] | None, parameters: Mapping[str, Sequence[str]]) -> M | None:
    """The query string as a `model`; every parameter once, none unknown."""
    twice = [name for name, values in parameters.items() if len(values) != 1]
    if twice:
        raise InvalidRequest(errors=[_entry([twice[0]], "This parameter may be given once")])
    if model is None:
        if parameters:
            raise InvalidRequest("this resource takes no query parameters")
        return None
    plain = {name: values[0] for name, values in parameters.items()}
    if not all(map(_is_unicode, plain.values())):
        raise InvalidRequest("a parameter is not Unicode")
    try:
        return model.model_validate_strings(plain, extra="forbid")
    except ValidationError as error:
        raise InvalidRequest(errors=_errors(error, plain)) from None


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise MalformedJson("an object has the same name twice")
    return fields


def _no_constant(_: str) -> object:
    raise MalformedJson("NaN and infinity are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedJson("a number is out of range")
    return number


_decoder = json.JSONDecoder(
    object_pairs_hook=_no_name_twice, parse_constant=_no_constant, parse_float=_finite
)


def _check(document: object, levels: int) -> None:
    """Refuse what is nested too deeply, and text that is not Unicode (half a surrogate pair)."""
    if isinstance(document, str):
        if not _is_unicode(document):
            raise MalformedJson("a text is not Unicode")
    elif isinstance(document, dict | list):
        if levels == 0:
            raise MalformedJson(f"the body has more than {MAX_DEPTH} levels")
        if isinstance(document, dict):
            for name in document:
                _check(name, levels)
        for entry in document.values() if isinstance(document, dict) else document:
            _check(entry, levels - 1)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _errors(error: ValidationError, document: object) -> list[dict[str, str]]:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    entries = [
        _entry(_place(detail, document), detail["msg"].removeprefix(_OURS))
        for detail in found[:_MOST_ERRORS]
    ]
    return [entry for i, entry in enumerate(entries) if entry not in entries[:i]]


def _place(detail: "ErrorDetails", document: object) -> list[str | int]:
    """Where in `document` the error is.

    pydantic's place also names the members of unions, which are no part of the document, so only
    the steps that lead somewhere count; and the last one where the error is that it leads nowhere.
    """
    place: list[str | int] = []
    here = document
    *steps, last = detail["loc"] or ("",)
    for step in steps:
        if _leads_on(here, step):
            here = here[step]  # type: ignore[index] # _leads_on has looked
            place.append(step)
    if detail["type"] == "missing" or _leads_on(here, last):
        place.append(last)
    return place


def _leads_on(here: object, step: str | int) -> bool:
    if isinstance(here, dict):
        return step in here
    return isinstance(here, list) and isinstance(step, int) and step < len(here)


def _entry(place: Sequence[str | int], detail: str) -> dict[str, str]:
    """One entry of `errors`, with an RFC 6901 pointer.

    A name that no model of ours would use is the client's own text: the pointer stops before it.
    """
    pointer = ""
    for step in map(str, place):
        if _SHOWABLE.fullmatch(step) is None:
            break
        pointer += f"/{step}"
    return {"pointer": pointer, "detail": detail}
