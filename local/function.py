"""A deployed function, and whether its source has changed since it was last looked at."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCAN_SECONDS = 0.1


@dataclass(frozen=True)
class Function:
    """What Lambda knows about a function; its code is run from where it lies."""

    name: str
    resource: str  # its name in the template, which is what people call it
    arn: str
    handler: str
    task_root: Path
    layers: tuple[Path, ...]
    timeout_seconds: int
    memory_mb: int
    environment: dict[str, str]


class Sources:
    """Tells versions of source folders apart, by time and size of their files."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[float, int]] = {}

    def version(self, function: Function) -> int:
        """A number that is another one once the function's code or a layer was edited."""
        return hash(tuple(self._folder(path) for path in (function.task_root, *function.layers)))

    def _folder(self, folder: Path) -> int:
        now = time.monotonic()
        looked_at, version = self._seen.get(folder, (-SCAN_SECONDS, 0))
        if now - looked_at >= SCAN_SECONDS:
            version = hash(frozenset(_files(str(folder))))
            self._seen[folder] = (now, version)
        return version


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
