"""What the product logs and measures, and what it hands to AWS in the open: nothing personal.

Stands in for the logger and the metrics, so that every line can be looked at as it is written.
"""

import re
from typing import Any

from tests.simulation import present
from tests.simulation.applicants import CANARIES
from tests.simulation.scheduler import Violation

NAME = "Zebulon Quux"
"""Every name and remittance text in the simulation holds this."""

CREDITOR, IBAN = "Aurelius Wigglesworth", "NL91ABNA0417164300"
"""Who is paid outside the house."""

TOKEN = "AQCtask-token-"
"""Every task token begins with this."""

HIDDEN = (NAME, CREDITOR, IBAN, TOKEN, *CANARIES)
"""What may be stored sealed only, as far as it is about applicants."""

_PERSONAL = re.compile(rf"{'|'.join(map(re.escape, HIDDEN))}|acc_[0-9A-Z]|'amount'|\"amount\"")
_ALLOWED_AWS_ERRORS = frozenset({"AccessDeniedException"})
"""What AWS may answer to a product without defects: the simulation refuses access at times."""


class Privacy:
    """Looks at what leaves the functions other than through their answers."""

    def message(self, queue: str, text: str) -> None:
        """A message is put on a queue. How much a bank has booked for the house is nobody's own."""
        is_ours = queue == "ConfirmationsQueue"
        self.look("a message", text.replace('"amount"', "") if is_ours else text)

    def look(self, where: str, text: str) -> None:
        """Raise `Violation` when `text` holds something personal."""
        found = _PERSONAL.search(text)
        if found is not None:
            raise Violation("nothing personal leaves the house", f"{found[0]!r} in {where}")

    def line(self, level: str, message: str, extra: dict[str, object]) -> None:
        """A line is logged."""
        self.look("the log", f"{message} {extra}")
        aws_error = extra.get("aws_error")
        if level == "error" and aws_error not in _ALLOWED_AWS_ERRORS and "error" in extra:
            if extra.get("status") == 503:
                return
            told = [extra.get("error"), extra.get("cause"), aws_error, extra.get("stack")]
            raise Violation("the product has no defect", f"{message}: {told}")


class Logger:
    """Stands in for `observability.logger`."""

    def append_keys(self, **keys: object) -> None:
        """Keys go on every line; they are the simulation's own names."""

    def info(self, message: str, extra: dict[str, object] | None = None) -> None:
        present.world().privacy.line("info", message, extra or {})

    def warning(self, message: str, extra: dict[str, object] | None = None) -> None:
        present.world().privacy.line("warning", message, extra or {})

    def error(self, message: str, extra: dict[str, object] | None = None) -> None:
        present.world().privacy.line("error", message, extra or {})


class Metrics:
    """Stands in for the metrics behind `observability.count` and `measure`."""

    def __init__(self) -> None:
        self.dimension_set: dict[str, str] = {}
        self.metric_set: dict[str, Any] = {}

    def add_metric(self, name: str, unit: str, value: object) -> None:
        present.world().privacy.look("a metric", name)
        present.world().counted[name] += 1
