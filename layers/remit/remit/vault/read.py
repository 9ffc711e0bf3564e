"""Looking at a token, without seeing what stands behind it."""

from remit.kernel.clock import rfc3339
from remit.vault.model import Token


def token_view(token: Token) -> dict[str, object]:
    """The token as `schema.TokenView`."""
    return {
        "id": token.id,
        "kind": token.kind,
        "subject": token.subject,
        "masked": token.masked,
        "created_at": rfc3339(token.at),
    }
