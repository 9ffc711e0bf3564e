"""Every event in `events/` is one that its function can be given: it answers, and has no defect."""

import json
from pathlib import Path

import pytest

from tests.builders import function, lambda_context
from tests.integration.cloud import Cloud

EVENTS = Path(__file__).parents[2] / "events"
CASES = sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.rglob("*.json"))
OURS = [case for case in CASES if not case.startswith(("access/", "edge/"))]


@pytest.mark.parametrize("case", OURS)
def test_every_event_is_answered_without_a_defect(cloud: Cloud, case: str, monkeypatch):
    monkeypatch.setattr("remit.runtime.queues.send", lambda *_: None)
    event = json.loads((EVENTS / f"{case}.json").read_text())
    work = function(case.rpartition("/")[0]).handler
    if "httpMethod" in event:
        assert 200 <= work(event, lambda_context())["statusCode"] < 500
    elif "Records" in event:
        assert set(work(event, lambda_context())) == {"batchItemFailures"}
    else:
        with pytest.raises(Exception, match="No such payment"):
            work(event, lambda_context())
