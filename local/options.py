"""Options of a command as `name=value` words, and plain words in the order of the names."""


class Misused(Exception):
    """The command was called with options that it does not have."""


def options(arguments: list[str], *names: str) -> dict[str, str]:
    """`["a=1", "2"]` with names `a`, `b` is `{"a": "1", "b": "2"}`; raises `Misused`."""
    given = dict(word.split("=", 1) for word in arguments if "=" in word)
    unnamed = [name for name in names if name not in given]
    plain = [word for word in arguments if "=" not in word]
    unknown = sorted(set(given) - set(names))
    if unknown or len(plain) > len(unnamed):
        extra = ", ".join([*unknown, *plain[len(unnamed) :]])
        raise Misused(f"{extra}: not understood; options are {', '.join(names) or 'none'}")
    return {**given, **dict(zip(unnamed, plain, strict=False))}
