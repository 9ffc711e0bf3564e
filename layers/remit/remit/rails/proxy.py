"""Names for an account that its holder has registered: a mobile number, an e-mail, an FPS id.

Light, so that whoever looks a proxy up need not load the messages that carry one.
"""

import re
from collections.abc import Mapping
from typing import Literal

from remit.kernel.value import value

ProxyType = Literal["mobile", "email", "fps_id"]

CODES: Mapping[ProxyType, str] = {"mobile": "MOBN", "email": "EMAL", "fps_id": "SVID"}
"""What FPS calls each kind of proxy."""

FORMS: Mapping[str, re.Pattern[str]] = {
    # E.164: at most 15 digits with the country's; Hong Kong's own numbers have eight.
    "MOBN": re.compile(
        r"\+(?:852-[0-9]{8}|(?!852-)(?:[1-9]-[0-9]{6,14}|[1-9][0-9]-[0-9]{6,13}"
        r"|[1-9][0-9]{2}-[0-9]{6,12}))",
        re.ASCII,
    ),
    "EMAL": re.compile(
        r"[^@\s\x00-\x1f\x7f<>()\[\],;:\\\"]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}", re.ASCII
    ),
    "SVID": re.compile(r"[0-9]{7,9}", re.ASCII),
}
"""By FPS's code: a mobile number (`+852-91234567`), an e-mail, an FPS id of 7 to 9 digits."""

HINTS: Mapping[ProxyType, str] = {
    "mobile": "a mobile number is +852- and eight digits, or like that of another country",
    "email": "this is no e-mail address",
    "fps_id": "an FPS id has 7 to 9 digits",
}
"""What to say of a value without its form; it never repeats the value."""


@value
class Proxy:
    """A proxy: its kind, and what its holder has registered."""

    type: ProxyType
    value: str

    @property
    def code(self) -> str:
        """What the scheme calls its kind."""
        return CODES[self.type]


def has_form(proxy_type: ProxyType, text: str) -> bool:
    """Whether `text` has the form of that kind of proxy."""
    return FORMS[CODES[proxy_type]].fullmatch(text) is not None
