"""What the sandbox's scheme answers over HTTP."""

from typing import Literal

from remit.kernel.schema import View


class TakenView(View):
    """A message that the scheme has taken; its answer comes as a message of its own."""

    id: str
    message: Literal[
        "pacs.008.001.08",
        "pacs.028.001.03",
        "camt.056.001.08",
        "pacs.009.001.08",
        "pacs.002.001.10",
        "pacs.004.001.09",
        "camt.029.001.09",
    ]


class AddressView(View):
    """Whose a proxy is, as the sandbox's addressing service tells it."""

    account: str
    bank: str
    bank_name: str
    masked_name: str
