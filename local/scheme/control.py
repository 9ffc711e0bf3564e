"""By what the scheme is steered and looked into, from a test or by hand. Nothing here is signed.

| | |
|---|---|
| `POST /scheme/payments` | another bank pays `{iban or account, name, amount, currency, ...}` |
| `GET /scheme/payments/<uetr>` | what the scheme knows of a payment |
| `POST /scheme/recalls` | another bank asks `{uetr, reason}` back |
| `POST /scheme/verifications` | another bank asks whether `{name, iban}` is our customer's |
| `GET /scheme/people` | whom it knows by proxy and by IBAN |
| `GET, POST /scheme/knobs` | how it behaves |
| `GET, POST /scheme/clock` | its time; `{advance_seconds}` puts it forward |
| `GET /scheme/messages` | what it has sent, and how that was answered |
| `GET /scheme/statement?date=&currency=` | the settlement bank's camt.053 of a day |
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4

from local.scheme.book import NotPossible
from local.wire import Request, Response
from remit.kernel import clock
from remit.kernel.clock import rfc3339
from remit.kernel.errors import InvalidMoney
from remit.payees import wire
from remit.rails.link import pool
from remit.rails.question import HttpQuestions, Unanswered
from remit.sandbox.banks import BANKS, SCT_INST
from remit.sandbox.people import HOLDERS, PEOPLE
from remit.sandbox.rules import KnobUnknown
from remit.sandbox.tell import VERIFICATIONS

if TYPE_CHECKING:
    from local.scheme.server import Simulator

_JSON = "application/json"


@dataclass(frozen=True)
class Outcome:
    """A refusal: HTTP status, a stable code, what is wrong, and where."""

    status: int
    code: str
    detail: str
    errors: Sequence[Mapping[str, str]] = ()


class Refused(Exception):
    """The request cannot be done."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


def whsec(key: bytes) -> str:
    """A signing key as it is written."""
    return "whsec_" + base64.b64encode(key).decode()


def document(status: int, content: object) -> Response:
    """An answer in JSON."""
    return Response(status, [("Content-Type", _JSON)], json.dumps(content).encode())


def problem(outcome: Outcome) -> Response:
    """A refusal in JSON."""
    content: dict[str, object] = {"error": outcome.code, "detail": outcome.detail}
    if outcome.errors:
        content["errors"] = list(outcome.errors)
    return document(outcome.status, content)


def verified(scheme: "Simulator", request: Request) -> Response:
    """Have another bank ask us whether an account is held by somebody: what we answered, and how.

    Waits for the answer.
    """
    try:
        asked = _question(_json(request))
    except Refused as refused:
        return problem(refused.outcome)
    connections = pool()
    questions = HttpQuestions(
        pool=connections,
        url=f"{scheme.member}/rails/{SCT_INST}/{VERIFICATIONS}",
        keys=[scheme.terms[SCT_INST].theirs],
    )
    try:
        heard = questions.ask(str(uuid4()), asked, now=clock.now())
    except Unanswered:
        return problem(Outcome(504, "no_answer", "the member has not answered in time"))
    finally:
        connections.clear()
    return document(200, {"status": heard.status, "answer": heard.content})


def _question(wanted: Mapping[str, Any]) -> Mapping[str, object]:
    name, iban = wanted.get("name"), wanted.get("iban")
    if not (isinstance(name, str) and isinstance(iban, str)) or len(wanted) > 2:  # noqa: PLR2004
        raise Refused(Outcome(422, "not_possible", "a verification has name and iban"))
    return wire.question(wire.Question(name=name, iban=iban, bic=BANKS[SCT_INST].other.bic))


def answer(scheme: "Simulator", request: Request) -> Response:
    """Do what a request asks for."""
    path, _, query = request.target.partition("?")
    try:
        return _answered(scheme, request, path, parse_qs(query))
    except Refused as refused:
        return problem(refused.outcome)
    except (KnobUnknown, NotPossible) as wrong:
        return problem(Outcome(422, "not_possible", str(wrong)))


def _answered(
    scheme: "Simulator", request: Request, path: str, query: Mapping[str, list[str]]
) -> Response:
    book, asks = scheme.book, (request.method, path)
    if asks == ("POST", "/scheme/payments"):
        payment, deliveries = book.pay(_json(request))
        scheme.send(deliveries)
        return document(201, payment.as_json())
    if asks == ("POST", "/scheme/recalls"):
        wanted = _json(request)
        payment, deliveries = book.ask_back(wanted.get("uetr"), wanted.get("reason", "DUPL"))
        scheme.send(deliveries)
        return document(201, payment.as_json())
    if asks == ("POST", "/scheme/knobs"):
        book.knobs = book.knobs.turned(_json(request))
    if asks == ("POST", "/scheme/clock"):
        book.move(_json(request).get("advance_seconds"))
        scheme.moved()
    if path in ("/scheme/knobs", "/scheme/clock") and request.method in ("GET", "POST"):
        return _state(scheme, path)
    if request.method == "GET":
        return _shown(scheme, path, query)
    raise Refused(Outcome(404, "nothing_here", "there is nothing here"))


def _state(scheme: "Simulator", path: str) -> Response:
    if path == "/scheme/clock":
        return document(200, {"now": rfc3339(scheme.book.now())})
    knobs = asdict(scheme.book.knobs)
    knobs["breaks"] = [{**each, "on": each["on"].isoformat()} for each in knobs["breaks"]]
    return document(200, knobs)


def _shown(scheme: "Simulator", path: str, query: Mapping[str, list[str]]) -> Response:
    if path == "/scheme/people":
        return document(200, _people())
    if path == "/scheme/messages":
        return document(200, {"items": [asdict(each) for each in scheme.sent]})
    if path == "/scheme/statement":
        today = rfc3339(scheme.book.now())[:10]
        try:
            on = date.fromisoformat(query.get("date", [today])[0])
            body = scheme.book.statement(on, query.get("currency", ["EUR"])[0])
        except (InvalidMoney, ValueError) as wrong:
            raise Refused(Outcome(422, "not_possible", str(wrong))) from None
        return Response(200, [("Content-Type", "application/xml")], body)
    payment = scheme.book.payments.get(path.removeprefix("/scheme/payments/"))
    if payment is None:
        raise Refused(Outcome(404, "nothing_here", "there is nothing here"))
    return document(200, payment.as_json())


def _people() -> dict[str, object]:
    proxies = [
        {
            "proxy": {"type": code, "id": identifier},
            "name": person.name,
            "accounts": [asdict(each) for each in person.registrations],
            "refused": person.refused,
            "slow": person.slow,
        }
        for (code, identifier), person in PEOPLE.items()
    ]
    holders = [
        {
            "iban": iban,
            "names": list(known.holder.names) if known.holder else [],
            "slow": known.slow,
        }
        for iban, known in HOLDERS.items()
    ]
    return {"proxies": proxies, "holders": holders}


def _json(request: Request) -> dict[str, Any]:
    """The JSON object of a request; a web page that a browser shows could not send it unasked."""
    if (request.header("content-type") or "").partition(";")[0].strip().lower() != _JSON:
        raise Refused(Outcome(415, "not_json", f"send {_JSON}"))
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(Outcome(400, "not_json", "the body is no JSON")) from None
    if not isinstance(content, dict):
        raise Refused(Outcome(400, "not_json", "the body is no JSON object"))
    return content
