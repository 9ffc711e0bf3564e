"""What others send to harm a reader of any message is refused: clearly, fast, in bounded memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from remit.kernel.errors import Rejection
from remit.rails.iso20022.errors import (
    InvalidMessage,
    MalformedMessage,
    MessageTooLarge,
    UnsupportedMessage,
)
from tests.unit.rails import hostile, hostile_messages
from tests.unit.rails.examples import BUILT, READERS
from tests.unit.rails.hostile_messages import CASES, FLOODS, refusal

ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 5.0  # of processor time, so that a busy machine is no failure
LIMIT_BYTES = 320 * hostile.MIB

MESSAGES = sorted(READERS)


# A header's own element is its body, so that these are only unknown elements, which say nothing.
HARMLESS = {("head.001.001.02", "as deep as can be"), ("head.001.001.02", "two bodies")}


@pytest.mark.parametrize(
    ("message", "case"), sorted({(m, c) for m in MESSAGES for c in CASES} - HARMLESS)
)
def test_a_hostile_message_is_refused_clearly_and_fast(message, case):
    content = CASES[case](BUILT[message])
    start = time.process_time()

    error = refusal(message, content)

    assert isinstance(error, Rejection)
    assert 400 <= error.status < 500
    assert str(error)
    assert time.process_time() - start < LIMIT_SECONDS


@pytest.mark.parametrize("message", MESSAGES)
def test_the_greatest_dangers_are_called_by_their_name(message):
    def error(case: str) -> Rejection:
        return refusal(message, CASES[case](BUILT[message]))

    assert isinstance(error("100 MB"), MessageTooLarge)
    assert "a DOCTYPE is not allowed" in str(error("an entity bomb in it"))
    assert "a DOCTYPE is not allowed" in str(error("an external entity in it"))
    assert isinstance(error("too deep"), MalformedMessage | InvalidMessage | MessageTooLarge)
    assert isinstance(error("wrongly declared"), MalformedMessage)
    assert isinstance(error("no message"), UnsupportedMessage)


@pytest.mark.parametrize("message", MESSAGES)
def test_no_beginning_of_a_message_is_taken_for_the_whole(message):
    content = BUILT[message]

    for end in range(0, len(content) - 1, 7):
        # A stream is asked what it is before it is known where it ends, so it may say either.
        assert isinstance(refusal(message, content[:end]), Rejection), end
    assert isinstance(refusal(message, content[:-1]), MalformedMessage)


@pytest.mark.parametrize("message", MESSAGES)
def test_nothing_of_what_stands_in_a_message_is_repeated(message):
    canary = "Zq9 Expected is ( Zq9 ): Zq9" * 90  # longer than any text may be
    pieces = BUILT[message].decode().split("<")
    leaves = [
        place
        for place, piece in enumerate(pieces)
        if not piece.endswith(">") and piece[:1] not in ("/", "?", "")
    ]
    assert len(leaves) > 4
    for place in leaves:
        tag = pieces[place].partition(">")[0]
        spoilt = "<".join([*pieces[:place], f"{tag}>{canary}", *pieces[place + 1 :]])
        error = refusal(message, spoilt.encode())
        assert isinstance(error, InvalidMessage), tag
        assert "Zq9" not in f"{error} {error.errors} {error.fields}", tag
        assert tag.split()[0] in error.errors[0]["pointer"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_takes_bounded_memory(flood):
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.rails.hostile_messages", flood],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/remit'}"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert int(done.stdout) < LIMIT_BYTES
    assert hostile_messages.FLOODS[flood]
