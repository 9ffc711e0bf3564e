"""One run from its first event to its verdict: trouble, then calm, then much later."""

from dataclasses import dataclass

from remit.kernel import clock
from remit.store.idempotency import KEPT
from tests.simulation import present
from tests.simulation.act import Act
from tests.simulation.answering import Answerers
from tests.simulation.callers import Asked, Crowd
from tests.simulation.deciders import Deciders
from tests.simulation.edge import Request
from tests.simulation.ending import Audit, settled, trial_balanced
from tests.simulation.ending_onboarding import Onboarded, finished
from tests.simulation.ending_rails import Carried, called
from tests.simulation.ending_settlement import Settled
from tests.simulation.faults import Fault, Faults, Site
from tests.simulation.invariants import Watch, demand
from tests.simulation.operators import Operators
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import DAY, HOUR, MINUTE, Task, Violation
from tests.simulation.treasury import Treasury
from tests.simulation.world import Line, World

_SETTLING = 30 * MINUTE
_PREPARING = 10 * MINUTE
_WINDOWS = 6 * HOUR
"""Until then the last window has ended in which anything was accepted."""

_RESENT = 3
_LAPSED = 30 * DAY
"""Fifteen business days are over by then."""
_FORGETTING = -(KEPT - 8 * clock.DAY)
"""From how far back a clock's keys may be forgotten before the 7 days that are promised."""

_DECIDING = ("decide", "judge")
_MAKING = (
    "open",
    "deposit",
    "pay",
    "file",
    "apply",
    "further",
    "send",
    "transfer",
    "hold",
    "reverse",
    "link",
    "post",
    "void",
)


@dataclass(frozen=True)
class Run:
    """What became of a run. `violation` is None when everything held."""

    scenario: Scenario
    violation: Violation | None
    trace: list[Line]
    sites: list[Site]
    struck: dict[str, Fault]
    calls: int


def run(scenario: Scenario, faults: Faults) -> Run:
    """Simulate a scenario. The product must be `installed`."""
    world = World(
        scenario.seed,
        faults,
        skew=scenario.skew,
        leap=scenario.leap,
        two_versions=scenario.two_versions,
        onboards=scenario.onboards,
        patience=scenario.patience,
        settling=scenario.settling,
    )
    present.enter(world)
    violation = None
    try:
        _Course(world, scenario).take()
    except Violation as found:
        violation = found
        world.tell("simulation", "VIOLATION", None, str(found))
    finally:
        world.scheduler.bury()
        present.leave()
    return Run(scenario, violation, world.trace, faults.sites, dict(faults.struck), world.calls)


