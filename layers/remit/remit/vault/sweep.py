"""Finishing erasures: index rows are cleared for good, retention keys destroyed in their time.

What is due is a list in order of time. Each run takes it from the start; a piece that cannot be
done stays on it and is met by every run, and those after it are done all the same.
"""

from collections.abc import Iterator

from remit.kernel import clock
from remit.kernel.errors import Fault, RemitError
from remit.kernel.value import value
from remit.store.commit import Stale, commit
from remit.store.item import Item, text
from remit.vault.erase import RELEASE, clear, done, due_before, release
from remit.vault.keys import Keys
from remit.vault.ports import Signer

MOST = 1_000
"""Pieces that one run takes up at most."""


class ErasuresLeft(Fault):
    """Some of what was due could not be done; the next run tries again."""

    title = "Some erasures could not be finished"


@value
class Swept:
    """What a run came to: subjects `cleared`, retention keys `released`, and what is `left`.

    `left` names the tenant, the subject, what was due and why it could not be done.
    """

    cleared: int
    released: int
    left: tuple[str, ...]


def sweep(keys: Keys, signer: Signer, *, until: int) -> Swept:
    """Do what is due now; takes up nothing more once the clock shows `until` (milliseconds)."""
    counts, left = {"clear": 0, RELEASE: 0}, list[str]()
    for due in _due(keys, until):
        what = text(due, "what")
        try:
            _do(keys, signer, due)
        except Stale:
            continue  # another run did it meanwhile
        except RemitError as trouble:
            left.append(" ".join((text(due, "tenant"), text(due, "subject"), what, trouble.code)))
            continue
        counts[what] += 1
    return Swept(cleared=counts["clear"], released=counts[RELEASE], left=tuple(left))


def _due(keys: Keys, until: int) -> Iterator[Item]:
    now, taken, start = clock.now(), 0, None
    while taken < MOST:
        page = due_before(keys.store, now, start=start)
        for due in page.items:
            if clock.now() >= until:
                return
            yield due
        taken, start = taken + len(page.items), page.next_key
        if start is None:
            return


def _do(keys: Keys, signer: Signer, due: Item) -> None:
    if text(due, "what") == RELEASE:
        release(keys, signer, due)
        return
    clear(keys.store, text(due, "tenant"), text(due, "subject"))
    commit(keys.store.records.client, [done(keys.store, due)])
