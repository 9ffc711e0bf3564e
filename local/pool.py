"""Runs functions: a bounded number of warm processes for each, on the source as it is now.

It speaks Lambda's own Invoke API, over which the engine forwards its invocations.
"""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from local import wire
from local.environment import Answer, Environment, Invocation
from local.function import Function, Sources
from local.wire import Request, Response

# A start costs a third of a second of processor time: more than twice the processors do no good,
# and a second process is worth it only for work that would wait.
PER_FUNCTION = min(6, 1 + (os.cpu_count() or 1))
HESITATION_SECONDS = 0.1
TOTAL = 40
WAITING = 1000
IDLE_SECONDS = 300
REAP_SECONDS = 30
INVOKE_PATH = "/2015-03-31/functions/"


class Fleet:
    """The environments of one function, and who waits for one."""

    def __init__(self, function: Function, pool: "Pool") -> None:
        self.function, self.pool = function, pool
        self.all: set[Environment] = set()
        self.idle: list[Environment] = []  # the last one used is the first one used again
        self.waiting: deque[Invocation] = deque()

    def submit(self, invocation: Invocation) -> None:
        version = self.pool.sources.version(self.function)
        for stale in [each for each in self.idle if each.version != version]:
            self.retire(stale)
        if self.idle:
            self.idle.pop().give(invocation)
        elif len(self.waiting) >= WAITING:
            invocation.settle(Answer.error("Lambda.TooManyRequestsException", "Rate Exceeded."))
        else:
            self.waiting.append(invocation)
            wait = HESITATION_SECONDS if self.all else 0
            asyncio.get_running_loop().call_later(wait, self._grow_for, invocation)

    def _grow_for(self, invocation: Invocation) -> None:
        if invocation in self.waiting:
            self.grow()

    def grow(self) -> None:
        """Start one more environment, if there is work for it and room."""
        coming = sum(each.starting for each in self.all)
        wanted = coming < len(self.waiting) and len(self.all) < self.pool.per_function
        if not wanted or not self.pool.make_room(self):
            return
        self.all.add(
            Environment(
                self.function,
                self.pool.sources.version(self.function),
                log=self.pool.logs / f"{self.function.resource}.log",
                on_ready=self.ready,
                on_gone=self.gone,
            )
        )

    def ready(self, environment: Environment) -> None:
        stale = environment.version != self.pool.sources.version(self.function)
        if stale or (len(self.all) > 1 and self.pool.starves()):
            environment.kill()
        elif self.waiting:
            environment.give(self.waiting.popleft())
            self.grow()
        else:
            self.idle.append(environment)
            self.pool.share()

    def gone(self, environment: Environment) -> None:
        self.all.discard(environment)
        if environment in self.idle:
            self.idle.remove(environment)
        if environment.init_error and self.waiting:
            self.waiting.popleft().settle(environment.init_error)
        self.pool.share()

    def retire(self, environment: Environment) -> None:
        """Let go of an idle environment; it no longer counts."""
        self.idle.remove(environment)
        self.all.discard(environment)
        environment.kill()


class Pool:
    """Every function of the deployed stack, ready to be invoked by its name."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.sources = Sources()
        self.per_function = int(os.environ.get("REMIT_PROCESSES", PER_FUNCTION))
        self.fleets: dict[str, Fleet] = {}
        self._reaper = asyncio.create_task(self._reap())

    def add(self, functions: Iterable[Function]) -> None:
        self.fleets.update({each.name: Fleet(each, self) for each in functions})

    async def invoke(self, name: str, payload: bytes, request_id: str | None = None) -> Answer:
        """Run one function once. Never raises for what the function does; `KeyError` if unknown."""
        invocation = Invocation(payload, request_id) if request_id else Invocation(payload)
        self.fleets[name].submit(invocation)
        return await invocation.answer

    def make_room(self, fleet: Fleet) -> bool:
        """Whether one more environment may start; ends another fleet's oldest idle one for it."""
        if not self.full():
            return True
        others = (each for each in self.fleets.values() if each is not fleet)
        idle = [(each.idle[0].idle_since, each) for each in others if each.idle]
        if not idle:
            return False
        oldest = min(idle, key=lambda pair: pair[0])[1]
        oldest.retire(oldest.idle[0])
        return True

    def full(self) -> bool:
        return sum(len(each.all) for each in self.fleets.values()) >= TOTAL

    def starves(self) -> bool:
        """Whether some function has work and not one process, because the others have them all."""
        return self.full() and any(each.waiting and not each.all for each in self.fleets.values())

    def share(self) -> None:
        """Something became free: let those who wait try again, first those who have nothing."""
        for fleet in sorted(self.fleets.values(), key=lambda each: len(each.all)):
            if fleet.waiting:
                fleet.grow()

    async def serve(self) -> asyncio.Server:
        """Answer Lambda's Invoke API on a free port."""
        return await wire.serve(self._invoke_api, port=0, limits=wire.INTERNAL)

    async def close(self) -> None:
        self._reaper.cancel()
        lives = [each for fleet in self.fleets.values() for each in fleet.all]
        for fleet in self.fleets.values():
            fleet.waiting.clear()
        for environment in lives:
            environment.kill()
        await asyncio.gather(*(each.life for each in lives), return_exceptions=True)

    async def _invoke_api(self, request: Request) -> Response:
        name = request.target.removeprefix(INVOKE_PATH).removesuffix("/invocations")
        if name not in self.fleets:
            said = json.dumps({"Message": f"Function not found: {name}"}).encode()
            return Response(404, [("Content-Type", "application/json")], said)
        answer = await self.invoke(name, request.body, request.header("x-amzn-requestid"))
        headers = [("Content-Type", "application/json")]
        if answer.failed:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        return Response(200, headers, answer.body)

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(REAP_SECONDS)
            before = time.monotonic() - IDLE_SECONDS
            for fleet in self.fleets.values():
                for old in [each for each in fleet.idle if each.idle_since < before]:
                    fleet.retire(old)
