"""A running local cloud, for tests and programs.

with cloud.running() as here:
    httpx.get(f"{here.url}/payments", headers=here.authorization("acme", "client"))
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local import ports
from local.home import REPOSITORY, TEMPLATE, Home
from local.issuer import Issuer

START_SECONDS = 90
STOP_SECONDS = 10
POLL_SECONDS = 0.02
ABANDONED_SECONDS = 86_400
LOG_TAIL = 40


class CloudFailed(Exception):
    """The cloud did not come up, or did not go down; the message says what it said."""


@dataclass(frozen=True)
class Cloud:
    """What a cloud says about itself, and ways to reach it."""

    home: Home
    told: dict[str, Any]

    @property
    def url(self) -> str:
        """Where the API is, with its version: `http://127.0.0.1:8700/v1`."""
        return str(self.told["url"])

    @property
    def site(self) -> str:
        """The same without the version: `/docs` and the issuer's documents are there."""
        return str(self.told["site"])

    @property
    def scheme(self) -> str:
        """Where the scheme of instant payments is, and can be steered (`local.scheme.control`)."""
        return str(self.told["scheme"])

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return str(self.told["endpoint"])

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return dict(self.told["outputs"])

    @property
    def resources(self) -> dict[str, str]:
        """The names in the cloud, by the names in the template: `PaymentsTable`, …"""
        return dict(self.told["resources"])

    @property
    def functions(self) -> dict[str, str]:
        """The functions' names in the cloud, by the names in the template."""
        return dict(self.told["functions"])

    @property
    def handlers(self) -> dict[str, str]:
        """The names in the template, by where the code is: `payments/initiate`."""
        return dict(self.told["handlers"])

    @property
    def environment(self) -> dict[str, str]:
        """The `AWS_…` variables that lead any AWS client here."""
        return dict(self.told["aws"])

    @property
    def logs(self) -> Path:
        """The folder with `<Function>.log` for each function, and `engine.log`."""
        return self.home.logs

    @property
    def pid(self) -> int:
        return int(self.told["pid"])

    def client(self, service: str) -> Any:
        """The boto3 client of a service, leading here."""
        return self._clients(service)

    @cached_property
    def _clients(self) -> Any:
        from local.clients import clients  # boto3 takes a tenth of a second

        return clients(self.endpoint)

    def token(self, tenant: str, role: str, subject: str | None = None) -> str:
        """An access token of the local issuer, valid for a day."""
        return self._issuer.token(tenant, role, subject=subject)

    def authorization(self, tenant: str, role: str) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(tenant, role)}"}

    @cached_property
    def _issuer(self) -> Issuer:
        return Issuer(self.site, self.home.key_file)


def attach(home: Home) -> Cloud | None:
    """The cloud that runs in `home`, or None."""
    told = home.described()
    return Cloud(home, told) if told and _alive(told["pid"]) else None


@contextmanager
def running(
    port: int | None = None,
    engine_port: int | None = None,
    *,
    template: Path = TEMPLATE,
    folder: Path | None = None,
) -> Iterator[Cloud]:
    """Run a whole cloud of one's own, on free ports unless told; it ends with the block.

    Its files are in a new folder that goes away with it, or in `folder`, which stays. It also ends
    when this process does, however that happens. Raises `CloudFailed` when it does not come up.
    """
    base = REPOSITORY / ".local"
    base.mkdir(exist_ok=True)
    _clear_away(base)
    home = Home(folder or Path(tempfile.mkdtemp(prefix="run-", dir=base)))
    process = spawn(
        home, template, port or ports.free(), engine_port or ports.free(), with_parent=True
    )
    try:
        yield wait_until_ready(home, process)
    finally:
        _end(process)
        if folder is None:
            shutil.rmtree(home.folder, ignore_errors=True)


def spawn(
    home: Home, template: Path, port: int, engine_port: int, *, with_parent: bool
) -> subprocess.Popen[bytes]:
    """Start a supervisor: for as long as this process lives, or detached from it."""
    home.folder.mkdir(parents=True, exist_ok=True)
    options = [f"home={home.folder}", f"template={template}"]
    options += [f"port={port}", f"engine_port={engine_port}"]
    if with_parent:
        options.append("watch=input")
    with (home.folder / "supervisor.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local", "serve", *options],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE if with_parent else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C is for us to act on
        )


def wait_until_ready(home: Home, process: subprocess.Popen[bytes]) -> Cloud:
    """Wait until the API answers; raises `CloudFailed` with the supervisor's last words."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        told = home.described()
        if told and told["pid"] == process.pid:
            return Cloud(home, told)
        if process.poll() is not None:
            raise CloudFailed(_last_words(home))
        time.sleep(POLL_SECONDS)
    _end(process)
    raise CloudFailed(f"not up after {START_SECONDS} s\n{_last_words(home)}")


def stop(cloud: Cloud) -> None:
    """End a detached cloud, and wait until it is gone."""
    os.kill(cloud.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(cloud.pid):
        if time.monotonic() > deadline:
            raise CloudFailed(f"process {cloud.pid} does not end; kill it: kill -9 {cloud.pid}")
        time.sleep(POLL_SECONDS)


def _clear_away(base: Path) -> None:
    """Remove folders of clouds whose process was killed before it could."""
    for folder in base.glob("run-*"):
        told = Home(folder).described()
        dead = told is not None and not _alive(int(told["pid"]))
        if dead or time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _last_words(home: Home) -> str:
    said = [
        path.read_text(errors="replace")
        for path in (home.folder / "supervisor.log", home.logs / "engine.log")
        if path.exists()
    ]
    return "\n".join("\n".join(said).splitlines()[-LOG_TAIL:])
