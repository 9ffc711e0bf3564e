"""The scheme of SCT Inst: a service outside, which takes our messages and answers in its time.

How it answers is in the last two digits of a payment's amount. What it says is signed, comes
through our API, and is sent again until we say that we have it.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.exceptions import ReadTimeoutError as NothingHeard
from urllib3.exceptions import ReadTimeoutError

from remit.kernel.clock import rfc3339
from remit.kernel.signature import key_of, sign
from tests.simulation import present, scheme_messages
from tests.simulation.arriving import Arriving
from tests.simulation.bank import Bank
from tests.simulation.books import demand
from tests.simulation.edge import Edge, Request
from tests.simulation.scheduler import MILLISECOND, MINUTE, SECOND
from tests.simulation.scheme_messages import Ours

if TYPE_CHECKING:
    from tests.simulation.world import World

NAME, RAIL = "scheme", "sct_inst"
URL = "https://sct-inst.example/messages"
_OURS, _THEIRS = (f"whsec_{base64.b64encode(one * 32).decode()}" for one in (b"u", b"t"))
SECRET = json.dumps({rail: {"ours": [_OURS], "theirs": [_THEIRS]} for rail in (RAIL, "fps_hk")})
"""What Secrets Manager keeps."""

AT_ONCE = (1 * MILLISECOND, 10 * MILLISECOND)
SOON = (50 * MILLISECOND, 5 * SECOND)
LATER = (5 * SECOND, 20 * SECOND)
TOGETHER = (6 * SECOND, 6 * SECOND + 20 * MILLISECOND)
WHEN_ASKED = (27 * SECOND, 28 * SECOND)
"""When our patience ends, and the time-out and the answer race."""

LATE = (30 * SECOND, 4 * MINUTE)
LAST = (50 * MINUTE, 70 * MINUTE)
"""When somebody has been called already."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Manner:
    """What the scheme does about a payment by itself, and when; when it is asked; when recalled.

    `mute`: it never says what became of the payment. `torn`: it says one thing and the other.
    """

    script: tuple[tuple[Span, str], ...] = ((SOON, "accept"),)
    asked: str = "again"
    recalled: tuple[str, ...] = ("give_back",)
    mute: bool = False
    torn: bool = False


_ACCEPTED = (SOON, "accept")
MANNERS: Mapping[int, Manner] = {
    1: Manner(((SOON, "reject"),)),
    2: Manner(((SOON, "reject_oddly"),)),
    3: Manner((), asked="accept"),
    4: Manner(((LATE, "accept"),)),
    5: Manner((_ACCEPTED, (LATER, "give_back"))),
    6: Manner((_ACCEPTED, (SOON, "accept"), (LATER, "accept"))),
    7: Manner((_ACCEPTED, (LATER, "reject")), torn=True),
    8: Manner(((SOON, "reject"), (LATER, "accept")), torn=True),
    9: Manner((_ACCEPTED, (TOGETHER, "give_half"), (TOGETHER, "give_rest"))),
    10: Manner(((AT_ONCE, "give_back"), (LATER, "accept"))),
    11: Manner(((AT_ONCE, "accept"), (AT_ONCE, "pend"))),
    12: Manner((_ACCEPTED, (SOON, "give_half"), (LATER, "give_too_much"))),
    13: Manner(((SOON, "pend"),), asked="pend", mute=True),
    14: Manner(((LAST, "accept"),), asked="pend"),
    15: Manner(((LATE, "reject"),)),
    16: Manner(((AT_ONCE, "reject"),)),
    17: Manner((_ACCEPTED, (SOON, "reuse_its_id"))),
    18: Manner((_ACCEPTED, (LATER, "give_half"), (LATER, "say_half_again"))),
    19: Manner((), asked="reject"),
    21: Manner(recalled=("refuse",)),
    22: Manner(recalled=("refuse", "give_back")),
    23: Manner(recalled=()),
    24: Manner(((LAST, "reject"),), asked="pend"),
    25: Manner(((WHEN_ASKED, "accept"),)),
}  # fmt: skip
"""By the last two digits of an amount in cents; any other payment is accepted."""

_COMMON = Manner()


@dataclass
class Deal:
    """A payment that the scheme was given. `returns` are what came back in earnest, by id."""

    uetr: str
    amount: int
    manner: Manner
    decision: str = ""
    reason: str = ""
    returns: dict[str, int] = field(default_factory=dict)
    recalled: bool = False
    refused_recall: bool = False


@dataclass
class Word:
    """A message of the scheme's; `taken` once we have said that we have it, `refused` likewise."""

    id: str
    body: bytes
    taken: bool = False
    refused: bool = False


