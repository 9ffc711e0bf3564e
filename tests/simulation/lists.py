"""The lists that everybody is screened against, in three versions, and their first one in force."""

from functools import cache
from typing import TYPE_CHECKING, Any

from remit.screening.lists.sources import source
from remit.screening.load import load_list
from remit.screening.model import version_of
from remit.screening.store import ScreeningStore
from tests.simulation.applicants import NAMES

if TYPE_CHECKING:
    from tests.simulation.world import World

SOURCE = "pep"
_HEAD = "id,schema,name,aliases,birth_date,countries,dataset"
_OTHERS = tuple(
    f"Q{number},Person,{name},,1950-01-01,zz,simulated"
    for number, name in enumerate(("Hrothgar Umbriel", "Isolde Quintrell", "Baldassare Onofri"))
)
LISTED = {1: {"listed"}, 2: {"listed", "coming"}, 3: {"listed", "coming"}}
"""Who of the applicants is on the list in each of its versions."""

CHANGED = {2: {"listed", "coming"}, 3: set[str]()}
"""Whose entry is new, or another, in a version."""


@cache
def content(version: int) -> bytes:
    """The list's file. Its second version has a new entry and a changed one, its third another."""
    listed = "Q100,Person,{},{},1960-02-03,zz,simulated"
    lines = [_HEAD, *_OTHERS, listed.format(NAMES["listed"], "Otik" if version > 1 else "")]
    if version > 1:
        lines.append(f"Q101,Person,{NAMES['coming']},,1971-05-06,zz,simulated")
    if version > 2:
        lines.append("Q102,Person,Peregrine Osgathorpe,,1940-01-01,zz,simulated")
    return "\n".join([*lines, ""]).encode()


_Asked = tuple[str, str, dict[str, Any]]
_WRITES = ("put_item", "update_item", "transact_write_items", "put_object")
_loaded: dict[int, list[_Asked]] = {}


class _Direct:
    """A client that is answered at once, before the world begins; `asked` gathers what writes."""

    def __init__(self, world: "World", service: str, asked: list[_Asked]) -> None:
        self._world, self._service, self._asked = world, service, asked

    def __getattr__(self, operation: str) -> Any:
        def serve(**parameters: Any) -> Any:
            asked = (self._service, operation, parameters)
            if operation in _WRITES:
                self._asked.append(asked)
            return self._world.services.serve(*asked, 0)

        return serve


def put_in_force(world: "World", version: int) -> None:
    """The list has been loaded before the world begins; in the same way each time."""
    if version in _loaded:
        for asked in _loaded[version]:
            world.services.serve(*asked, 0)
        return
    gathered: list[_Asked] = []
    place: Any = _Direct(world, "dynamodb", gathered), _Direct(world, "s3", gathered)
    store = ScreeningStore.of(*place, table="ScreeningTable", bucket="ListsBucket")
    load_list(store, SOURCE, {"targets.simple.csv": content(version)}, at=world.true_time())
    _loaded[version] = gathered


@cache
def versions() -> dict[str, int]:
    """The number of each version by the id that the product gives it."""
    found = {}
    for number in LISTED:
        entries = source(SOURCE).read({"targets.simple.csv": content(number)})
        found[version_of({one.id: one.hash for one in entries})] = number
    return found


def upload(world: "World", version: int) -> None:
    """Somebody uploads a version; S3 tells of it when all is there."""
    prefix = f"lists/{SOURCE}/{version}"
    files = {"targets.simple.csv": content(version), "complete": b""}
    for name, content_ in files.items():
        asked = {"Bucket": "ListsBucket", "Key": f"{prefix}/{name}", "Body": content_}
        world.services.serve("s3", "put_object", asked, 0)
    world.fabric.created("ListsBucket", f"{prefix}/complete")
