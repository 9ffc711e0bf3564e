"""Nothing personal, and no token, gets out of its sealed place: into no log, metric or table."""

import json

import pytest

from remit.identity.sweep import ChecksLeft
from remit.kernel.clock import DAY, MINUTE
from tests.builders import function, lambda_context
from tests.integration.identity.scenes import TABLES, Scene
from tests.integration.identity.test_functions import call, call_back, deployed
from tests.unit.identity.made import KEY, answer, signed

__all__ = ["deployed"]

CANARIES = {
    "name": "Zebedee Quartermaine",
    "birth_date": "1971-02-29",
    "document_number": "CANARY7701",
    "document_type": "canary-passport",
}
TOKEN = "canary-task-token-AAAAKgAAAAIAAA"
WORDS = [*CANARIES.values(), TOKEN, "canary reason", "whsec_"]


def tell(scene: Scene) -> list[str]:
    """Tell the context everything, in every way that goes well or badly; the answers to clients."""
    said = []
    number = CANARIES["document_number"]
    person = {name: text for name, text in CANARIES.items() if name != "document_number"}

    def begin(attempt: int, ending: str = "") -> None:
        scene.begin(number[:-2] + (ending or number[-2:]), attempt=attempt, token=TOKEN, **person)

    for attempt, ending in enumerate(["", "02", "03", "04", "05"], start=1):
        begin(attempt, ending)
    call_back(scene, 1)
    for outcome in ("clear", "mismatch"):
        more = {"reasons": ["canary reason"], "reference": scene.check(2).reference}
        body = answer(scene.id(2), outcome, more=CANARIES["name"], **more)
        said += [
            json.dumps(call(signed(body, *keys, at=scene.clock.now), body.decode()))
            for keys in ([KEY], [])
        ]
    hostile = answer(CANARIES["name"], CANARIES["name"])
    said.append(json.dumps(call(signed(hostile, KEY), hostile.decode())))
    said.append(json.dumps(call(signed(b"x", KEY), "x", provider="canary-path\n")))
    scene.provider.trouble = ["request"] * 3
    begin(6)
    scene.clock.now += 2 * MINUTE
    scene.tasks.trouble = ["request"] * 9
    with pytest.raises(ChecksLeft):
        function("identity/sweep").handler({}, lambda_context(58_000))
    scene.tasks.trouble = []
    scene.erase(keep_until=scene.clock.now + 9 * DAY)
    scene.clock.now += DAY
    said.append(json.dumps(function("identity/sweep").handler({}, lambda_context(58_000))))
    return said


def test_canaries_are_found_nowhere_but_in_their_sealed_place(deployed: Scene, log):
    said = tell(deployed)
    lines = log()
    assert len(lines) > 10
    tables = [repr(item) for table in TABLES for item in deployed.database.items(table)]
    assert len(tables) > 15
    opened = deployed.attestation(2)
    assert CANARIES["name"] in opened.document
    assert "canary-path" not in json.dumps(lines)
    for text in [*said, *map(json.dumps, lines), *tables]:
        for word in WORDS:
            assert word not in text


def test_what_a_machine_is_told_is_an_outcome_and_an_id(deployed: Scene):
    tell(deployed)
    for _, result in deployed.tasks.told:
        assert set(result) == {"status", "check"}
        assert result["check"].startswith("chk_")