class Scheme:
    """The scheme's own service in one world."""

    def __init__(self, world: "World", bank: tuple[str, ...] = ()) -> None:
        self._world = world
        self._edge = Edge(world)
        self.bank = Bank(world, self, bank)
        self.deals: dict[str, Deal] = {}
        self.arriving = Arriving(world, self)
        self.heard: dict[str, bytes] = {}
        self.words: list[Word] = []
        self.pending = 0

    # What we send.

    def take(self, identifier: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take one of our messages; the HTTP status."""
        _verify(identifier, headers, body)
        ours = scheme_messages.read(body)
        demand(ours.id == identifier, "a message is sent under its own id", identifier)
        known = self.heard.setdefault(identifier, body)
        demand(known == body, "the same message is the same bytes", identifier)
        if ours.kind == "pacs.009":
            return self.bank.take(ours, body)
        if known is not body:
            return 409
        {
            "pacs.008": self._transfer,
            "pacs.028": self._asked,
            "camt.056": self._recalled,
            "pacs.002": self.arriving.answered,
            "pacs.004": self.arriving.given_back,
            "camt.029": self.arriving.refused,
        }[ours.kind](ours)
        return 202

    def _transfer(self, ours: Ours) -> None:
        demand(ours.uetr not in self.deals, "no payment is sent as two", ours.uetr)
        demand("submitted" in self._reached(ours.uetr), "what is sent was submitted before",
               ours.uetr)  # fmt: skip
        deal = Deal(ours.uetr, ours.amount, MANNERS.get(ours.amount % 100, _COMMON))
        self.deals[ours.uetr] = deal
        for span, deed in deal.manner.script:
            self._later(deal, deed, span)

    def _asked(self, ours: Ours) -> None:
        deal = self.deals.get(ours.uetr)
        if deal is None:
            stranger = Deal(ours.uetr, 0, _COMMON)
            self._later(stranger, "not_found", SOON)
        else:
            self._later(deal, "again" if deal.decision else deal.manner.asked, SOON)

    def _recalled(self, ours: Ours) -> None:
        deal = self.deals.get(ours.uetr)
        demand(deal and deal.decision == "accepted", "what was accepted is recalled", ours.uetr)
        if deal:
            deal.recalled = True
            for deed in deal.manner.recalled:
                self._later(deal, deed, LATER)

    def later(self, make: Callable[[], Word | None], delay: int) -> None:
        """After a while say what `make` gives, until we have it."""
        self.pending += 1
        self._world.scheduler.spawn(self._world.number(NAME), self._say, make, delay=delay)

    def _say(self, make: Callable[[], Word | None]) -> None:
        word = make()
        if word is not None:
            self._send(word)
        self.pending -= 1

    def worded(self, identifier: str, body: bytes) -> Word:
        """A message of the scheme's that is to be sent."""
        word = Word(identifier, body)
        self.words.append(word)
        return word

    def _reached(self, uetr: str) -> list[str]:
        """The states that our payment has reached."""
        order = self._item(f"order#{uetr}", "order")
        payment = self._item(f"{order['tenant']['S']}#{order['payment']['S']}", "payment")
        return [step["M"]["status"]["S"] for step in payment["history"]["L"]]

    def _item(self, pk: str, sk: str) -> Any:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        asked = {"TableName": "PaymentsTable", "Key": key, "ConsistentRead": True}
        return self._world.database.call("get_item", asked)["Item"]

    # What it does, each by its name.

    def _later(self, deal: Deal, deed: str, span: Span) -> None:
        self.pending += 1
        name = self._world.number(NAME)
        delay = self._world.chance.randrange(*span)
        self._world.scheduler.spawn(name, self._do, deal, deed, delay=delay)

    def _do(self, deal: Deal, deed: str) -> None:
        word = getattr(self, f"_{deed}")(deal)
        if word is not None:
            self._send(word)
        self.pending -= 1

    def _accept(self, deal: Deal) -> Word:
        deal.decision = deal.decision or "accepted"
        return self._report(deal, self._world.chance.choice(("ACSC", "ACCC", "ACCP")))

    def _reject(self, deal: Deal, reason: str = "AC04") -> Word:
        deal.decision, deal.reason = deal.decision or "rejected", reason
        return self._report(deal, "RJCT", reason)

    def _reject_oddly(self, deal: Deal) -> Word:
        return self._reject(deal, "XX99")

    def _pend(self, deal: Deal) -> Word:
        return self._report(deal, "ACSP")

    def _not_found(self, deal: Deal) -> Word:
        return self._report(deal, "RJCT", "NOOR")

    def _again(self, deal: Deal) -> Word:
        """Say once more what was said, or that nothing is known yet."""
        if not deal.decision:
            return self._pend(deal)
        return (
            self._accept(deal) if deal.decision == "accepted" else self._reject(deal, deal.reason)
        )

    def _reuse_its_id(self, deal: Deal) -> Word:
        """Another message under the id of one that we have."""
        told = [word for word in self.words if word.taken and deal.uetr.encode() in word.body]
        identifier = told[0].id if told else None
        return self._report(deal, "RJCT" if told else "ACSC", "AC04" if told else "", identifier)

    def _give_back(self, deal: Deal) -> Word | None:
        return self._give(deal, deal.amount - sum(deal.returns.values()))

    def _give_half(self, deal: Deal) -> Word | None:
        return self._give(deal, deal.amount // 2)

    def _give_rest(self, deal: Deal) -> Word | None:
        return self._give(deal, deal.amount - deal.amount // 2)

    def _give(self, deal: Deal, amount: int) -> Word | None:
        amount = min(amount, deal.amount - sum(deal.returns.values()))
        if amount == 0:
            return None
        deal.decision = deal.decision or "accepted"
        identifier = f"RTR-{deal.uetr[:8]}-{len(deal.returns) + 1}"
        deal.returns[identifier] = amount
        return self._back(deal, identifier, amount)

    def _give_too_much(self, deal: Deal) -> Word:
        """All of it, though a half has come back, or is about to."""
        return self._back(deal, f"RTR-{deal.uetr[:8]}-0", deal.amount)

    def _say_half_again(self, deal: Deal) -> Word | None:
        """The same return in another message."""
        told = next(iter(deal.returns.items()), None)
        return self._back(deal, *told) if told else None

    def _refuse(self, deal: Deal) -> Word:
        deal.refused_recall = True
        return self.made(lambda *named: scheme_messages.refusal(named[0], deal.uetr, named[1]))

    def _back(self, deal: Deal, return_id: str, amount: int) -> Word:
        return self.made(
            lambda identifier, at: scheme_messages.money_back(
                identifier, deal.uetr, return_id, amount, "FOCR", at
            )
        )

    def _report(
        self, deal: Deal, status: str, reason: str = "", identifier: str | None = None
    ) -> Word:
        return self.made(
            lambda named, at: scheme_messages.report(named, deal.uetr, status, reason, at),
            identifier,
        )

    def made(self, build: Callable[[str, str], bytes], identifier: str | None = None) -> Word:
        """The message that `build` makes of an id and the time."""
        named = identifier or self._world.number("SCT").replace(":", "-")
        return self.worded(named, build(named, rfc3339(self._world.true_time())))

    def say(self, build: Callable[[str, str], bytes], span: Span) -> None:
        """The settlement bank, too, says what `build` makes of a message's id and time."""
        self.pending += 1
        name, delay = self._world.number("bank"), self._world.chance.randrange(*span)
        self._world.scheduler.spawn(name, self._said, build, delay=delay)

    def _said(self, build: Callable[[str, str], bytes]) -> None:
        self._send(self.made(build))
        self.pending -= 1

    # Telling us.

    def _send(self, word: Word) -> None:
        world, tried = self._world, 0
        while True:
            reply = self._edge.send(self._signed(word))
            if reply is not None and reply.status in (202, 409):
                word.taken, word.refused = reply.status == 202, reply.status == 409
                return
            # A clock of ours that is minutes off takes the signature for an old one.
            known = reply is None or reply.status >= 500 or reply.status == 401
            demand(known, "a scheme's message is understood", reply)
            world.scheduler.sleep(world.chance.randrange(SECOND, 5 * SECOND) * 2 ** min(tried, 4))
            tried += 1

    def _signed(self, word: Word) -> Request:
        stamp = self._world.true_time() // 1000
        signature = sign(key_of(_THEIRS), identifier=word.id, timestamp=stamp, body=word.body)
        headers = {
            "Content-Type": "application/xml",
            "webhook-id": word.id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signature,
        }
        return Request(
            "POST", "/rails/{rail}/messages", "", None,
            body=word.body.decode(), path={"rail": RAIL}, headers=headers,
        )  # fmt: skip


def _verify(identifier: str, headers: Mapping[str, str], body: bytes) -> None:
    stamp = int(headers["webhook-timestamp"])
    right = sign(key_of(_OURS), identifier=identifier, timestamp=stamp, body=body)
    demand(headers["webhook-signature"] == right, "what we send is signed", identifier)


@dataclass(frozen=True)
class _Answer:
    """As much of an HTTP answer as is looked at."""

    status: int

    def close(self) -> None:
        """Nothing is read of it."""


class Pool:
    """Stands in for urllib3's pool: sends to the scheme of the world that runs, once."""

    def request(self, method: str, url: str, **asked: Any) -> _Answer:
        assert (method, url, asked["redirect"]) == ("POST", URL, False)
        told = {"headers": asked["headers"], "body": asked["body"]}
        try:
            status = present.world().sdk.once(NAME, "send_message", told)
        except ClientError as error:
            return _Answer(error.response["ResponseMetadata"]["HTTPStatusCode"])
        except NothingHeard:
            raise ReadTimeoutError(None, url, "simulated") from None  # type: ignore[arg-type]
        return _Answer(status)
