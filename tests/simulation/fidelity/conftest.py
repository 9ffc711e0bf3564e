"""One place of each kind for all cases: `there`. Cases say what AWS's documentation says.

AWS itself is asked when `REMIT_FIDELITY_AWS=1`, as the profile that `REMIT_FIDELITY_PROFILE` names
(otherwise `default`): it makes two tables, and deletes them at the end.
"""

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import cloud
from tests.simulation.fidelity.differences import DIFFERENCES
from tests.simulation.fidelity.places import Place, Served, Store

TEMPLATE = Path(__file__).parents[2] / "contract" / "fixture" / "template.yaml"
FOLDER = str(Path(__file__).parent)
REGION = "eu-west-1"

PLACES = ["store", "engine", *(["aws"] if os.environ.get("REMIT_FIDELITY_AWS") == "1" else [])]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if str(item.path).startswith(FOLDER):
            item.add_marker(pytest.mark.xdist_group("fidelity"))
            _expect_difference(item)


def _expect_difference(item: Any) -> None:
    """Where the engine is known to differ, the case must fail there; else the table is stale."""
    name = item.name.replace("[engine]", "").replace("[engine-", "[")
    place = item.callspec.params.get("place") if hasattr(item, "callspec") else None
    if place != "engine" or name not in DIFFERENCES:
        return
    case = item.obj

    @functools.wraps(case)
    def differs(**fixtures: Any) -> None:
        try:
            case(**fixtures)
        except (AssertionError, ClientError, pytest.fail.Exception):
            return
        raise AssertionError(f"the engine agrees by now: take {name} out of DIFFERENCES")

    item.obj = differs


@pytest.fixture(scope="session", params=PLACES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """One place after the other; the engine's cloud runs for all cases."""
    if request.param == "store":
        yield Store()
    elif request.param == "engine":
        with cloud.running(template=TEMPLATE) as here:
            made = Served("engine", here.client("dynamodb"), here.client("dynamodbstreams"))
            with made.tables() as served:
                yield served
    else:
        with _aws().tables() as served:
            yield served


def _aws() -> Served:
    import boto3

    # A profile that is named goes before the credentials that open nothing.
    profile = os.environ.get("REMIT_FIDELITY_PROFILE", "default")
    session = boto3.Session(profile_name=profile, region_name=REGION)
    return Served("aws", session.client("dynamodb"), session.client("dynamodbstreams"))


@pytest.fixture
def there(place: Place) -> Place:
    return place


@pytest.fixture
def pk(request: pytest.FixtureRequest) -> str:
    """A partition of the case's own."""
    import uuid

    return f"{request.node.originalname}-{uuid.uuid4().hex[:8]}"
