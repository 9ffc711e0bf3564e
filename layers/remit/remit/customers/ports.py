"""The way to the machines, as the use cases are handed it."""

from collections.abc import Callable, Mapping

Resume = Callable[[str, Mapping[str, str]], None]
"""Tells the machine that waits on a task token what came of it; twice is harmless."""

Start = Callable[[str, str], None]
"""Starts the machine for a tenant's customer; never fails, and twice is harmless."""
