"""Where a local cloud keeps its files. One home belongs to one cloud at a time."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = REPOSITORY / "template.yaml"
REGION = "eu-west-1"
ACCOUNT = "000000000000"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@dataclass(frozen=True)
class Home:
    """A folder: the signing key, logs, scratch space, and what is said about the running cloud."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def scratch(self) -> Path:
        return self.folder / "tmp"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def pid_file(self) -> Path:
        return self.folder / "pid"

    @property
    def env_file(self) -> Path:
        return self.folder / "env"

    @property
    def description(self) -> Path:
        """JSON about the cloud; it is there exactly while the API answers."""
        return self.folder / "cloud.json"

    @property
    def key_file(self) -> Path:
        return self.folder / "issuer-key.json"

    def lay(self) -> None:
        """Make the folders, and empty the logs of the cloud that was here before."""
        for folder in (self.logs, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        for log in self.logs.glob("*.log"):
            log.unlink()

    def described(self) -> dict[str, Any] | None:
        """What the cloud in this home says about itself; None when there is none."""
        try:
            said: dict[str, Any] = json.loads(self.description.read_text())
        except FileNotFoundError:
            return None
        return said

    def forget(self) -> None:
        """Remove what only holds while a cloud runs."""
        for path in (self.description, self.env_file, self.pid_file):
            path.unlink(missing_ok=True)


DEFAULT = Home(REPOSITORY / ".local")


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file that readers see either as it was or complete, never half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(name).chmod(mode)
    Path(name).replace(path)
