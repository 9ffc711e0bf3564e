"""camt.054.001.08, the notification that an account was debited or credited: built and read."""

from remit.rails.iso20022.entries import layout
from remit.rails.iso20022.statements import Family

_FAMILY = Family(layouts=(layout("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),))
(MESSAGE,) = _FAMILY.supported
build = _FAMILY.build
read = _FAMILY.read
stream = _FAMILY.stream
