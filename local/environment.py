"""One execution environment: a process under AWS's own runtime client, and its Runtime API.

The process asks for work and hands in answers over HTTP, exactly as on Lambda. It runs one
invocation at a time and is never used again after a time-out.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local import wire
from local.function import Function
from local.wire import Request, Response

CHILD = Path(__file__).with_name("child.py")
INIT_SECONDS = 30
RESPONSE_BYTES = 6 * 1024 * 1024
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE", "SYSTEMROOT")


@dataclass(frozen=True)
class Answer:
    """What an invocation came to: the function's JSON, or an error as Lambda words it."""

    body: bytes
    failed: bool = False

    @staticmethod
    def error(error_type: str, message: str) -> "Answer":
        said = {"errorType": error_type, "errorMessage": message}
        return Answer(json.dumps(said).encode(), failed=True)


@dataclass
class Invocation:
    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: asyncio.Future[Answer] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)


class Environment:
    """Starts when made; tells its owner when it is ready for work, and when it is gone."""

    def __init__(
        self,
        function: Function,
        version: int,
        *,
        log: Path,
        on_ready: Callable[["Environment"], None],
        on_gone: Callable[["Environment"], None],
    ) -> None:
        self.function, self.version, self.log = function, version, log
        self.on_ready, self.on_gone = on_ready, on_gone
        self.starting = True
        self.idle_since = 0.0
        self.init_error: Answer | None = None
        self._current: Invocation | None = None
        self._next: asyncio.Future[Invocation] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._dead = False
        self._deadline: asyncio.TimerHandle | None = None
        self.life = asyncio.create_task(self._live())

    def give(self, invocation: Invocation) -> None:
        """Run this next. Only for an environment that is ready."""
        assert self._next is not None  # noqa: S101  the owner gives only to who asked
        self._current = invocation
        limit = self.function.timeout_seconds
        self._deadline = asyncio.get_running_loop().call_later(limit, self._time_out, limit)
        self._next.set_result(invocation)
        self._next = None

    def kill(self) -> None:
        """End the process at once; what it was running fails."""
        self._dead = True
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def _live(self) -> None:
        server = await wire.serve(self._runtime_api, port=0, limits=wire.INTERNAL)
        address = "{}:{}".format(*server.sockets[0].getsockname())
        watch = asyncio.get_running_loop().call_later(INIT_SECONDS, self._init_timed_out)
        try:
            status = await self._run(address)
        finally:
            watch.cancel()
            server.close()
            if self._next:
                self._next.cancel()  # nobody waits for the answer any more
        if self._current:
            request = self._current.request_id
            message = f"RequestId: {request} Error: Runtime exited with error: {status}"
            self._finish(Answer.error("Runtime.ExitError", message))
        elif self.starting and not self.init_error:
            self.init_error = Answer.error(
                "Runtime.ExitError", f"Runtime exited without providing a reason: {status}"
            )
        self.on_gone(self)

    async def _run(self, runtime_api: str) -> str:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", CHILD, str(os.getpid())),
                *("-m", "awslambdaric", self.function.handler),
                cwd=self.function.task_root,
                env=self._variables(runtime_api),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self._dead:
            self._process.kill()
        code = await self._process.wait()
        return f"exit status {code}" if code >= 0 else f"signal {-code}"

    def _variables(self, runtime_api: str) -> dict[str, str]:
        function = self.function
        stream = time.strftime("%Y/%m/%d", time.gmtime()) + f"/[$LATEST]{uuid.uuid4().hex}"
        return {
            **{name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
            **function.environment,
            "_HANDLER": function.handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python3.{sys.version_info.minor}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "LAMBDA_TASK_ROOT": str(function.task_root),
            "PYTHONPATH": os.pathsep.join(map(str, (function.task_root, *function.layers))),
            "PYTHONUNBUFFERED": "1",
        }

    async def _runtime_api(self, request: Request) -> Response:
        path = request.target.removeprefix("/2018-06-01/runtime/")
        if path == "invocation/next":
            return await self._invocation()
        kind = path.rpartition("/")[2]
        if path == "init/error":
            self.init_error = Answer(request.body, failed=True)
        elif kind == "response" and len(request.body) > RESPONSE_BYTES:
            message = f"Response payload size exceeded maximum allowed ({RESPONSE_BYTES} bytes)."
            self._finish(Answer.error("Function.ResponseSizeTooLarge", message))
        elif kind in ("response", "error"):
            self._finish(Answer(request.body, failed=kind == "error"))
        else:
            return Response(404)
        return Response(202, [("Content-Type", "application/json")], b'{"status":"OK"}')

    async def _invocation(self) -> Response:
        self.starting = False
        self.idle_since = time.monotonic()
        self._next = asyncio.get_running_loop().create_future()
        asking = self._next
        self.on_ready(self)
        invocation = await asking
        deadline = int((time.time() + self.function.timeout_seconds) * 1000)
        trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0"
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(deadline)),
            ("Lambda-Runtime-Invoked-Function-Arn", self.function.arn),
            ("Lambda-Runtime-Trace-Id", trace),
        ]
        return Response(200, headers, invocation.payload)

    def _finish(self, answer: Answer) -> None:
        if self._deadline:
            self._deadline.cancel()
        if self._current:
            self._current.settle(answer)
        self._current = None

    def _time_out(self, seconds: int) -> None:
        if self._current:
            request = self._current.request_id
            message = f"RequestId: {request} Error: Task timed out after {seconds}.00 seconds"
            self._finish(Answer.error("Sandbox.Timedout", message))
        self.kill()

    def _init_timed_out(self) -> None:
        if self.starting:
            message = f"Init did not end within {INIT_SECONDS} seconds"
            self.init_error = Answer.error("Sandbox.Timedout", message)
            self.kill()
