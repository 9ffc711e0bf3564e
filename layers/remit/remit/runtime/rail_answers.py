"""What answering schemes needs, for those who need nothing of the vault."""

from remit.payments.answer import AnswerDesk
from remit.payments.incoming_store import IncomingStore
from remit.runtime import clients, lines, settings


def answer_desk() -> AnswerDesk:
    """Where answers to rails go out."""
    table = settings.required("PAYMENTS_TABLE")
    return AnswerDesk(
        incoming=IncomingStore.of(clients.dynamodb(), table),
        lines=lines.lines(),
        bic=settings.required("BIC"),
    )
