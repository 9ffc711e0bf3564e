"""One local cloud with the fixture's backend, for all contract tests."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cloud
from local.cloud import Cloud

FIXTURE = Path(__file__).parent / "fixture"
PATIENCE_SECONDS = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.xdist_group("contract"))


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fixture's source, which a test may edit."""
    return shutil.copytree(FIXTURE, tmp_path_factory.mktemp("backend") / "source")


@pytest.fixture(scope="session")
def here(backend: Path) -> Iterator[Cloud]:
    with cloud.running(template=backend / "template.yaml") as started:
        yield started


@pytest.fixture(scope="session")
def things(here: Cloud) -> str:
    return here.outputs["ThingsName"]


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Ask until there is an answer that is true, and return it; fails after a while."""

    def ask(question: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := question()):
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.05)
        return answer

    return ask


@pytest.fixture(scope="session")
def times_seen(here: Cloud) -> Callable[[str], int]:
    """How often the fixture's consumers saw a thing."""

    def look(what: str) -> int:
        item = here.client("dynamodb").get_item(
            TableName=here.resources["Seen"], Key={"pk": {"S": what}}
        )
        return int(item.get("Item", {}).get("times", {"N": "0"})["N"])

    return look
