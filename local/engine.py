"""Starts the engine (ministack) with our function pool in place of its own executor.

Runs under the engine's Python, so it imports nothing of ours. The seam is one function of the
engine, `lambda_svc._execute_function_dispatch`: every invocation passes it, whether it comes from
the Invoke API, a state machine, a queue or an asynchronous retry. Replacing it keeps the real
error type, on which `Catch` and `Retry` decide; the engine's own runner reports one type for all.
"""

import http.client
import inspect
import json
import os
import queue
import sys
from typing import Any

from ministack import app
from ministack.services import lambda_svc

SEAM = "_execute_function_dispatch"
EXPECTED = ["func", "config", "event", "request_id", "started"]
# State machines are threads beside the one that answers: it must not wait long for its turn.
SWITCH_SECONDS = 0.0005
POOL = os.environ.get("REMIT_POOL", "")

_idle: queue.SimpleQueue[http.client.HTTPConnection] = queue.SimpleQueue()


def run_in_pool(
    func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float
) -> dict[str, Any]:
    """Run one invocation in the pool; the answer is in the engine's own form."""
    del func, started
    try:
        connection = _idle.get_nowait()
    except queue.Empty:
        connection = http.client.HTTPConnection(POOL)
    try:
        connection.request(
            "POST",
            f"/2015-03-31/functions/{config['FunctionName']}/invocations",
            json.dumps(event, ensure_ascii=False).encode(),
            {"X-Amzn-RequestId": request_id},
        )
        answer = connection.getresponse()
        body = json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException) as broken:
        connection.close()
        failure = {"errorType": "Lambda.ServiceException", "errorMessage": str(broken)}
        return {"body": failure, "error": True}
    _idle.put(connection)
    return {"body": body, "error": "x-amz-function-error" in answer.headers}


def main() -> None:
    seam = getattr(lambda_svc, SEAM, None)
    if seam is None or list(inspect.signature(seam).parameters) != EXPECTED:
        sys.exit(f"the engine has changed: lambda_svc.{SEAM} is not what local/engine.py replaces")
    setattr(lambda_svc, SEAM, run_in_pool)
    sys.setswitchinterval(SWITCH_SECONDS)
    app.main()


if __name__ == "__main__":
    main()
