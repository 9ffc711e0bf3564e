"""A provider of identity checks without a network: answers at once, and fails when told to.

It keeps the same book as the local one, and passes the same contract suite as that one over HTTP.
"""

from dataclasses import fields

from local.identity_provider import Book, Terms, signed
from remit.identity.model import Applicant, Result
from remit.identity.ports import NotAsked, ProviderRefused, ProviderUnavailable
from remit.identity.schema import read_polled
from remit.kernel import clock
from remit.kernel.canonical import canonical_json
from tests.unit.identity.made import KEY, Fields


class InstantProvider:
    """`trouble` lists what befalls the next calls: `request` or `reply` is lost, or None.

    `asked` lists the questions that arrived, `looked` the polls.
    """

    def __init__(self, *, soon: float = 0.0, slow: float = 120.0) -> None:
        self.terms = Terms(api_key="k", signing_key=KEY, soon=soon, slow=slow)
        self.book = Book(self.terms)
        self.book.clock = lambda: clock.now() / 1000
        self.trouble: list[str | None] = []
        self.asked: list[str] = []
        self.looked: list[str] = []

    def start(self, check_id: str, applicant: Applicant, callback_url: str) -> str:
        given = {one.name: getattr(applicant, one.name) for one in fields(Applicant)}
        question = {"check": check_id, "callback_url": callback_url, "applicant": given}
        trouble = self._befalls("request")
        self.asked.append(check_id)
        status, document = self.book.start(check_id, question)
        if trouble == "reply" or status == 503:
            raise ProviderUnavailable
        if status >= 400:
            raise ProviderRefused(f"provider_{status}")
        return document["reference"]

    def result(self, check_id: str) -> Result | None:
        trouble = self._befalls("request")
        self.looked.append(check_id)
        status, document = self.book.result(check_id)
        if trouble == "reply":
            raise ProviderUnavailable
        if status == 404:
            raise NotAsked
        return read_polled(canonical_json(document).encode())

    def callback(self, check_id: str, number: int = 0) -> tuple[Fields, bytes]:
        """What the provider would send now: header fields and body."""
        body = self.book.callback(check_id)
        return Fields(signed(self.terms, f"msg_{number}", body, at=clock.now() // 1000)), body

    def _befalls(self, lost: str) -> str | None:
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == lost:
            raise ProviderUnavailable
        return trouble