class _Course:
    """The phases of a run."""

    def __init__(self, world: World, scenario: Scenario) -> None:
        self._world, self._scenario = world, scenario
        self._watch = Watch(world)
        world.watchers.append(self._watch.look)
        self._crowd = Crowd(world, scenario)
        self._crowd.has_ended = self._watch.desk.has_ended
        self._crowd.is_settled = self._watch.is_settled
        self._crowd.open_window = self._watch.windows.newest_open
        if scenario.settling:
            people = scenario.settling.people
            treasury = Treasury(world, self._crowd, self._watch, people=people)
            world.watchers.append(treasury.look)
        self._operators = Operators(world, self._crowd, self._watch)
        idle = not scenario.deciders
        self._deciders = Deciders(world, self._crowd, self._watch, idle=idle)
        idle = not scenario.answerers
        self._answerers = Answerers(world, self._crowd, self._watch, idle=idle)

    def take(self) -> None:
        """Go through all phases. Raises `Violation`."""
        scheduler, scenario = self._world.scheduler, self._scenario
        tasks = self._prepare()
        for number in range(scenario.operators):
            self._operators.begin(f"{number + 1}")
        for number in range(scenario.deciders):
            self._deciders.begin(f"{number + 1}")
        for number in range(scenario.answerers):
            self._answerers.begin(f"{number + 1}")
        tasks += self._crowd.begin(scenario.then)
        half = scenario.trouble // 4
        scheduler.run(scheduler.now + half)
        self._world.leaps = scenario.leap != 0
        scheduler.run(scheduler.now + scenario.trouble - half)
        self._calm()
        scheduler.run(scheduler.now + _SETTLING)
        _surface(tasks)
        settled(self._world, self._crowd, self._watch)
        finished(self._world, self._watch)
        self._audit()
        # What was thought dead may still arrive; nothing may come of it.
        self._rest()
        if scenario.resends:
            self._resend()
        self._answer()
        self._lapse()
        self._audit()
        Audit(self._world, self._crowd, self._watch).verified()
        Onboarded(self._world, self._crowd, self._watch).hold()
        if scenario.settling:
            demand(scheduler.run_out(scheduler.now + _WINDOWS), "everything comes to rest", "")
            Settled(self._world, self._crowd, self._watch).hold()
        Carried(self._world, self._crowd, self._watch).hold()
        self._add_up()

    def _prepare(self) -> list[Task]:
        scheduler, faults = self._world.scheduler, self._world.faults
        faults.calm = self._scenario.undisturbed
        tasks = self._crowd.begin(self._scenario.first)
        most = scheduler.now + _PREPARING
        while not all(task.over for task in tasks) and scheduler.now < most:
            scheduler.step()
        faults.calm = False
        return tasks

    def _calm(self) -> None:
        self._world.tell("simulation", "CALM", None, "nothing goes wrong any more")
        self._world.faults.calm, self._world.leaps = True, False
        self._world.fabric.redrive()
        self._operators.close()
        self._deciders.close()
        self._answerers.close()

    def _answer(self) -> None:
        """Whoever was called for a silent rail looks once more: by now it may have answered."""
        if not self._watch.transit.payments:
            return
        self._world.fabric.redrive()
        self._rest()
        called(self._world, self._watch)

    def _lapse(self) -> None:
        """What nobody has answered is counted when its time is over, and answered after all."""
        world, left = self._world, len(self._watch.arrivals.unanswered)
        if not left:
            return
        world.scheduler.run(world.scheduler.now + _LAPSED)
        world.database.expire()
        task = world.fabric.invoke("payments/remind", {})
        while not task.over:
            world.scheduler.step()
        _surface([task])
        counted = task.outcome.value if task.outcome else {}
        demand(counted.get("overdue_here") == left, "what is overdue is counted", counted)
        self._answerers.late()
        self._rest()
        demand(not self._watch.arrivals.unanswered, "a recall is answered", "")

    def _rest(self) -> None:
        """Nothing goes on any more; but windows do, until the last one has ended."""
        scheduler = self._world.scheduler
        over = scheduler.run_out(scheduler.now + 2 * HOUR)
        demand(over or self._scenario.settling, "everything comes to rest", "")

    def _audit(self) -> None:
        Audit(self._world, self._crowd, self._watch).hold()

    def _add_up(self) -> None:
        request = Request("GET", "/ledger/trial-balance", "acme", "operator")
        self._do(lambda: trial_balanced(self._crowd.edge.until_answered(request).text), "audit")

    def _resend(self) -> None:
        """Ask again for what was asked, after 8 days and after 90."""
        world = self._world
        known = [key for key, asked in self._crowd.asked.items() if asked.act.verb not in _DECIDING]
        chosen = [self._crowd.asked[key] for key in known[-_RESENT:]]
        world.scheduler.run(world.scheduler.now + 8 * DAY)
        world.database.expire()
        # What a clock wrote that was months behind may have been forgotten within days.
        stands = self._scenario.leap > _FORGETTING
        for asked in chosen:
            if stands or _has_made(asked):
                self._do(lambda a=asked: self._again(a.act, a.request, stands=stands), "again")
        world.scheduler.run(world.scheduler.now + 90 * DAY)
        world.database.expire()
        for asked in chosen:
            if _has_made(asked):
                self._do(lambda a=asked: self._again(a.act, a.request, stands=False), "much later")
        demand(
            world.scheduler.run_out(world.scheduler.now + 2 * HOUR), "everything comes to rest", ""
        )

    def _again(self, act: Act, request: Request, *, stands: bool) -> None:
        reply = self._crowd.edge.until_answered(request)
        if stands:
            demand(reply.replayed, "a key is remembered for 7 days at least", act.name)
            self._crowd.learn(act, request, reply)

    def _do(self, work: object, name: str) -> None:
        """Let one task do something, and wait for it."""
        scheduler = self._world.scheduler
        task = scheduler.spawn(self._world.number(name), work)  # type: ignore[arg-type]
        while not task.over:
            scheduler.step()
        _surface([task])


def _has_made(asked: Asked) -> bool:
    """Whether a command has had an effect, so that it must have no second one."""
    return asked.reply.status < 300 and asked.act.verb in _MAKING


def _surface(tasks: list[Task]) -> None:
    """Raise what a caller of the simulation itself has stumbled over: a defect in these tests."""
    for task in tasks:
        if task.outcome is not None and task.outcome.how == "raised":
            raise task.outcome.value
