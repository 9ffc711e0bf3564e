"""The line to FPS's addressing service: from a proxy to the account that its holder has chosen.

HKICL does not publish this message; the JSON here is ours, with what the service is known to tell.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from remit.kernel.errors import Fault, NotFound, Rejection
from remit.kernel.value import value
from remit.rails.payee import masked
from remit.rails.proxy import Proxy
from remit.rails.question import Questions, Unanswered

_OK, _REFUSED, _UNKNOWN = 200, 403, 404
_MOST_NAME, _MOST_BANK_NAME = 140, 70
_MOST_ACCOUNT, _MOST_BANK = 34, 11


class ProxyUnknown(NotFound):
    """Nobody has registered the proxy, or not for that currency."""

    title = "Nobody is registered under this proxy"


class ProxyRefused(Rejection):
    """The proxy is registered, and its scheme or its holder's bank lets nobody be paid by it."""

    status = 422
    title = "Nobody is paid by this proxy at present"


class AddressingUnavailable(Fault):
    """The scheme's addressing service did not answer, or not so that it could be understood."""

    title = "The payee cannot be looked up right now"


@value
class Resolved:
    """Whose a proxy is: an account at a bank, by its clearing code, and its masked holder."""

    account: str
    bank: str
    bank_name: str
    masked_name: str


class Addressing(Protocol):
    """Who knows whose a proxy is."""

    def resolve(self, identifier: str, proxy: Proxy, currency: str, *, now: int) -> Resolved:
        """The account for a currency.

        Raises `ProxyUnknown`, `ProxyRefused` or `AddressingUnavailable`.
        """


@value
class FpsAddressing:
    """The addressing service of FPS, asked by `questions`."""

    questions: Questions

    def resolve(self, identifier: str, proxy: Proxy, currency: str, *, now: int) -> Resolved:
        """See `Addressing.resolve`."""
        question = {"proxy": {"type": proxy.code, "id": proxy.value}, "currency": currency}
        try:
            heard = self.questions.ask(identifier, question, now=now)
        except Unanswered:
            raise AddressingUnavailable from None
        if heard.status == _UNKNOWN:
            raise ProxyUnknown
        if heard.status == _REFUSED:
            raise ProxyRefused
        found = _resolved(heard.content) if heard.status == _OK and heard.content else None
        if found is None:
            raise AddressingUnavailable("the answer was not understood")
        return found


def _resolved(content: Mapping[str, Any]) -> Resolved | None:
    bank = _number(content.get("bank"), _MOST_BANK)
    account = _number(content.get("account"), _MOST_ACCOUNT)
    name = _text(content.get("masked_name"), _MOST_NAME)
    bank_name = _text(content.get("bank_name", bank), _MOST_BANK_NAME)
    if bank is None or account is None or name is None or bank_name is None:
        return None
    return Resolved(account=account, bank=bank, bank_name=bank_name, masked_name=_masked(name))


def _masked(name: str) -> str:
    """The name as the scheme masks it; masked by us should it ever come in full."""
    return name if "*" in name else masked(name)


def _number(content: object, most: int) -> str | None:
    found = _text(content, most)
    return found if found and found.isascii() and found.isdigit() else None


def _text(content: object, most: int) -> str | None:
    return content if isinstance(content, str) and 1 <= len(content.strip()) <= most else None
