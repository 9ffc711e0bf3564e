"""camt.053, an account's statement, in versions .02 and .08: built and read.

A message may hold a statement of a hundred thousand entries: `stream` gives them one by one.
"""

from remit.rails.iso20022.entries import layout
from remit.rails.iso20022.statements import Family

_FAMILY = Family(
    layouts=tuple(
        layout(message, "BkToCstmrStmt", "Stmt")
        for message in ("camt.053.001.08", "camt.053.001.02")
    )
)
MESSAGE, OLD_MESSAGE = _FAMILY.supported
build = _FAMILY.build
read = _FAMILY.read
stream = _FAMILY.stream
