"""Starts the engine (ministack) with our function pool in place of its own executor.

Runs under the engine's Python, so it imports nothing of ours. These functions of the engine are
replaced, and it does not start when they are not as known:

- `lambda_svc._execute_function_dispatch`, which every invocation passes, whether it comes from the
  Invoke API, a state machine, a queue or an asynchronous retry. Ours keeps the real error type, on
  which `Catch` and `Retry` decide; the engine's own runner reports one type for all.
- `stepfunctions._run_execution`, the thread of one execution. Ours lets only a few Express ones run
  at once: AWS has a processor for each, here their tasks would wait for one until they time out.
- `kms.handle_request`, which answers KMS. Ours adds `ReEncrypt`, which key stores of the encryption
  SDK need; the engine has it not.
- `dynamodb._tokenize` and `_condition_syntax_error`, which parse one expression again for each item
  of a partition. Ours remember it: a query of a long account is three times as fast.
"""

import base64
import gc
import http
import http.client
import inspect
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import Any

from ministack import app
from ministack.services import dynamodb, kms, lambda_svc, stepfunctions

EXPRESS_AT_ONCE = 16
EXPRESSIONS = 1024
# State machines are threads beside the one that answers: it must not wait long for its turn.
SWITCH_SECONDS = 0.0005
# Its tables are all in memory and only grow: looking through them for garbage is time lost.
GC_THRESHOLDS = (50_000, 20, 100)
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


_run_execution = stepfunctions._run_execution  # noqa: SLF001  the seam
_express = threading.BoundedSemaphore(EXPRESS_AT_ONCE)


def run_in_turn(exec_arn: str) -> None:
    """Run one execution, an Express one when it is its turn."""
    execution = stepfunctions._executions.get(exec_arn) or {}  # noqa: SLF001
    machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}  # noqa: SLF001
    if machine.get("type") == "EXPRESS":
        with _express:
            _run_execution(exec_arn)
    else:
        _run_execution(exec_arn)


_answer_kms = kms.handle_request
_KEY_NAME_BYTES = 36
"""What the engine writes in front of everything that it encrypts: the key's id."""


async def answer_kms(
    method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
) -> Any:
    """Answer one request to KMS; `ReEncrypt` is a `Decrypt` and an `Encrypt` that stay inside."""
    if headers.get("x-amz-target", "").rpartition(".")[2] != "ReEncrypt":
        return await _answer_kms(method, path, headers, body, query_params)
    asked = json.loads(body)
    source = _source_key(asked)
    if "SourceKeyId" in asked and kms._resolve_key(asked["SourceKeyId"]) != source:  # noqa: SLF001
        return kms.error_response_json("IncorrectKeyException", "another key encrypted it", 400)
    given = {
        "CiphertextBlob": asked["CiphertextBlob"],
        "EncryptionContext": asked.get("SourceEncryptionContext", {}),
    }
    opened = kms._decrypt(given)  # noqa: SLF001
    if opened[0] != http.HTTPStatus.OK:
        return opened
    wanted = {
        "KeyId": asked["DestinationKeyId"],
        "Plaintext": json.loads(opened[2])["Plaintext"],
        "EncryptionContext": asked.get("DestinationEncryptionContext", {}),
    }
    status, sent, answer = kms._encrypt(wanted)  # noqa: SLF001
    if status != http.HTTPStatus.OK:
        return status, sent, answer
    algorithms = dict.fromkeys(
        ("SourceEncryptionAlgorithm", "DestinationEncryptionAlgorithm"), "SYMMETRIC_DEFAULT"
    )
    told = {name: json.loads(answer)[name] for name in ("CiphertextBlob", "KeyId")}
    return kms.json_response({**told, "SourceKeyId": source["Arn"], **algorithms})


def _source_key(asked: dict[str, Any]) -> Any:
    """The key that encrypted what is to be encrypted anew; None when that cannot be told."""
    sealed = base64.b64decode(asked["CiphertextBlob"])
    return kms._resolve_key(sealed[:_KEY_NAME_BYTES].decode("ascii", "replace"))  # noqa: SLF001


_tokens = lru_cache(EXPRESSIONS)(dynamodb._tokenize)  # noqa: SLF001
remembered_syntax_error = lru_cache(EXPRESSIONS)(dynamodb._condition_syntax_error)  # noqa: SLF001


def remembered_tokens(expr: str) -> list[Any]:
    """An expression's tokens, in a list that the caller may change."""
    return list(_tokens(expr))


def replace(module: ModuleType, name: str, ours: Callable[..., Any]) -> None:
    """Put our function in the place of the engine's, if that takes the same arguments."""
    theirs = getattr(module, name, None)
    if theirs is None or names_of(theirs) != names_of(ours):
        sys.exit(f"the engine has changed: {module.__name__}.{name} is not what we replace")
    setattr(module, name, ours)


def names_of(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def main() -> None:
    replace(lambda_svc, "_execute_function_dispatch", run_in_pool)
    replace(stepfunctions, "_run_execution", run_in_turn)
    replace(kms, "handle_request", answer_kms)
    replace(dynamodb, "_tokenize", remembered_tokens)
    replace(dynamodb, "_condition_syntax_error", remembered_syntax_error)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GC_THRESHOLDS)
    app.main()


if __name__ == "__main__":
    main()
