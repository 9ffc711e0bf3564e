"""What every use case of the context works with."""

from collections.abc import Callable, Mapping, Sequence

from remit.identity.ports import Provider, Resume
from remit.identity.store import CheckStore
from remit.kernel.clock import DAY
from remit.kernel.value import value
from remit.store.commit import pause


@value
class House:
    """One provider: how to ask it, and the keys that its callbacks are signed with."""

    provider: Provider
    keys: Sequence[bytes]


@value
class Desk:
    """The checks, the providers by name, and the way back to the machines.

    New checks go to the provider `asks`. `site` is our own address, to which callbacks come;
    `patience` (milliseconds) is how long an answer is waited for.
    """

    checks: CheckStore
    providers: Mapping[str, House]
    asks: str
    site: str
    resume: Resume
    patience: int = DAY
    pause: Callable[[int], None] = pause

    def callback_url(self, provider: str) -> str:
        """Where that provider sends its answers."""
        return f"{self.site}/identity/{provider}/callbacks"
