"""The process that is the local cloud: it starts every part, watches them, and takes them along.

It ends on SIGTERM, Ctrl-C, the end of its standard input when asked to watch that, or when a part
fails; nothing it started outlives it, even when it is killed.
"""

import asyncio
import fcntl
import json
import os
import resource
import signal
import sys
import threading
import urllib.request
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from local import api, deploy, identity_provider, lists, wire
from local.environment import CHILD
from local.expand import engine_python, expand
from local.gateway import LIMITS, Gateway
from local.home import REGION, write_whole
from local.issuer import Issuer
from local.pages import pages
from local.plan import Plan
from local.pool import Pool
from local.ports import ENGINE, GATEWAY, HOST, IDENTITY, SCHEME, chosen_or_free, require_free
from local.scheme import server as scheme
from local.seed import DEMO, OTHER, seed
from local.streams import Engine, Mapping
from local.wire import Request, Response

ENGINE_SECONDS = 30
STAGE = "v1"
BIC = "REMTDEFFXXX"
FILES = 4096


class AlreadyRunning(Exception):
    """Another cloud lives in this home."""


class PartFailed(Exception):
    """Something that the cloud cannot do without has ended."""


class Supervisor:
    """Runs one cloud from `start` to `stop`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.issuer = Issuer(plan.site, plan.home.key_file)
        self.pool = Pool(plan.home.logs)
        self.gateway: Gateway | None = None
        self.identity = identity_provider.Simulator(identity_provider.Terms())
        self.scheme = scheme.Simulator(scheme.agreed(), ours=BIC, member=f"{plan.site}/{STAGE}")
        self.scheme_site = ""
        self.stopping = asyncio.Event()
        self._failure: str | None = None
        self._watched: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Bring everything up; when this returns, the API answers."""
        invoke_api = await self.pool.serve()
        await wire.serve(self._answer, port=self.plan.port, limits=LIMITS, refuse=self._cannot_read)
        await self._start_engine("{}:{}".format(*invoke_api.sockets[0].getsockname()))
        self.scheme_site = await self.scheme.serve(chosen_or_free(SCHEME))
        values = {
            "Issuer": self.plan.site,
            "JwksUrl": f"{self.plan.site}/.well-known/jwks.json",
            "IdentityUrl": await self.identity.serve(chosen_or_free(IDENTITY)),
            "IdentityProvider": identity_provider.NAME,
            "Bic": BIC,
            **scheme.addresses(self.scheme_site),
        }
        template, _ = await asyncio.gather(
            asyncio.to_thread(expand, self.plan.template, {**deploy.LOCAL_PARAMETERS, **values}),
            self._engine_answers(),
        )
        deployed = await asyncio.to_thread(self._deploy, template, values)
        self._open(template, values, deployed)
        await asyncio.to_thread(self._seed_lists, deployed)
        self._describe(deployed)

    def _deploy(self, template: dict[str, Any], values: dict[str, str]) -> deploy.Deployed:
        from local.clients import clients

        give = clients(self.plan.endpoint)
        deployed = deploy.deploy(
            template,
            root=self.plan.template.resolve().parent,
            parameters=deploy.parameters_of(template, values),
            environment={
                **self.plan.aws,
                "ISSUER": values["Issuer"],
                "JWKS_URL": values["JwksUrl"],
                "API_URL": f"{self.plan.site}/{STAGE}",
                "STAGE": "local",
                "SANDBOX": "true",
            },
            clients=give,
        )
        seed(deployed.resources, give("dynamodb"))
        identity_provider.introduce(self.identity.terms, deployed.resources, give("secretsmanager"))
        scheme.introduce(self.scheme.terms, deployed.resources, give("secretsmanager"))
        return deployed

    def _seed_lists(self, deployed: deploy.Deployed) -> None:
        from local.clients import clients

        lists.seed(deployed.resources, clients(self.plan.endpoint))

    def _open(
        self, template: dict[str, Any], values: dict[str, str], deployed: deploy.Deployed
    ) -> None:
        self.pool.add(deployed.functions)
        name_of = {each.resource: each.name for each in deployed.functions}
        described = api.read(template, deploy.parameters_of(template, values))
        gateway = Gateway(
            described, lambda resource, event: self.pool.invoke(name_of[resource], event), {}
        )
        url = f"{self.plan.site}/{described.stage}"

        async def openapi() -> Response:
            return await gateway.handle(Request("GET", f"/{described.stage}/openapi.json", []))

        gateway.pages.update(pages(self.issuer, url, openapi))
        self.gateway = gateway
        for properties in deployed.streams:
            engine = Engine(self.plan.endpoint, REGION)
            mapping = Mapping(properties, engine=engine, pool=self.pool)
            self._watch("the stream reader", mapping.run())

    async def _start_engine(self, pool: str) -> None:
        plan = self.plan
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **plan.aws,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(plan.engine_port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_REGION": REGION,
            "REMIT_POOL": pool,
            "TMPDIR": str(plan.home.scratch),
        }
        with (plan.home.logs / "engine.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(engine_python(), "-P", CHILD, str(os.getpid()), CHILD.with_name("engine.py")),
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._engine = process

        async def ended() -> None:
            await process.wait()

        self._watch("the engine", ended())

    async def _engine_answers(self) -> None:
        health = f"{self.plan.endpoint}/_ministack/health"
        async with asyncio.timeout(ENGINE_SECONDS):
            while not self.stopping.is_set():
                try:
                    await asyncio.to_thread(_fetch, health)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    return
        raise PartFailed(self._failure or "told to stop")

    def _watch(self, what: str, part: Coroutine[Any, Any, None]) -> None:
        """Run a part that must not end; when it does, the cloud stops."""

        async def guarded() -> None:
            try:
                await part
                self._failure = self._failure or f"{what} ended"
            except Exception as error:  # noqa: BLE001  whatever it was, it is reported
                self._failure = self._failure or f"{what} failed: {error!r}"
            self.stopping.set()

        self._watched.add(asyncio.create_task(guarded()))

    async def _answer(self, request: Request) -> Response:
        if self.gateway:
            return await self.gateway.handle(request)
        return Response(503, [("Content-Type", "text/plain"), ("Retry-After", "1")], b"starting\n")

    def _cannot_read(self, status: int) -> Response:
        return self.gateway.unreadable(status) if self.gateway else wire.bare(status)

    def _describe(self, deployed: deploy.Deployed) -> None:
        assert self.gateway is not None  # noqa: S101  it was just opened
        home, url = self.plan.home, f"{self.plan.site}/{self.gateway.api.stage}"
        told = {
            "pid": os.getpid(),
            "site": self.plan.site,
            "scheme": self.scheme_site,
            "url": url,
            "endpoint": self.plan.endpoint,
            "template": str(self.plan.template.resolve()),
            "outputs": deployed.outputs,
            "resources": deployed.resources,
            "functions": {each.resource: each.name for each in deployed.functions},
            "handlers": {
                f"{each.task_root.name}/{each.handler.partition('.')[0]}": each.resource
                for each in deployed.functions
            },
            "aws": self.plan.aws,
        }
        lines = {
            "REMIT_URL": url,
            "REMIT_SCHEME_URL": self.scheme_site,
            "REMIT_TOKEN": self.issuer.token(DEMO.name, "operator"),
            "REMIT_TOKEN_CLIENT": self.issuer.token(DEMO.name, "client"),
            "REMIT_TOKEN_OTHER": self.issuer.token(OTHER.name, "client"),
            **self.plan.aws,
            "REMIT_PID_FILE": str(home.pid_file),
        }
        write_whole(home.pid_file, f"{os.getpid()}\n")
        env = "".join(f"{name}={value}\n" for name, value in lines.items())
        write_whole(home.env_file, env, mode=0o600)
        write_whole(home.description, json.dumps(told, indent=1))

    async def stop(self) -> None:
        """End every part. Safe at any moment after the object was made."""
        self.plan.home.forget()
        for task in self._watched:
            task.cancel()
        await self.identity.close()
        await self.scheme.close()
        await self.pool.close()
        if engine := getattr(self, "_engine", None):
            with suppress(ProcessLookupError):
                engine.kill()  # its state is in memory: there is nothing to save
            await engine.wait()

    @property
    def failure(self) -> str | None:
        return self._failure


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  loopback
        return bytes(answer.read())


def serve(plan: Plan, *, ready: Callable[[Plan], None], watch_input: bool) -> int:
    """Be the cloud until told to stop; returns the exit code. Holds the home's lock all along."""
    plan.home.folder.mkdir(parents=True, exist_ok=True)
    with plan.home.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AlreadyRunning(str(plan.home.folder)) from held
        plan.home.forget()
        plan.home.lay()
        require_free(plan.port, GATEWAY[0])
        require_free(plan.engine_port, ENGINE[0])
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = FILES if most == resource.RLIM_INFINITY else min(most, FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
        return asyncio.run(_live(plan, ready, watch_input=watch_input))


async def _live(plan: Plan, ready: Callable[[Plan], None], *, watch_input: bool) -> int:
    supervisor = Supervisor(plan)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stopping.set)
    if watch_input:
        threading.Thread(target=_until_input_ends, args=(loop, supervisor), daemon=True).start()
    starting = asyncio.create_task(supervisor.start())
    told = asyncio.create_task(supervisor.stopping.wait())
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            ready(plan)
            await told
    finally:
        starting.cancel()
        await supervisor.stop()
    if supervisor.failure:
        print(f"the local cloud stops: {supervisor.failure}", file=sys.stderr)
    return 1 if supervisor.failure else 0


def _until_input_ends(loop: asyncio.AbstractEventLoop, supervisor: Supervisor) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    loop.call_soon_threadsafe(supervisor.stopping.set)
