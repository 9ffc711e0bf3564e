"""Tell, as a scheme does, whose a proxy is, and whether another bank's account is held by somebody.

Pure but for the signature's clock, which is handed in. What is told is in the forms that
`payees.addressing` and `payees.wire` read.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from remit.kernel.errors import Fault, NotFound, Rejection
from remit.kernel.signature import Headers, verify
from remit.kernel.value import value
from remit.payees import wire
from remit.rails.capability import BY_NAME
from remit.rails.payee import verify as compared
from remit.rails.proxy import CODES, FORMS
from remit.sandbox.banks import FPS_HK, SCT_INST
from remit.sandbox.people import HOLDERS, PEOPLE, SLOW_SECONDS, Known, masked

ADDRESSING, VERIFICATIONS = "addressing", "payee-verifications"
"""Where a rail's services are, beside where it takes messages."""

MAX_BYTES = 16 * 1024
"""No question about one payee is nearly as large."""


class QuestionTooLarge(Rejection):
    """The question has more than `MAX_BYTES` bytes."""

    status = 413
    title = "The question is too large"


class QuestionInvalid(Rejection):
    """The question cannot be read; `errors` says where."""

    title = "The question is not valid"


class CurrencyNotCarried(Rejection):
    """The rail does not carry the currency."""

    status = 422
    title = "The rail does not carry this currency"


class NobodyRegistered(NotFound):
    """Nobody has registered the proxy, or not for that currency."""

    title = "Nobody is registered under this proxy"


class RegistrationSuspended(Rejection):
    """The proxy is somebody's, and nobody is paid by it at present."""

    status = 403
    title = "Nobody is paid by this proxy at present"


class BankSilent(Fault):
    """The other bank has not answered within the scheme's time."""

    status = 504
    title = "The other bank does not answer"


@value
class Told:
    """An answer as JSON, and how many seconds after the question it comes."""

    content: Mapping[str, str]
    seconds: float = 0.0

    @property
    def in_time(self) -> Mapping[str, str]:
        """The answer, where nobody can wait for a late one: then raises `BankSilent`."""
        if self.seconds:
            raise BankSilent
        return self.content


def tell(
    rail: str,
    service: str,
    *,
    keys: Sequence[bytes],
    headers: Headers,
    body: bytes,
    now: int,
) -> Told:
    """The answer of a rail's service to a question that its member has signed with one of `keys`.

    Raises `NotFound` for a service that the rail has not, `SignatureInvalid`, `QuestionTooLarge`,
    or a `Rejection` that says what is wrong with the question.
    """
    answer = _SERVICES.get((rail, service))
    if answer is None:
        raise NotFound(f"{rail} has no such service")
    verify(keys, headers, body, now=now)
    if len(body) > MAX_BYTES:
        raise QuestionTooLarge
    return answer(body)


def _addressed(body: bytes) -> Told:
    """Whose a proxy is."""
    code, identifier, currency = _proxy(body)
    person = PEOPLE.get((code, identifier))
    registration = person.registered(currency) if person else None
    if person is None or registration is None:
        raise NobodyRegistered
    if person.refused:
        raise RegistrationSuspended
    content = {
        "account": registration.account,
        "bank": registration.bank,
        "bank_name": registration.bank_name,
        "masked_name": masked(person.name),
    }
    return Told(content=content, seconds=SLOW_SECONDS if person.slow else 0.0)


def _proxy(body: bytes) -> tuple[str, str, str]:
    """What a question names: the proxy's kind and value, and the currency."""
    question = _object(body)
    proxy, currency = question.get("proxy"), question.get("currency")
    named = proxy if isinstance(proxy, dict) else {}
    code, identifier = named.get("type"), named.get("id")
    if not isinstance(code, str) or code not in FORMS:
        raise _invalid("/proxy/type", f"it is one of {', '.join(sorted(CODES.values()))}")
    if not isinstance(identifier, str) or not FORMS[code].fullmatch(identifier):
        raise _invalid("/proxy/id", f"it has not the form of a {code}")
    if not isinstance(currency, str):
        raise _invalid("/currency", "it is missing or no text")
    carried = BY_NAME[FPS_HK].currencies
    if currency not in carried:
        raise CurrencyNotCarried(f"{FPS_HK} carries {', '.join(carried)}")
    return code, identifier, currency


def _verified(body: bytes) -> Told:
    """Whether an account of another bank is held by whom somebody names."""
    asked = wire.read_question(body)
    known = HOLDERS.get(asked.iban, Known(holder=None))
    found = wire.answer(compared(asked.name, known.holder))
    return Told(content=found, seconds=SLOW_SECONDS if known.slow else 0.0)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise QuestionInvalid("it is no JSON") from None
    if not isinstance(found, dict):
        raise QuestionInvalid("it is no JSON object")
    return found


def _invalid(pointer: str, detail: str) -> QuestionInvalid:
    return QuestionInvalid(errors=[{"pointer": pointer, "detail": detail}])


_SERVICES: Mapping[tuple[str, str], Callable[[bytes], Told]] = {
    (FPS_HK, ADDRESSING): _addressed,
    (SCT_INST, VERIFICATIONS): _verified,
}
"""By rail and name, the services that answer at once."""
