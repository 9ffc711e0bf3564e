"""Which lists there are: for each source the files that it comes in, and who reads them."""

from collections.abc import Callable, Iterator, Mapping

from remit.kernel.errors import NotFound
from remit.kernel.value import value
from remit.screening.lists import eu, ofac, opensanctions, uk, uksl, un
from remit.screening.model import Entry

Read = Callable[[Mapping[str, bytes]], Iterator[Entry]]


class UnknownSource(NotFound):
    """No list of that name is read."""

    title = "No such list"


@value
class Source:
    """One published list."""

    name: str
    files: tuple[str, ...]
    read: Read


SOURCES: Mapping[str, Source] = {
    one.SOURCE: Source(name=one.SOURCE, files=one.FILES, read=one.read)
    for one in (eu, ofac, opensanctions, uk, uksl, un)
}


def source(name: str) -> Source:
    """The source of that name. Raises `UnknownSource`."""
    found = SOURCES.get(name)
    if found is None:
        raise UnknownSource
    return found
