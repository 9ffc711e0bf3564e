"""Which ports a local cloud listens on, and who sits on one that is taken. Loopback only."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

HOST = "127.0.0.1"
GATEWAY = ("REMIT_PORT", 8700)
ENGINE = ("REMIT_ENGINE_PORT", 8701)
IDENTITY = ("REMIT_IDENTITY_PORT", 0)  # nobody but ourselves calls there: any port will do
SCHEME = ("REMIT_SCHEME_PORT", 0)
TCP_LISTEN = "0A"
HIGHEST = 65535


class PortUnusable(Exception):
    """A port is taken or not a port number; the message says how to choose another."""


def chosen(choice: tuple[str, int]) -> int:
    """The port that the environment names, or the default."""
    variable, default = choice
    text = os.environ.get(variable, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST):
        raise PortUnusable(f"{variable}={text} is not a port (1-{HIGHEST})")
    return int(text)


def chosen_or_free(choice: tuple[str, int]) -> int:
    """The port that the environment names; 0, which the system turns into a free one, if none."""
    return chosen(choice) if choice[0] in os.environ else 0


def free() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, variable: str) -> None:
    """Raise `PortUnusable`, with the holder's name where it can be known, if `port` is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise PortUnusable(
                f"port {port} is in use by {holder(port) or 'another program'}; "
                f"choose another: {variable}={port + 10}"
            ) from taken


def holder(port: int) -> str | None:
    """Who listens on `port`, as `name (pid 123)`, if the system tells."""
    if Path("/proc/net/tcp").exists():
        return _holder_from_proc(port)
    if lsof := shutil.which("lsof"):
        done = subprocess.run(
            [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"],
            capture_output=True,
            text=True,
            check=False,
        )
        fields = {line[:1]: line[1:] for line in done.stdout.splitlines()}
        return f"{fields['c']} (pid {fields['p']})" if {"c", "p"} <= set(fields) else None
    return None


def _holder_from_proc(port: int) -> str | None:
    inodes = {
        f"socket:[{fields[9]}]"
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for fields in map(str.split, Path(table).read_text().splitlines()[1:])
        if fields[3] == TCP_LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port
    }
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(handle.readlink()) in inodes:
                process = handle.parents[1]
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # gone in the meantime, or somebody else's
    return None
