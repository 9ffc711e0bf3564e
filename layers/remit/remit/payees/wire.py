"""How banks ask each other whose an account is: the JSON of the EPC's inter-PSP API (EPC103-24).

As far as it is known to us: names and codes of the elements that a question about a name and an
IBAN needs. What else a question or an answer has is passed over.
"""

import json
from collections.abc import Mapping
from typing import Any

from remit.kernel.errors import Rejection
from remit.kernel.iban import is_iban
from remit.kernel.value import value
from remit.rails.payee import MAX_NAME, Outcome, Verification

CODES: Mapping[str, Outcome] = {
    "MTCH": "MATCH",
    "CMTC": "CLOSE_MATCH",
    "NMTC": "NO_MATCH",
    "NOAP": "NO_DATA",
}
"""The scheme's codes for what was found."""

_CODE_OF = {outcome: code for code, outcome in CODES.items()}
_MOST_BIC = 11


class QuestionMalformed(Rejection):
    """The question cannot be read; `errors` says where. It is not repeated."""

    title = "The question about a payee is not valid"


@value
class Question:
    """Whether the account `iban` is held by `name`, asked by the bank `bic` if it says so."""

    name: str
    iban: str
    bic: str | None = None


def question(asked: Question) -> Mapping[str, object]:
    """The question as JSON."""
    content: dict[str, object] = {
        "party": {"name": asked.name},
        "partyAccount": {"iban": asked.iban},
    }
    if asked.bic is not None:
        content["requestingAgent"] = _agent(asked.bic)
    return content


def read_question(body: bytes) -> Question:
    """The inverse of `question`. Raises `QuestionMalformed`."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise QuestionMalformed("it is no JSON") from None
    name, iban = _at(content, "party", "name"), _at(content, "partyAccount", "iban")
    faults = {
        "/party/name": isinstance(name, str) and 1 <= len(name) <= MAX_NAME,
        "/partyAccount/iban": isinstance(iban, str) and is_iban(iban),
    }
    errors = [
        {"pointer": pointer, "detail": "it is missing or has not its form"}
        for pointer, is_right in faults.items()
        if not is_right
    ]
    if errors:
        raise QuestionMalformed(errors=errors)
    bic = _at(content, "requestingAgent", "financialInstitutionIdentification", "bicfi")
    return Question(name=name, iban=iban, bic=bic[:_MOST_BIC] if isinstance(bic, str) else None)


def answer(found: Verification) -> dict[str, str]:
    """The answer as JSON: a name for a close match, and for nothing else."""
    content = {"partyNameMatch": _CODE_OF[found.outcome]}
    if found.outcome == "CLOSE_MATCH" and found.name is not None:
        content["matchedName"] = found.name
    return content


def read_answer(content: Mapping[str, Any] | None) -> Verification | None:
    """What a scheme's answer says; None for one that cannot be understood."""
    code = _at(content, "partyNameMatch")
    outcome = CODES.get(code) if isinstance(code, str) else None
    if outcome is None:
        return None
    name = _at(content, "matchedName") if outcome == "CLOSE_MATCH" else None
    if outcome == "CLOSE_MATCH" and not (isinstance(name, str) and 1 <= len(name) <= MAX_NAME):
        return None  # a close match whose name is not told is no help to anybody
    return Verification(outcome=outcome, because="the scheme says so", name=name)


def _agent(bic: str) -> dict[str, object]:
    return {"financialInstitutionIdentification": {"bicfi": bic}}


def _at(content: Any, *path: str) -> Any:
    for step in path:
        content = content.get(step) if isinstance(content, Mapping) else None
    return content
