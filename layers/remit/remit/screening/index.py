"""A list made searchable, in one block of bytes that loads at once."""

from collections.abc import Iterable, Mapping

from remit.screening.model import Entry, Hit, Party
from remit.screening.policy import POLICY, Policy


def build(entries: Iterable[Entry]) -> bytes:
    """The index of `entries`, which are one version of one source."""
    raise NotImplementedError


class Index:
    """The newest versions of some lists, as one thing to search."""

    versions: Mapping[str, str]
    """Each source that is searched, and its version."""

    @classmethod
    def load(cls, *blocks: bytes) -> "Index":
        """The index of what `build` gave, of one source or of several."""
        raise NotImplementedError

    def search(self, party: Party, policy: Policy = POLICY) -> tuple[Hit, ...]:
        """Every entry that `party` resembles as much as `policy` asks, best first."""
        raise NotImplementedError
