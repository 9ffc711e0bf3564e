"""What carries events to functions: Lambda itself, machines, queues and streams.

Everything is delivered at least once: twice, late and out of order where a fault says so. What a
function does not manage comes back, and in the end lies in a dead-letter queue.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from remit.kernel.clock import rfc3339
from tests.simulation import deployment
from tests.simulation.deployment import Feed, Sweep
from tests.simulation.executions import Executions
from tests.simulation.machine import Machine, TaskFailed
from tests.simulation.scheduler import MILLISECOND, MINUTE, SECOND, Outcome, Task

if TYPE_CHECKING:
    from tests.simulation.world import World

_OUTCOME = "OutcomeMachine"
"""What an execution of it comes to is nobody's but a person's, if it fails."""

_ENQUIRIES = "EnquiryQueue"
"""Whose dead letters are for a rail to answer."""

_TABLES = {"ledger/expire": "LedgerTable", "identity/sweep": "IdentityTable"}
"""The table in which a schedule's function finds what it is for: lines of `due#…`."""


class Context:
    """What Lambda tells an invocation about itself."""

    function_name = "remit-simulation"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:remit-simulation"

    def __init__(self, world: "World", name: str, ends: int) -> None:
        self._world, self._ends = world, ends
        self.aws_request_id = name

    def get_remaining_time_in_millis(self) -> int:
        return max(0, (self._ends - self._world.scheduler.now) // MILLISECOND)


class Fabric:
    """All that is deployed around the functions of one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.queues = {feed.queue: Queue(world, feed) for feed in deployment.feeds()}
        self.streams = [Stream(world, sweep) for sweep in deployment.sweeps()]
        self.timers = [
            Timer(world, *each) for each in deployment.timers().items() if each[0] in _TABLES
        ]
        self.executions = Executions(world)
        self.contradicted: set[str] = set()
        self._failed: list[str] = []

    @property
    def quiet(self) -> bool:
        """Whether every queue is empty and every stream read; but for what waits for a rail."""
        queued = any(
            queue.waiting or (queue.dead and name != _ENQUIRIES)
            for name, queue in self.queues.items()
        )
        return not queued and not any(each.waiting or each.dead for each in self.streams)

    def redrive(self) -> None:
        """People do what the runbooks say: whatever was given up goes on."""
        for queue in self.queues.values():
            queue.redrive()
        for stream in self.streams:
            stream.redrive()
        self.executions.redrive()
        failed, self._failed = self._failed, []
        for text in failed:
            self._execution(_OUTCOME, text)

    def created(self, bucket: str, key: str) -> None:
        """S3 tells of an object."""
        record = {"eventName": "ObjectCreated:Put",
                  "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}  # fmt: skip
        self.queues["ListsQueue"].send(json.dumps({"Records": [record]}))

    # Lambda.

    def invoke(self, path: str, event: dict[str, Any]) -> Task:
        """Run a function; it is killed when its time is up."""
        world = self._world
        function, delay = deployment.functions()[path], world.latency()
        name = world.number(path)
        ends = world.scheduler.now + delay + function.seconds * SECOND
        context = Context(world, name, ends)
        task = world.scheduler.spawn(name, function.handler, event, context, delay=delay)
        task.clock_error = world.clock_error()
        world.scheduler.after(ends - world.scheduler.now, self._time_out, task)
        return task

    def _time_out(self, task: Task) -> None:
        if not task.over:
            self._world.tell(task.name, "function", None, "is killed: its time is up")
            self._world.scheduler.kill(task, "timed out")

    # Machines.

    def start(self, resource: str, name: str, text: str) -> None:
        """Start an execution; an express one may be run twice."""
        world = self._world
        world.privacy.look("a state's input", text)
        if resource == _OUTCOME:
            world.demand_kept(json.loads(text)["message"])
        if not deployment.is_express(resource):
            self.executions.start(resource, name, text)
            return
        execution = self._execution(resource, text)
        fault = world.faults.at(execution, "execution", resource)
        if fault is not None:
            world.scheduler.after(fault.delay, self._execution, resource, text)

    def _execution(self, resource: str, text: str) -> Task:
        world = self._world
        machine = Machine(
            *deployment.machine(resource),
            invoke=self.task,
            sleep=world.scheduler.sleep,
            chance=world.chance,
        )
        name = world.number(resource)
        task = world.scheduler.spawn(name, machine.run, text, delay=world.latency())
        world.scheduler.after(machine.time_out, self._time_out, task)
        if resource == _OUTCOME:
            world.scheduler.when_over(task, lambda outcome: self._outcome(text, outcome))
        return task

    def _outcome(self, text: str, outcome: Outcome) -> None:
        """Somebody is called when what a rail said comes to nothing, and does as it is written."""
        if outcome.how == "returned":
            return
        self._world.tell("person", _OUTCOME, None, f"is called: {outcome.value}")
        if str(outcome.value) == "AnswerContradicted":
            self.contradicted.add(json.loads(text)["id"])
            return
        self._failed.append(text)
        if self._world.faults.calm:
            self._world.scheduler.after(MINUTE, self.redrive)

    def task(self, path: str, payload: Any, within: int) -> Any:
        """A machine invokes a function: its result, or its error as Step Functions names it."""
        world = self._world
        running = world.scheduler.current
        assert running is not None
        fault = world.faults.at(running, "invoke", path)
        kind = fault.kind if fault else ""
        if kind == "refused":
            raise TaskFailed("Lambda.TooManyRequestsException")
        if kind == "stillborn":
            world.scheduler.sleep(world.latency())
            raise TaskFailed("Lambda.Unknown")
        event = json.loads(json.dumps(payload))
        if kind == "run twice":
            self.invoke(path, dict(event))
        outcome = world.scheduler.wait(self.invoke(path, event), within)
        if kind == "answer lost":
            raise TaskFailed("Lambda.SdkClientException")
        return _result(outcome, world)


def _result(outcome: Outcome, world: "World") -> Any:
    if outcome.how == "returned":
        text = json.dumps(outcome.value)
        world.privacy.look("a state's output", text)
        return json.loads(text)
    if outcome.how == "late":
        raise TaskFailed("States.Timeout")
    if outcome.how == "raised":
        raise TaskFailed(type(outcome.value).__name__)
    if outcome.value == "timed out":
        raise TaskFailed("Sandbox.Timedout")
    raise TaskFailed(world.chance.choice(("Lambda.Unknown", "Runtime.ExitError")))


class Timer:
    """A schedule that runs a function every so often, at least once or not at all.

    A minute in which its table has nothing that it could find is left out; so a world comes to
    rest.
    """

    def __init__(self, world: "World", function: str, seconds: int) -> None:
        self._world, self._function, self._seconds = world, function, seconds
        self._position, self._set = 0, False
        self._lines: set[tuple[str, str]] = set()

    def nudge(self) -> None:
        """Begin to run when there is something to be found."""
        records = self._world.database.stream_records(_TABLES[self._function])
        for record in records[self._position :]:
            keys = record["dynamodb"]["Keys"]
            pk, sk = keys["pk"]["S"], keys["sk"]["S"]
            if pk[:4] == "due#" and pk != "due#swept":
                note = self._lines.discard if record["eventName"] == "REMOVE" else self._lines.add
                note((pk, sk))
            elif sk == "resolution":
                self._lines = {line for line in self._lines if line[1] != pk}
        self._position = len(records)
        if self._lines and not self._set:
            self._set = True
            period = self._seconds * SECOND
            late = self._world.chance.randrange(SECOND)
            self._world.scheduler.after(
                period - self._world.scheduler.now % period + late, self._run
            )

    def _run(self) -> None:
        world, self._set = self._world, False
        carrier = Task(world.number(f"timer {self._function}"))
        fault = world.faults.at(carrier, "invoke", self._function)
        kind = fault.kind if fault else ""
        event = {"time": rfc3339(world.true_time() // 1000 * 1000)}
        ran = None
        if kind not in ("refused", "stillborn"):
            ran = world.fabric.invoke(self._function, event)
        if kind == "run twice":
            world.fabric.invoke(self._function, dict(event))
        self._ran(ran)
        self.nudge()

    def _ran(self, task: Task | None) -> None:
        """The function runs; None when it does not."""


class _Message:
    """A message in a queue."""

    def __init__(self, identifier: str, body: str) -> None:
        self.identifier, self.body, self.receives = identifier, body, 0
        self.done = False


class Queue:
    """A queue and the mapping that hands its messages to a function."""

    def __init__(self, world: "World", feed: Feed) -> None:
        self._world, self._feed = world, feed
        self._ready: list[_Message] = []
        self._ordered = False
        self.dead: list[_Message] = []
        self.waiting = 0

    def send(self, body: str) -> None:
        """Take a message; sometimes it will be there twice, or late."""
        world = self._world
        world.privacy.message(self._feed.queue, body)
        carrier = Task(world.number(f"message {self._feed.queue}"))
        fault = world.faults.at(carrier, "deliver", self._feed.queue)
        delay = self._feed.delay * SECOND + world.latency()
        if fault is not None and fault.kind == "delayed":
            delay += fault.delay
        self.waiting += 1
        self._hide(_Message(carrier.name, body), delay)
        if fault is not None and fault.kind == "twice":
            self.waiting += 1
            self._hide(_Message(carrier.name, body), delay + fault.delay)

    @property
    def given_up(self) -> list[dict[str, Any]]:
        """What the messages in the dead-letter queue say."""
        return [json.loads(message.body) for message in self.dead]

    def redrive(self) -> None:
        """Move what lies in the dead-letter queue back, as a person does."""
        dead, self.dead = self.dead, []
        for message in dead:
            message.receives = 0
            self.waiting += 1
            self._hide(message, self._world.latency())

    def _hide(self, message: _Message, delay: int) -> None:
        self._world.scheduler.after(delay, self._appear, message)

    def _appear(self, message: _Message) -> None:
        if message.done:
            return
        if message.receives >= self._feed.most_receives:
            self.waiting -= 1
            self._world.tell(message.identifier, self._feed.queue, None, "goes to the dead letters")
            self.dead.append(message)
            return
        self._ready.append(message)
        if not self._ordered:
            self._ordered = True
            self._world.scheduler.after(self._world.latency(), self._receive)

    def _receive(self) -> None:
        self._ordered = False
        ready, self._ready = self._ready, []
        self._world.chance.shuffle(ready)
        for start in range(0, len(ready), self._feed.batch):
            batch = ready[start : start + self._feed.batch]
            for message in batch:
                message.receives += 1
                # It is hidden for a while from now on, however the invocation ends.
                self._hide(message, self._feed.visibility * SECOND)
            event = {"Records": [self._record(message) for message in batch]}
            task = self._world.fabric.invoke(self._feed.function, event)
            self._world.scheduler.when_over(task, lambda outcome, b=batch: self._done(b, outcome))

    def _done(self, batch: list[_Message], outcome: Outcome) -> None:
        failed = {message.identifier for message in batch}
        if outcome.how == "returned":
            reported = outcome.value["batchItemFailures"]
            failed = {failure["itemIdentifier"] for failure in reported}
        for message in batch:
            if message.identifier not in failed and not message.done:
                message.done = True
                if message in self.dead:
                    self.dead.remove(message)
                else:
                    self.waiting -= 1

    def _record(self, message: _Message) -> dict[str, Any]:
        return {
            "messageId": message.identifier,
            "receiptHandle": "handle",
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }


class Stream:
    """A table's stream and the mapping that hands its records to a function, in order."""

    def __init__(self, world: "World", sweep: Sweep) -> None:
        self._world, self._sweep = world, sweep
        self._position, self._busy = 0, False
        self.dead: list[list[Mapping[str, Any]]] = []

    @property
    def _records(self) -> list[dict[str, Any]]:
        return self._world.database.stream_records(self._sweep.table)

    @property
    def waiting(self) -> bool:
        """Whether there is something that was not handed over yet."""
        return self._busy or self._position < len(self._records)

    def nudge(self) -> None:
        """Hand over what has come, unless somebody is at it."""
        if not self._busy and self._position < len(self._records):
            self._busy = True
            name = self._world.number(f"stream {self._sweep.table}")
            self._world.scheduler.spawn(name, self._hand_over)

    def redrive(self) -> None:
        """Hand over again what went to the dead letters."""
        dead, self.dead = self.dead, []
        for records in dead:
            name = self._world.number(f"redrive {self._sweep.table}")
            self._world.scheduler.spawn(name, self._deliver, records, self._sweep.tries)

    def _hand_over(self) -> None:
        scheduler, chance = self._world.scheduler, self._world.chance
        while self._position < len(self._records):
            task = scheduler.current
            assert task is not None
            fault = self._world.faults.at(task, "deliver", f"{self._sweep.table} stream")
            scheduler.sleep(chance.randrange(200 * MILLISECOND, self._sweep.window * SECOND))
            if fault is not None and fault.kind == "delayed":
                scheduler.sleep(fault.delay)
            batch = self._records[self._position : self._position + self._sweep.batch]
            wanted = [record for record in batch if self._is_wanted(record)]
            self._deliver(wanted, self._sweep.tries)
            if fault is not None and fault.kind == "twice":
                self._deliver(wanted, self._sweep.tries)
            self._position += len(batch)
        self._busy = False

    def _is_wanted(self, record: Mapping[str, Any]) -> bool:
        return any(matches(pattern, record) for pattern in self._sweep.filters)

    def _deliver(self, records: list[Mapping[str, Any]], tries: int) -> None:
        scheduler = self._world.scheduler
        for attempt in range(tries):
            if not records:
                return
            event = {"Records": list(records)}
            outcome = scheduler.wait(self._world.fabric.invoke(self._sweep.function, event))
            if outcome.how == "returned":
                records = _from(records, outcome.value["batchItemFailures"])
            elif len(records) > 1:
                half = len(records) // 2
                self._deliver(records[:half], tries - attempt - 1)
                self._deliver(records[half:], tries - attempt - 1)
                return
            if records:
                scheduler.sleep(min(MINUTE, SECOND * 2**attempt))
        if records:
            self.dead.append(records)


def _from(
    records: list[Mapping[str, Any]], failures: list[dict[str, str]]
) -> list[Mapping[str, Any]]:
    """The records from the first failed one on: a stream goes back that far."""
    failed = {failure["itemIdentifier"] for failure in failures}
    for place, record in enumerate(records):
        if record["dynamodb"]["SequenceNumber"] in failed:
            return records[place:]
    return []


def matches(pattern: Mapping[str, Any], content: Any) -> bool:
    """Whether content matches a pattern of EventBridge: nested names, and lists of values."""
    for name, wanted in pattern.items():
        found = content.get(name) if isinstance(content, Mapping) else None
        if isinstance(wanted, Mapping):
            if not matches(wanted, found):
                return False
        elif found not in wanted:
            return False
    return True
