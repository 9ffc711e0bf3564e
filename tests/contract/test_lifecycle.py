"""A cloud ends completely: told to, killed, left alone by its parent, or not come up at all."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import cloud, ports
from local.home import Home

Eventually = Callable[..., Any]


def children_of(pid: int) -> set[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = (map(int, row.split()) for row in listed.splitlines())
    return {child for child, parent in pairs if parent == pid}


def running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if _is_running(pid)}


def _is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state) and not state.startswith("Z")


@pytest.fixture
def spawned(backend: Path, tmp_path: Path) -> Any:
    """A cloud, the process that is it, and its children; one function has run."""
    home = Home(tmp_path)
    process = cloud.spawn(
        home, backend / "template.yaml", ports.free(), ports.free(), with_parent=True
    )
    try:
        here = cloud.wait_until_ready(home, process)
        assert httpx.get(f"{here.url}/open").status_code == 200
        children = children_of(process.pid)
        assert len(children) == 2, "the engine and one function"
        yield here, process, children
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def test_a_killed_cloud_takes_its_children_along(spawned, eventually: Eventually):
    here, process, children = spawned
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    eventually(lambda: not running(children), seconds=5)
    assert cloud.attach(here.home) is None


def test_a_cloud_ends_with_its_parent_and_leaves_no_word_behind(spawned):
    here, process, children = spawned
    process.stdin.close()
    assert process.wait(10) == 0
    assert not running(children)
    assert here.home.described() is None
    assert not here.home.env_file.exists()
    assert not here.home.pid_file.exists()


def test_a_cloud_whose_engine_ends_stops_and_says_so(spawned, eventually: Eventually):
    here, process, children = spawned
    engine = min(children)
    os.kill(engine, signal.SIGKILL)
    assert process.wait(10) == 1
    assert "the engine ended" in (here.home.folder / "supervisor.log").read_text()


def test_the_folder_of_a_killed_cloud_is_cleared_away_and_no_other(here, tmp_path: Path):
    dead, alive, unknown = (tmp_path / f"run-{name}" for name in ("dead", "alive", "unknown"))
    for folder in (dead, alive, unknown):
        folder.mkdir()
    (dead / "cloud.json").write_text('{"pid": 4194304}')  # more than Linux or macOS hand out
    (alive / "cloud.json").write_text(f'{{"pid": {here.pid}}}')
    cloud._clear_away(tmp_path)
    assert sorted(tmp_path.iterdir()) == [alive, unknown]


def test_only_the_owner_may_read_the_key_and_the_tokens(here):
    for path in (here.home.key_file, here.home.env_file):
        assert path.stat().st_mode & 0o777 == 0o600


def test_two_clouds_do_not_share_a_home(here, backend: Path):
    second = cloud.spawn(
        here.home, backend / "template.yaml", ports.free(), ports.free(), with_parent=False
    )
    assert second.wait(20) == 1
    assert "another local cloud" in (here.home.folder / "supervisor.log").read_text()
    assert httpx.get(f"{here.url}/open").status_code == 200


def test_a_template_that_cannot_be_deployed_fails_at_once_with_the_reason(tmp_path: Path):
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n  Strange: {Type: 'AWS::Nothing::Known', Properties: {}}\n"
    )
    started = time.monotonic()
    unknown = pytest.raises(cloud.CloudFailed, match="AWS::Nothing::Known")
    with unknown, cloud.running(template=tmp_path / "template.yaml"):
        pass
    assert time.monotonic() - started < 20
