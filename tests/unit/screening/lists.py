"""Lists for tests: real ones where they lie beside the checkout, small ones of invented names."""

import os
from functools import cache
from pathlib import Path

import pytest

from remit.screening.index import Index, build
from remit.screening.lists import ofac
from remit.screening.model import Entry, Name, entry

_HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("REMIT_SHARED_DATA", _HERE.parents[4] / "shared/data"))

needs_shared_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared test data does not lie beside the checkout"
)


def ofac_files() -> dict[str, bytes]:
    return {name: (SHARED / f"lists/ofac_{name}").read_bytes() for name in ofac.FILES}


@cache
def ofac_entries() -> tuple[Entry, ...]:
    return tuple(ofac.read(ofac_files()))


@cache
def ofac_index() -> Index:
    return Index.load(build(ofac_entries()))


def person(identifier: str, *names: str, **more: object) -> Entry:
    """An individual by its names; the first is the primary one."""
    return listed(identifier, "individual", *names, **more)


def listed(identifier: str, kind: str, *names: str, weak: tuple[str, ...] = (), **more) -> Entry:
    first, *others = names
    return entry(
        source="test",
        id=identifier,
        kind=kind,
        names=(
            Name(text=first, quality="primary"),
            *(Name(text=other, quality="strong") for other in others),
            *(Name(text=one, quality="weak") for one in weak),
        ),
        **more,
    )


def index_of(*entries: Entry) -> Index:
    return Index.load(build(entries))
