"""What the vault's API takes and gives, as JSON. Shapes only."""

from remit.kernel.schema import Request, Text, View
from remit.vault.model import Kind


class RevealRequest(Request):
    """Why the value must be seen; it is recorded with who asked and when."""

    reason: Text


class RevealView(View):
    """What stands behind a token, and the record of its having been revealed."""

    id: str
    token: str
    value: str
    by: str
    reason: str
    at: str


class TokenView(View):
    """A token: of whom, of which kind, and its masked form."""

    id: str
    kind: Kind
    subject: str
    masked: str
    created_at: str
