"""The environment variables that functions are configured by: the only reader of `os.environ`."""

import os


class SettingMissing(Exception):
    """The function was deployed without a variable that it needs, or with an unreadable one."""


def required(name: str) -> str:
    """The variable `name`; `SettingMissing` when it is absent or empty."""
    found = os.environ.get(name, "")
    if not found:
        raise SettingMissing(f"the environment variable {name} is not set")
    return found


def flag(name: str) -> bool:
    """Whether the variable `name` is `true`; absent is `false`, anything else `SettingMissing`."""
    found = os.environ.get(name, "false")
    if found not in ("true", "false"):
        raise SettingMissing(f"the environment variable {name} must be true or false")
    return found == "true"


def names() -> frozenset[str]:
    """The names of all variables that are set."""
    return frozenset(os.environ)
