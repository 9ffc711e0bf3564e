"""Each member counts in exactly one window, whatever comes between: tried exhaustively.

Two run side by side, a call at a time. Every way to switch between them up to three times is tried,
and ways at random with any number of switches; and a consumer dies at each of its calls.
"""

import random
import threading
from collections.abc import Callable, Iterator

import pytest

from remit.kernel.errors import Contended
from remit.settlement import check, instruct, proof
from remit.settlement.join import MOST_ROUNDS, NotCountedYet
from remit.settlement.kept import WindowUnknown
from remit.settlement.model import Member
from remit.settlement.proof import part_of
from remit.settlement.store import SettlementStore
from remit.settlement.walk import walk
from remit.store.commit import Stale
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
            self._work(number, lambda: acts[number](here))

        here.client.before = before
        threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        self._lead()
        for thread in threads:
            thread.join()
        here.client.before = None
        assert not self.failed, self.failed

    def _work(self, number: int, act: Callable[[], object]) -> None:
        self.gates[number].acquire()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - the test must hear of it
            self.failed.append(error)
        self.over[number] = True
        self.back.release()

    def _lead(self) -> None:
        while not all(self.over):
            number = next(self.chosen, 0)
            if self.over[number]:
                number = 1 - number
            self.gates[number].release()
            self.back.acquire()


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


class Scene:
    """Where each try begins: an ended window, and a member that comes late for it."""

    before: Office
    window: str
    late: Member


@pytest.fixture(scope="module", autouse=True)
def scene() -> Iterator[None]:
    """A window in two parts instead of 64, so that thousands of tries take no time."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (proof, check, instruct):
            patch.setattr(module, "PARTS", 2)
        Scene.before, Scene.window = ended()
        closes_at = Scene.before.kept(Scene.window).window.closes_at
        Scene.late = Scene.before.member(100, books=False, at=closes_at - 1)
        yield


def closer(here: Office) -> None:
    """The machine until the window has left the house."""
    here.task("CloseSettlement", Scene.window)
    while True:
        compute(here)
        status = here.task("CheckSettlement", Scene.window)
        if status == "enough":
            status = here.task("Instruct", Scene.window)
        if status == "instructed":
            return
        assert status == "closed", status


def compute(here: Office) -> None:
    for part in range(proof.PARTS):
        here.task("Compute", Scene.window, part=part)


def consumer(here: Office) -> None:
    here.join(Scene.late)


def holds(here: Office, *, died: bool = False) -> bool:
    """Hold that the member counts once, in a window that nothing moves; whether in its own.

    It is delivered again only to a consumer that `died`; then once more, which changes nothing.
    """
    if died:
        here.join(Scene.late)
    closer(here)
    counted = counted_in(here)
    here.join(Scene.late)
    assert counted_in(here) == counted
    assert len(counted) == 1, counted
    orders = [here.orders(each)[0].amount.amount for each in (Scene.window, counted[0])]
    assert orders == ([101, 101] if counted == [Scene.window] else [1, 100])
    return counted == [Scene.window]


def counted_in(here: Office) -> list[str]:
    """The windows that count the member, its own and the next, both having left the house."""
    counted = [Scene.window] if Scene.late.id in here.counted(Scene.window) else []
    later = here.window(here.kept(Scene.window).window.closes_at).id
    try:
        here.kept(later)
    except WindowUnknown:
        return counted
    here.after_end(later)
    if here.kept(later).status != "INSTRUCTED":
        assert here.run(later) == ("Await confirmation", "waiting")
    return counted + ([later] if Scene.late.id in here.counted(later) else [])


def calls_of(act: Act) -> int:
    here = Scene.before.fork()
    here.client.calls = 0
    act(here)
    return here.client.calls


@pytest.mark.parametrize("first", [0, 1])
def test_a_late_member_and_the_closing_machine_however_they_meet(first):
    acts = [consumer, closer]
    own = set()
    for calls in range(calls_of(acts[first]) + 1):
        for more in range(calls_of(acts[1 - first]) + 1):
            here = Scene.before.fork()
            Turns(switching(first, calls, more)).run(here, acts)
            own.add(holds(here))
    assert own == {True, False}


def test_a_late_member_and_the_closing_machine_with_many_switches():
    for seed in range(40):
        here = Scene.before.fork()
        Turns(at_random(seed)).run(here, [consumer, closer])
        holds(here)


def test_two_consumers_of_one_member_however_they_meet():
    for calls in range(calls_of(consumer) + 1):
        for more in range(calls_of(consumer) + 1):
            here = Scene.before.fork()
            Turns(switching(0, calls, more)).run(here, [consumer, consumer])
            assert holds(here)


@pytest.mark.parametrize("state", ["open", "closed", "computed", "instructed"])
@pytest.mark.parametrize("fault", ["the reply is lost", "it dies before", "it dies after"])
def test_a_consumer_that_dies_anywhere_is_made_up_for_by_its_redelivery(state, fault):
    start = Scene.before.fork()
    if state != "open":
        start.task("CloseSettlement", Scene.window)
    if state in ("computed", "instructed"):
        compute(start)
        start.task("CheckSettlement", Scene.window)
    if state == "instructed":
        start.task("Instruct", Scene.window)
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
        assert holds(here, died=True) == (state != "instructed")


def test_a_member_that_is_named_by_a_computed_part_moves_nothing():
    here = Scene.before.fork()
    here.task("CloseSettlement", Scene.window)
    here.store.join("acme", Scene.window, Scene.late, at=here.now)
    compute(here)
    before = here.world()
    assert here.joined(Scene.late) == Scene.window
    assert here.world() == before


def test_one_that_comes_too_late_counts_from_the_windows_end_and_its_first_record_says_where():
    here = Scene.before.fork()
    here.store.join("acme", Scene.window, Scene.late, at=here.now)  # put, and died
    closing = Scene.before.fork()
    closer(closing)
    here = closing
    here.store.join("acme", Scene.window, Scene.late, at=here.now)
    joined = here.join(Scene.late)
    assert joined.late
    assert joined.window_id != Scene.window
    ours, theirs = (
        list(here.store.members("acme", each, part_of(Scene.late.id)))
        for each in (Scene.window, joined.window_id)
    )
    assert Scene.late not in ours
    ((moved,),) = [theirs]
    assert moved.counted_at == here.kept(Scene.window).window.closes_at


def test_rounds_come_to_an_end():
    here = Scene.before.fork()
    here.task("CloseSettlement", Scene.window)
    for number in range(MOST_ROUNDS - 1):
        here.join(here.member(number + 1, books=False, at=Scene.late.counted_at))
    with pytest.raises(NotCountedYet):
        here.join(Scene.late)
    closer(here)
    assert here.joined(Scene.late) == Scene.window  # it was put before the last round was computed


def test_what_others_change_again_and_again_is_given_up(monkeypatch):
    def stale(*_: object, **__: object) -> None:
        raise Stale

    here = Scene.before.fork()
    with pytest.raises(Contended):
        walk(here.store, "acme", Scene.window, stale)
    monkeypatch.setattr(SettlementStore, "join", stale)
    with pytest.raises(Contended):
        here.join(Scene.late)


def test_a_member_is_not_carried_on_for_ever(monkeypatch):
    here = Scene.before.fork()
    closer(here)
    monkeypatch.setattr("remit.settlement.join.MOST_WINDOWS", 1)
    with pytest.raises(NotCountedYet):
        here.join(Scene.late)
