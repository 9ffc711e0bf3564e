"""Signed messages that were made to do harm: each a clear refusal, and nothing lost or kept."""

import base64
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from remit.kernel.signature import signed
from tests.builders import api_event, lambda_context
from tests.integration.cloud import Reply, handler
from tests.integration.payments.rail_cloud import THEIRS, Railed
from tests.unit.rails import hostile, hostile_messages

MIB = hostile.MIB
MOST_MEMORY = 40 * MIB
"""What taking in a message may need besides the message: far below the function's 1,024 MB."""


def send(road: Railed, body: bytes) -> Reply:
    """Send bytes that need not be text, as the API hands them on."""
    headers = dict(signed([THEIRS], identifier="msg-1", now=road.cloud.clock.now, body=body))
    event: dict[str, Any] = api_event(
        "POST",
        "/rails/{rail}/messages",
        body=base64.b64encode(body).decode(),
        path={"rail": "sct_inst"},
        role=None,
        key=None,
        headers=headers | {"Content-Type": "application/xml"},
    )
    answer = handler("rails/receive")(event | {"isBase64Encoded": True}, lambda_context())
    return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])


def cut(part: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(len(content) * part)]


OF_OURS = hostile_messages.CASES | {
    f"cut off after {part:.1%}": cut(part) for part in (0.01, 0.3, 0.6, 0.999)
}


def test_a_message_of_a_rail_that_was_made_to_harm_is_refused_and_the_next_one_counts(road):
    payment = road.submitted()
    good = road.report(payment, "ACSC")
    before = road.cloud.world()
    starts = list(road.cloud.machines.started)
    tracemalloc.start()
    answers = {}
    try:
        for name, change in OF_OURS.items():
            body = change(good)
            tracemalloc.reset_peak()
            resting = tracemalloc.get_traced_memory()[0]
            answers[name] = send(road, body)
            extra = tracemalloc.get_traced_memory()[1] - resting
            # The event, its base64 and the bytes are there before anything of ours runs.
            assert extra < MOST_MEMORY + 4 * len(body), f"{name}: {extra // MIB} MiB"
    finally:
        tracemalloc.stop()
    assert {n: a.text for n, a in answers.items() if not 400 <= a.status < 500} == {}
    assert {answers[name].status for name in ("100 MB", "too many elements")} == {413}
    assert all(answer.code and "passwd" not in answer.text for answer in answers.values())
    assert road.cloud.world() == before
    assert road.cloud.machines.started == starts
    assert road.settle(good) == ["completed"]


@pytest.mark.parametrize(
    "name",
    [
        "billion laughs", "quadratic blow-up", "external entity", "parameter entity in UTF-16",
        "external DTD", "undefined entity", "depth 10,000", "a million elements",
        "an enormous name", "UTF-7", "undeclared UTF-7", "EBCDIC", "UTF-32",
        "UTF-16 without its mark", "UTF-16 declared, ASCII sent", "overlong UTF-8", "NUL",
        "XInclude", "a style sheet",
    ],
)  # fmt: skip
def test_hostile_xml_of_no_kind_of_ours_is_refused_and_kept_out(road, name):
    make, _, _ = hostile.CASES[name]
    answer = send(road, make())
    assert 400 <= answer.status < 500, answer.text
    assert road.cloud.items("Rails") == []
    assert road.cloud.machines.started == []


def test_a_hostile_message_that_nobody_signed_is_not_even_read(road):
    body = hostile.laughs()
    event = api_event(
        "POST",
        "/rails/{rail}/messages",
        body=base64.b64encode(body).decode(),
        path={"rail": "sct_inst"},
        role=None,
        key=None,
        headers={"Content-Type": "application/xml"},
    )
    answer = handler("rails/receive")(event | {"isBase64Encoded": True}, lambda_context())
    assert answer["statusCode"] == 401
