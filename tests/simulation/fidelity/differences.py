"""Where the local engine is known to do otherwise than AWS: the case, and what it does instead."""

DIFFERENCES: dict[str, str] = {}
