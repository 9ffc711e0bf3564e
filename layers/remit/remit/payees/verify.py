"""Verify a payee before anything is paid: in house for our accounts, else by asking the scheme.

Whatever keeps the scheme from answering is NO_DATA, and never an error: the payer decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.payees import wire
from remit.payees.house import Found, House
from remit.payees.keeping import keep, same, strangers
from remit.payees.meter import Meter, Questioner
from remit.payees.schema import VerificationRequest
from remit.payees.store import Asked, PayeeStore, Verified
from remit.payees.wire import Question
from remit.rails.payee import Verification
from remit.rails.question import Questions, Unanswered
from remit.store.idempotency import Answer, Command
from remit.store.write import Write

if TYPE_CHECKING:
    from remit.vault.seal import Vault

NOT_KNOWN, NOT_REACHABLE = "not_known", "not_reachable"
NO_ANSWER, NOT_UNDERSTOOD = "no_answer_in_time", "not_understood"
"""Why there is NO_DATA: the bank knows no holder; no scheme is connected; it did not answer, or
not so that it could be understood.
"""

_OK = 200


@value
class VerifyDesk:
    """Where payees are verified. `scheme` is None where none is connected; `bic` is ours."""

    store: PayeeStore
    meter: Meter
    house: House
    scheme: Questions | None
    bic: str
    vault: "Callable[[], Vault]"


def verify(desk: VerifyDesk, command: Command, request: VerificationRequest) -> Answer:
    """Answer 200 with what was found (`schema.VerificationView`), once per key.

    Raises `LimitReached`, `KeyReused`, `SubjectErased` for the answer of a key whose subject has
    been erased since, or a `Fault` after which the same key may be sent again.
    """
    known, replayed = _answered(desk, command, request)
    same(known.asked, command)
    body = canonical_json(_view(known, desk))
    return Answer(status=HTTPStatus.OK, body=body, replayed=replayed)


def _answered(
    desk: VerifyDesk, command: Command, request: VerificationRequest
) -> tuple[Verified, bool]:
    """The verification under the command's key, and whether it had been made before."""
    identifier = derive("vop", command.id)

    def find() -> Verified | None:
        return desk.store.verification(command.tenant, identifier)

    known = find()
    if known is not None:
        return known, True
    found, reason = _found(desk, command, identifier, request)
    asked = _asked(command, identifier)
    return keep(desk.store.table.client, find, lambda: _made(desk, asked, found, reason))


def _found(
    desk: VerifyDesk, command: Command, identifier: str, request: VerificationRequest
) -> tuple[Found, str | None]:
    """The answer, paid for, and why there is no better one."""
    tenant = f"tenant {command.tenant}"
    who = Questioner(requester=tenant, payee=f"{tenant} {request.iban}", now=command.now)
    desk.meter.ask(who)
    found, reason = desk.house.verify(request.name, request.iban), NOT_KNOWN
    if found is None:
        question = Question(name=request.name, iban=request.iban, bic=desk.bic)
        verification, reason = _told(desk.scheme, identifier, question, command.now)
        found = Found(verification=verification)
    outcome = found.verification.outcome
    if outcome == "NO_MATCH":
        desk.meter.guessed(who)
    return found, reason if outcome == "NO_DATA" else None


def _told(
    scheme: Questions | None, identifier: str, question: Question, now: int
) -> tuple[Verification, str]:
    """What the scheme says of an account that is none of ours."""
    if scheme is None:
        return _nothing("no scheme is connected"), NOT_REACHABLE
    try:
        heard = scheme.ask(identifier, wire.question(question), now=now)
    except Unanswered:
        return _nothing("the scheme did not answer"), NO_ANSWER
    told = wire.read_answer(heard.content) if heard.status == _OK else None
    if told is None:
        return _nothing("the scheme's answer was not understood"), NOT_UNDERSTOOD
    return told, NOT_KNOWN


def _nothing(because: str) -> Verification:
    return Verification(outcome="NO_DATA", because=because)


def _asked(command: Command, identifier: str) -> Asked:
    return Asked(
        id=identifier,
        tenant=command.tenant,
        fingerprint=command.fingerprint,
        at=command.now,
        by=command.actor,
    )


def _made(
    desk: VerifyDesk, asked: Asked, found: Found, reason: str | None
) -> tuple[Verified, Sequence[Write]]:
    """The verification as it is kept: a name that is told is sealed under whose it is."""
    writes: list[Write] = []
    name = found.verification.name
    if name is not None:
        vault = desk.vault()
        if found.owner is not None:
            subject = vault.subject(*found.owner)
        else:
            subject, writes = strangers(vault, asked.tenant, at=asked.at, by=asked.by)
        owner = (subject.tenant, subject.id)
        sealed = subject.seal(_field(asked.id), name.encode())
        asked = replace(asked, owner=owner, sealed=sealed)
    made = Verified(asked=asked, result=found.verification.outcome, reason=reason)
    return made, [desk.store.keep_verification(made), *writes]


def _view(known: Verified, desk: VerifyDesk) -> dict[str, object]:
    view: dict[str, object] = {"id": known.asked.id, "result": known.result}
    if known.reason is not None:
        view["reason"] = known.reason
    if known.asked.owner is not None and known.asked.sealed is not None:
        subject = desk.vault().subject(*known.asked.owner)
        view["name"] = subject.open(_field(known.asked.id), known.asked.sealed).decode()
    return view


def _field(identifier: str) -> str:
    return f"verification.{identifier.lower()}"
