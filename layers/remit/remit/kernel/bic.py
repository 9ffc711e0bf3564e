"""Business identifier codes, as ISO 9362 has them."""


def whole(bic: str) -> str:
    """The code in its form of 11 characters; one of 8 names the head office, a branch of all X."""
    return bic.ljust(11, "X")
