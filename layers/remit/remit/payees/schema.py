"""What the payees API takes and gives, as JSON. Shapes only."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from remit.kernel.iban import is_iban
from remit.kernel.schema import Currency, Request, Text, View
from remit.rails.proxy import HINTS, ProxyType, has_form


def _iban(text: str) -> str:
    if not is_iban(text):
        raise ValueError("the length or the check digits are not those of an IBAN")
    return text


Iban = Annotated[str, Field(pattern="^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"), AfterValidator(_iban)]


class VerificationRequest(Request):
    """Ask whether an account is held by who the payer thinks it is."""

    name: Text
    iban: Iban


class VerificationView(View):
    """The answer. `name` is the holder's, for a close match only; `reason` says why there is
    NO_DATA.
    """

    id: str
    result: Literal["MATCH", "CLOSE_MATCH", "NO_MATCH", "NO_DATA"]
    name: str | None = None
    reason: Literal["not_known", "not_reachable", "no_answer_in_time", "not_understood"] | None = (
        None
    )


class ProxyName(Request):
    """A name that an account's holder has registered with the scheme."""

    type: ProxyType
    value: Annotated[str, Field(min_length=1, max_length=254)]

    @model_validator(mode="after")
    def _has_form(self) -> "ProxyName":
        if not has_form(self.type, self.value):
            raise ValueError(HINTS[self.type])
        return self


class LookupRequest(Request):
    """Ask whose a proxy is."""

    proxy: ProxyName
    currency: Currency


class LookupView(View):
    """Whose the proxy is, as far as the payer may see: pay with `creditor: {lookup: id}` until
    `expires_at`.
    """

    id: str
    masked_name: str
    bank: str
    expires_at: str


class SchemeAnswer(View):
    """A verification's answer as the scheme wants it."""

    partyNameMatch: Literal["MTCH", "CMTC", "NMTC", "NOAP"]  # noqa: N815 - the scheme's names
    matchedName: str | None = None  # noqa: N815
