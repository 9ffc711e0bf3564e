"""Each member counts in exactly one window, whatever comes between: tried exhaustively.

Two run side by side, a call at a time. Every way to switch between them up to three times is tried,
and ways at random with any number of switches; and a consumer dies at each of its calls.
"""

import random
import threading
from collections.abc import Callable, Iterator

import pytest

from remit.settlement.join import MOST_ROUNDS, NotCountedYet
from remit.settlement.kept import WindowUnknown
from remit.settlement.proof import part_of
from tests.unit.settlement.office import Killed, Office, kill, lose, office

Act = Callable[[Office], object]


class Turns:
    """Lets one of two actors make its next call, as `chosen` says; then whoever is left."""

    def __init__(self, chosen: Iterator[int]) -> None:
        self.chosen = chosen
        self.gates = [threading.Semaphore(0), threading.Semaphore(0)]
        self.back = threading.Semaphore(0)
        self.over = [False, False]
        self.failed: list[BaseException] = []

    def run(self, here: Office, acts: list[Act]) -> None:
        mine = threading.local()

        def before(_: int, __: str) -> None:
            if (number := getattr(mine, "number", None)) is not None:
                self.back.release()
                self.gates[number].acquire()

        def work(number: int) -> None:
            mine.number = number
            self.gates[number].acquire()
            try:
                acts[number](here)
            except BaseException as error:  # noqa: BLE001 - the test must hear of it
                self.failed.append(error)
            self.over[number] = True
            self.back.release()

        here.client.before = before
        threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        while not all(self.over):
            number = next(self.chosen, 0)
            if self.over[number]:
                number = 1 - number
            self.gates[number].release()
            self.back.acquire()
        for thread in threads:
            thread.join()
        here.client.before = None
        assert not self.failed, self.failed


def switching(first: int, calls: int, more: int) -> Iterator[int]:
    """One makes some calls, then the other some, then the first all, then the other the rest."""
    yield from [first] * calls
    yield from [1 - first] * more
    yield from [first] * 1_000


def at_random(seed: int) -> Iterator[int]:
    chance = random.Random(seed)
    while True:
        yield from [chance.randrange(2)] * chance.randrange(1, 6)


def ended() -> tuple[Office, str]:
    """A window with a member whose time is over, but that nobody has closed."""
    here = office()
    window = here.joined(here.member(1, books=False))
    here.after_end(window)
    return here, window


BEFORE, WINDOW = ended()
LATE = BEFORE.member(100, books=False, at=BEFORE.kept(WINDOW).window.closes_at - 1)
PART = part_of(LATE.id)


def closer(here: Office) -> None:
    """The machine, as far as the member's part is concerned; the others are computed between."""
    here.task("CloseSettlement", WINDOW)
    while True:
        here.task("Compute", WINDOW, part=PART)
        quiet, here.client.before = here.client.before, None
        for part in range(64):
            if part != PART:
                here.task("Compute", WINDOW, part=part)
        here.client.before = quiet
        status = here.task("CheckSettlement", WINDOW)
        if status == "enough":
            status = here.task("Instruct", WINDOW)
        if status == "instructed":
            return
        assert status == "closed", status


def consumer(here: Office) -> None:
    here.join(LATE)


def holds(here: Office) -> bool:
    """Hold that the member counts once, in a window that nothing moves; whether in its own."""
    for _ in range(2):  # delivered again
        here.join(LATE)
    closer(here)
    counted = [WINDOW] if LATE.id in here.counted(WINDOW) else []
    later = here.window(here.kept(WINDOW).window.closes_at).id
    try:
        here.kept(later)
    except WindowUnknown:
        pass
    else:
        here.after_end(later)
        assert here.run(later) == ("Await confirmation", "waiting")
        counted += [later] if LATE.id in here.counted(later) else []
    assert len(counted) == 1, counted
    orders = [here.orders(each)[0].amount.amount for each in (WINDOW, counted[0])]
    assert orders == ([101, 101] if counted == [WINDOW] else [1, 100])
    return counted == [WINDOW]


