"""Answer another bank that asks, through the scheme, whether it has our customer's name right.

Says of an account that is none of ours what it says of one whose holder is not known, so that
nobody can ask which IBANs there are.
"""

from collections.abc import Mapping, Sequence

from remit.kernel.errors import NotFound
from remit.kernel.signature import Headers, verify
from remit.kernel.value import value
from remit.payees import wire
from remit.payees.house import House
from remit.payees.meter import Meter, Questioner
from remit.rails.capability import BY_NAME
from remit.rails.payee import Outcome, Verification

_NOT_OURS = Verification(outcome="NO_DATA", because="it is no account of ours")


@value
class AnswerDesk:
    """Where other banks' questions are answered. `keys` has those that each rail signs with."""

    meter: Meter
    house: House
    keys: Mapping[str, Sequence[bytes]]


@value
class Answered:
    """What is answered, as JSON, and what was found, for the count."""

    content: Mapping[str, str]
    outcome: Outcome


def answer(desk: AnswerDesk, *, rail: str, headers: Headers, body: bytes, now: int) -> Answered:
    """The answer to a question that came over `rail`, signed by its scheme.

    Raises `NotFound` for a rail that is not connected or names no account by IBAN,
    `SignatureInvalid`, `QuestionMalformed` or `LimitReached`.
    """
    if rail not in desk.keys or "iban" not in BY_NAME[rail].addressing:
        raise NotFound("no such rail")
    verify(desk.keys[rail], headers, body, now=now)
    question = wire.read_question(body)
    # A payee's points are the rail's, whoever asks: so nobody guesses on by many banks.
    who = Questioner(
        requester=f"{rail} {question.bic or ''}", payee=f"{rail} {question.iban}", now=now
    )
    desk.meter.ask(who)
    found = desk.house.verify(question.name, question.iban)
    verification = found.verification if found else _NOT_OURS
    if verification.outcome == "NO_MATCH":
        desk.meter.guessed(who)
    return Answered(content=wire.answer(verification), outcome=verification.outcome)
