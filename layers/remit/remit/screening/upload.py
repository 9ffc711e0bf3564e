"""Uploads of lists: files under one prefix, and a last object that says that they are all there.

`lists/<source>/<upload>/<file>` for each file of the source, then beside them `complete`, which is
empty, or says `accept removals`. Anything else under `lists/` is not heeded.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from remit.kernel.value import value
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.sources import source
from remit.screening.load import load_list
from remit.screening.store import ListVersion, ScreeningStore

ACCEPT_REMOVALS = b"accept removals"
_MARKER = re.compile(r"lists/([a-z]{1,20})/([A-Za-z0-9._-]{1,100})/complete", re.ASCII)
_LONGEST_MARKER = 100


@value
class Upload:
    """A finished upload: whose list, and under which prefix its files are."""

    source: str
    prefix: str

    @property
    def marker(self) -> str:
        """The key of the object that finished it."""
        return f"{self.prefix}/complete"


def finished(key: str) -> Upload | None:
    """The upload that the object `key` finishes, None when it is another object."""
    found = _MARKER.fullmatch(key)
    return Upload(source=found[1], prefix=key.rpartition("/")[0]) if found else None


def load_upload(store: ScreeningStore, upload: Upload, *, at: int) -> ListVersion:
    """Put the uploaded list in force; raises as `load_list` does.

    An upload that was in force is not put in force again, whatever came after it.
    """
    wanted = source(upload.source)
    done = store.loaded_by(upload.source, upload.prefix)
    if done is not None:
        return done
    content, uploaded_at = store.get_dated(upload.marker)
    marker = content.strip()
    if marker not in (b"", ACCEPT_REMOVALS):
        shown = len(marker[:_LONGEST_MARKER])
        raise MalformedList(f"complete: {shown} bytes that are not `{ACCEPT_REMOVALS.decode()}`")
    parts: Mapping[str, bytes] = {
        name: store.get(f"{upload.prefix}/{name}") for name in wanted.files
    }
    return load_list(
        store,
        upload.source,
        parts,
        at=at,
        by=upload.prefix,
        uploaded_at=uploaded_at,
        accept_removals=marker == ACCEPT_REMOVALS,
    )


def uploaded(notification: Mapping[str, Any]) -> list[str]:
    """The keys of the objects that S3 tells of; its message that it could tell has none."""
    records = notification.get("Records", [])
    return [unquote_plus(record["s3"]["object"]["key"]) for record in records]
