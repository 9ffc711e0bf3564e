"""What a question about a payee costs, and that it is paid for before anything is looked at."""

from remit.kernel.value import value
from remit.payees.limits import Counter, Limits, counters
from remit.payees.store import PayeeStore


@value
class Questioner:
    """Who asks about whom, as their counters are named, and when (milliseconds)."""

    requester: str
    payee: str
    now: int


@value
class Meter:
    """The counters that guard payees' names. Whoever cannot pay hears nothing."""

    store: PayeeStore
    limits: Limits

    def ask(self, who: Questioner) -> None:
        """Take a point of each counter. Raises `LimitReached`; what was taken stays taken."""
        for counter in self._counters(who):
            self.store.count(counter, 1, now=who.now)

    def guessed(self, who: Questioner) -> None:
        """Take what a wrong guess costs beyond that, whatever there is left.

        It is counted before the guesser hears that it was wrong, so a fault leaves no free guess.
        """
        for counter in self._counters(who):
            if counter.guess:
                self.store.count(counter, counter.guess, now=who.now, bounded=False)

    def _counters(self, who: Questioner) -> tuple[Counter, ...]:
        return tuple(counters(self.limits, requester=who.requester, payee=who.payee, now=who.now))
