"""Why a list as a whole is refused. Texts name files and lines, never what was in them."""

from remit.kernel.errors import Rejection


class MalformedList(Rejection):
    """The files are not the list that they should be; the version in force stays."""

    status = 422
    title = "The list cannot be read"


class ListTooLarge(Rejection):
    """More bytes or entries than a limit allows."""

    status = 413
    title = "The list is too large"
