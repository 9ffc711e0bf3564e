"""Why a message as a whole is refused. Texts name lines and elements, never what was in them."""

from remit.kernel.errors import Rejection


class MalformedMessage(Rejection):
    """The bytes are not XML that we read: encoding, syntax, DOCTYPE, too deep."""

    title = "The message is not well-formed XML"


class MessageTooLarge(Rejection):
    """More bytes, elements or items than a limit allows. Nothing beyond the limit was read."""

    status = 413
    title = "The message is too large"


class UnsupportedMessage(Rejection):
    """XML, but not a message or a version that we take."""

    status = 422
    title = "The message is of a kind that is not supported"


class InvalidMessage(Rejection):
    """The right message, breaking its schema or its own control figures.

    Its field `reason` is the ISO 20022 status reason code, such as FF01 or AM16.
    """

    status = 422
    title = "The message is not valid"