def calls_of(act: Act) -> int:
    here = BEFORE.fork()
    here.client.calls = 0
    act(here)
    return here.client.calls


@pytest.mark.parametrize("first", [0, 1])
def test_a_late_member_and_the_closing_machine_however_they_meet(first):
    acts = [consumer, closer]
    lengths = [calls_of(acts[first]), 24]
    own = set()
    for calls in range(lengths[0] + 1):
        for more in range(lengths[1]):
            here = BEFORE.fork()
            Turns(switching(first, calls, more)).run(here, acts)
            own.add(holds(here))
    assert own == {True, False}


def test_a_late_member_and_the_closing_machine_with_many_switches():
    own = []
    for seed in range(150):
        here = BEFORE.fork()
        Turns(at_random(seed)).run(here, [consumer, closer])
        own.append(holds(here))
    assert 10 < sum(own) < 140


def test_two_consumers_of_one_member_however_they_meet():
    for calls in range(calls_of(consumer) + 1):
        for more in range(calls_of(consumer) + 1):
            here = BEFORE.fork()
            Turns(switching(0, calls, more)).run(here, [consumer, consumer])
            assert holds(here)


@pytest.mark.parametrize("state", ["open", "closed", "computed", "instructed"])
@pytest.mark.parametrize("fault", ["the reply is lost", "it dies before", "it dies after"])
def test_a_consumer_that_dies_anywhere_is_made_up_for_by_its_redelivery(state, fault):
    start = BEFORE.fork()
    if state != "open":
        start.task("CloseSettlement", WINDOW)
    if state in ("computed", "instructed"):
        start.compute(WINDOW)
        start.task("CheckSettlement", WINDOW)
    if state == "instructed":
        start.task("Instruct", WINDOW)
    start.client.calls = 0
    calm = start.fork()
    consumer(calm)
    for number in range(calm.client.calls):
        here = start.fork()
        if fault == "it dies before":
            here.client.before = kill(number)
        else:
            here.client.after = lose(number) if fault == "the reply is lost" else kill(number)
        try:
            consumer(here)
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 - the queue sends it again, whatever it was
            assert type(error).__name__ == "Unavailable"  # noqa: PT017
        here.client.before = here.client.after = None
        assert holds(here) == (state != "instructed")


def test_a_member_that_is_named_by_a_computed_part_moves_nothing():
    here = BEFORE.fork()
    here.task("CloseSettlement", WINDOW)
    here.store.join("acme", WINDOW, LATE, at=here.now)
    here.compute(WINDOW)
    before = here.world()
    assert here.joined(LATE) == WINDOW
    assert here.world() == before


def test_one_that_comes_too_late_counts_from_the_windows_end_and_its_first_record_says_where():
    here = BEFORE.fork()
    here.store.join("acme", WINDOW, LATE, at=here.now)  # put, and died
    closing = BEFORE.fork()
    closer(closing)
    here = closing
    here.store.join("acme", WINDOW, LATE, at=here.now)
    joined = here.join(LATE)
    assert joined.late
    assert joined.window_id != WINDOW
    ours, theirs = (
        list(here.store.members("acme", each, PART)) for each in (WINDOW, joined.window_id)
    )
    assert LATE not in ours
    ((moved,),) = [theirs]
    assert moved.counted_at == here.kept(WINDOW).window.closes_at


def test_rounds_come_to_an_end():
    here = BEFORE.fork()
    here.task("CloseSettlement", WINDOW)
    for number in range(MOST_ROUNDS - 1):
        here.join(here.member(number + 1, books=False, at=LATE.counted_at))
    with pytest.raises(NotCountedYet):
        here.join(LATE)
    closer(here)
    assert here.joined(LATE) == WINDOW  # it was put before the last round was computed
