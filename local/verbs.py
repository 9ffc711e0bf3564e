"""The verbs that start, stop and describe the local cloud of this checkout."""

import fcntl
import subprocess
import sys
import time
from pathlib import Path

from local import cloud, ports, supervisor
from local.deploy import DeploymentFailed
from local.home import DEFAULT, TEMPLATE, Home
from local.issuer import ROLES
from local.options import Misused, options
from local.plan import Plan
from local.ports import PortUnusable
from local.seed import DEMO, OTHER

FOREGROUND = "--foreground"
WAIT_SECONDS = 90


def up(arguments: list[str]) -> int:
    """Start the cloud, unless it runs; returns once the API answers."""
    stays = FOREGROUND in arguments
    options([word for word in arguments if word != FOREGROUND])
    if _taken(DEFAULT):
        return _already_up()
    try:
        port, engine_port = ports.chosen(ports.GATEWAY), ports.chosen(ports.ENGINE)
        ports.require_free(port, ports.GATEWAY[0])
        ports.require_free(engine_port, ports.ENGINE[0])
    except PortUnusable as unusable:
        return _fail(str(unusable))
    if stays:
        plan = Plan(DEFAULT, TEMPLATE, port, engine_port)
        return _serve(plan, watch_input=False)
    started = time.monotonic()
    process = cloud.spawn(DEFAULT, TEMPLATE, port, engine_port, with_parent=False)
    try:
        here = cloud.wait_until_ready(DEFAULT, process)
    except cloud.CloudFailed as failed:
        return _already_up() if _taken(DEFAULT) else _fail(str(failed))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    print(f"up in {time.monotonic() - started:.1f} s\n{_described(here)}")
    return 0


def down(arguments: list[str]) -> int:
    """Stop the cloud; that none runs is as good."""
    options(arguments)
    here = cloud.attach(DEFAULT) if _taken(DEFAULT) else None
    if here is None:
        print("the local cloud is not running")
        return 0
    cloud.stop(here)
    print("stopped")
    return 0


def status(arguments: list[str]) -> int:
    """Say whether the cloud runs; the exit code is 3 when it does not."""
    options(arguments)
    here = cloud.attach(DEFAULT) if _taken(DEFAULT) else None
    if here is None:
        print("the local cloud is not running; start it: make up")
        return 3
    print(_described(here))
    if TEMPLATE.stat().st_mtime > here.home.description.stat().st_mtime:
        print("template.yaml is newer than what runs: make down up")
    return 0


def token(arguments: list[str]) -> int:
    """Print an access token for the running cloud."""
    given = options(arguments, "tenant", "role", "subject")
    here = cloud.attach(DEFAULT)
    if here is None:
        return _fail("the local cloud is not running; start it: make up")
    role = given.get("role", "client")
    if role not in ROLES:
        raise Misused(f"role={role}: there are {', '.join(ROLES)}")
    print(here.token(given.get("tenant", DEMO.name), role, given.get("subject")))
    return 0


def serve(arguments: list[str]) -> int:
    """Be a cloud until told to stop: what `up` and `cloud.running` start."""
    given = options(arguments, "home", "template", "port", "engine_port", "watch")
    plan = Plan(
        Home(Path(given["home"])),
        Path(given["template"]),
        int(given["port"]),
        int(given["engine_port"]),
    )
    return _serve(plan, watch_input="watch" in given)


def _serve(plan: Plan, *, watch_input: bool) -> int:
    try:
        return supervisor.serve(plan, ready=_say_ready, watch_input=watch_input)
    except supervisor.AlreadyRunning:
        return _fail("another local cloud runs here")
    except subprocess.CalledProcessError as failed:
        return _fail(f"the template was not expanded:\n{failed.stderr}")
    except (PortUnusable, supervisor.PartFailed, DeploymentFailed) as failed:
        return _fail(str(failed))


def _say_ready(plan: Plan) -> None:
    if here := cloud.attach(plan.home):
        print(_described(here), flush=True)


def _described(here: cloud.Cloud) -> str:
    return (
        f"  API      {here.url}\n"
        f"  docs     {here.site}/docs\n"
        f"  engine   {here.endpoint}\n"
        f"  tenants  {DEMO.name}, {OTHER.name} (tokens: {here.home.env_file})\n"
        f"  logs     {here.logs} (make logs)\n"
        f"  pid      {here.pid} (make down)"
    )


def _taken(home: Home) -> bool:
    """Whether a supervisor holds this home, be it ready or not."""
    if not home.lock.exists():
        return False
    with home.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _already_up() -> int:
    """Another `up` was first: wait for its cloud, and say where it is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while _taken(DEFAULT) and time.monotonic() < deadline:
        if here := cloud.attach(DEFAULT):
            print(f"already running\n{_described(here)}")
            return 0
        time.sleep(cloud.POLL_SECONDS)
    return _fail("a local cloud was starting here, but did not come up")


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
