"""One local cloud with the real backend, for all workflow tests, and callers of its API."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from local import cloud
from local.cloud import Cloud
from local.demo.client import Client
from local.demo.story import Story

CONNECTIONS = 64


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.xdist_group("workflows"))


@pytest.fixture(scope="session")
def here() -> Iterator[Cloud]:
    with cloud.running() as started:
        yield started


@pytest.fixture(scope="session")
def http(here: Cloud) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    with httpx.Client(base_url=here.url, timeout=60, limits=limits) as client:
        yield client


@pytest.fixture(scope="session")
def caller(here: Cloud, http: httpx.Client) -> Callable[[str, str], Client]:
    return lambda tenant, role: Client(http, here.token(tenant, role))


@pytest.fixture
def story(here: Cloud, caller: Callable[[str, str], Client]) -> Story:
    """Callers of two tenants, and no account yet."""
    return Story(
        operator=caller("acme", "operator"),
        second=caller("acme", "operator"),
        client=caller("acme", "client"),
        other_operator=caller("globex", "operator"),
        other=caller("globex", "client"),
        tell=lambda _: None,
        publish=lambda _: None,
        scheme=here.scheme,
    )
