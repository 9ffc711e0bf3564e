"""Every test runs as if inside Lambda, with credentials that open nothing."""

import io
import json
import os

import pytest

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "LAMBDA_TASK_ROOT": "/var/task",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "remit",
}
for name in ("AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def fresh_clients():
    """No AWS client outlives the test whose fake cloud it talks to."""
    from remit.runtime import clients

    clients.forget()
    yield
    clients.forget()


@pytest.fixture
def log(capsys):
    """A function that gives every JSON line logged or measured so far, in order of kind."""
    from remit.runtime import observability

    lines = io.StringIO()
    handler = observability.logger.registered_handler
    before = handler.setStream(lines)
    observability.flush()  # what a test before has measured
    capsys.readouterr()
    measured = []

    def read() -> list[dict]:
        measured.append(capsys.readouterr().out)
        text = lines.getvalue() + "".join(measured)
        return [json.loads(line) for line in text.splitlines()]

    yield read
    handler.setStream(before)
