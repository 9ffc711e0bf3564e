"""What comes from outside to do harm is refused: clearly, fast, in bounded memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from remit.rails.iso20022 import pain001
from remit.rails.iso20022.errors import InvalidMessage, MalformedMessage
from tests.unit.rails import hostile
from tests.unit.rails.files import file

ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 2.0  # of processor time, so that a busy machine is no failure
LIMIT_BYTES = 160 * hostile.MIB


@pytest.mark.parametrize("name", hostile.CASES)
def test_a_hostile_file_is_refused_clearly_and_fast(name):
    make, error, words = hostile.CASES[name]
    content = make()
    start = time.process_time()

    with pytest.raises(error, match=words):
        pain001.parse(content)

    assert time.process_time() - start < LIMIT_SECONDS


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
@pytest.mark.parametrize(
    "name",
    ["100 MB", "a million elements", "faults without number", "a late fault after many siblings"],
)
def test_a_hostile_file_takes_bounded_memory(name):
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.rails.hostile", name],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/remit'}"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert int(done.stdout) < LIMIT_BYTES


def test_no_beginning_of_a_file_is_taken_for_the_whole():
    content = file().encode()

    for end in range(len(content)):
        assert isinstance(hostile.refusal(content[:end]), MalformedMessage), end


def test_a_schema_that_the_message_points_to_is_not_read(tmp_path):
    lax = tmp_path / "lax.xsd"
    lax.write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace='
        f'"{hostile.NAMESPACE}"><xs:element name="Document"/></xs:schema>'
    )
    pointing = file().replace(
        "<Document",
        '<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{hostile.NAMESPACE} {lax.as_uri()}"',
    )

    assert len(pain001.parse(pointing.encode()).items) == 1
    with pytest.raises(InvalidMessage):
        pain001.parse(pointing.replace("<PmtMtd>TRF</PmtMtd>", "").encode())


def test_nothing_of_what_stands_in_a_file_is_repeated():
    canary = "Zq9 Expected is ( Zq9 ): Zq9" * 8  # longer than any text may be
    pieces = file().split("<")
    leaves = [place for place, piece in enumerate(pieces) if not piece.strip().endswith(">")]
    for place in leaves[1:]:
        tag = pieces[place].partition(">")[0]
        spoilt = "<".join([*pieces[:place], f"{tag}>{canary}", *pieces[place + 1 :]])
        error = hostile.refusal(spoilt.encode())
        assert "Zq9" not in f"{error} {error.errors} {error.fields}", tag
