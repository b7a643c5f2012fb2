"""The parent of all that `amity serve` runs: starts it in order, keeps it, stops it in order.

The listening socket is the supervisor's, so that a process that answers can die and come back
without anybody being refused; the embedded servers keep their ports for the same reason.
"""

from __future__ import annotations

import asyncio
import http.client
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from graph.stores.embedded import Child, Folder, Program, ServersError, needs_servers, own, programs
from settings import Settings
from verbs.keeper import WATCH_SECONDS, Keeper
from verbs.listening import Gate, Pulse, listen, url_of

# Together under 3 s; those that answer first, while their stores are still there.
API_STOP_SECONDS = 1.5
SERVERS_STOP_SECONDS = 1.2
READY_SECONDS = 60.0
# It waits for the servers to start and for what is loaded first.
API_START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Service:
    """What is run besides the servers that the settings ask for."""

    app: str  # an application factory, as `module:name`
    announce: Callable[[str], None]  # told the address, once, when it answers
    prepare: tuple[str, ...] | None = None  # a command that has to end well before the API starts


class Supervisor:
    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._folder: Folder | None = None
        self._listening: socket.socket | None = None
        self._preparing: Child | None = None
        self._prepared: asyncio.Future[None] | None = None
        self._servers: list[Keeper] = []
        self._answering: list[Keeper] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._asked_to_stop = 0

    async def run(self) -> None:
        """Until a signal. Raises ServersError when something never came up."""
        with ExitStack() as resources:
            self._obey_signals(asyncio.current_task())
            try:
                await self._start(resources)
                await self._or_failure(asyncio.Event().wait())
            except asyncio.CancelledError:
                if not self._asked_to_stop:
                    raise
            finally:
                await self._stop()

    # --- start ----------------------------------------------------------------------------------

    async def _start(self, resources: ExitStack) -> None:
        self._listening = listening = resources.enter_context(listen(self._settings))
        self._settings = replace(self._settings, port=listening.getsockname()[1])
        if needs_servers(self._settings):
            self._folder = own(self._settings, "serve")
            resources.callback(self._folder.disown)
            self._keep(self._servers, programs(self._settings, self._folder))
        gate = resources.enter_context(Gate())
        self._prepared = preparing = (
            self._prepare()
        )  # both import what they need while the servers start
        fds = (listening.fileno(), gate.waited)
        api = [self._api(number, fds, resources) for number in range(self._settings.workers)]
        self._keep(self._answering, api)
        await self._all_ready(self._servers)
        if self._folder:
            self._folder.announce()
        await self._or_failure(preparing)
        gate.open()
        await self._all_ready(self._answering)
        url = url_of(listening)
        await self._or_failure(_until_ready(url))
        self._service.announce(url)

    def _keep(self, keepers: list[Keeper], wanted: Sequence[Program]) -> None:
        keepers += [Keeper(program, self._remember) for program in wanted]
        self._tasks += [asyncio.create_task(keeper.run()) for keeper in keepers]

    async def _all_ready(self, keepers: list[Keeper]) -> None:
        for keeper in keepers:
            await self._or_failure(keeper.ready.wait())

    def _remember(self, name: str, pid: int) -> None:
        if self._folder:
            self._folder.remember(name, pid)

    def _api(self, number: int, fds: tuple[int, ...], resources: ExitStack) -> Program:
        pulse = resources.enter_context(Pulse())
        fds = (*fds, pulse.beat)
        return Program(
            name=f"api-{number}",
            command=(sys.executable, "-m", "verbs.api", *map(str, fds), self._service.app),
            log=None,
            answers=pulse.felt,
            start_seconds=API_START_SECONDS,
            env=self._settings.env(),
            fds=fds,
        )

    def _prepare(self) -> asyncio.Future[None]:
        """Begun now; awaited when it has to be done."""
        if not self._service.prepare:
            return asyncio.ensure_future(asyncio.sleep(0))
        env = self._settings.env()
        self._preparing = Child(
            Program("prepare", self._service.prepare, None, lambda: True, env=env)
        )
        self._remember("prepare", self._preparing.pid)
        return asyncio.ensure_future(_ended_well(self._preparing))

    async def _or_failure(self, awaited: Awaitable[object]) -> None:
        """Wait, unless a program that is kept gives up first."""
        waiting = asyncio.ensure_future(awaited)
        try:
            done, _ = await asyncio.wait([waiting, *self._tasks], return_when="FIRST_COMPLETED")
            for task in done:
                task.result()
        finally:
            waiting.cancel()

    # --- stop -----------------------------------------------------------------------------------

    def _obey_signals(self, main: asyncio.Task[None] | None) -> None:
        def obey() -> None:
            self._asked_to_stop += 1
            if self._asked_to_stop == 1 and main:
                main.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, obey)

    async def _stop(self) -> None:
        if self._listening:
            self._listening.close()  # refuse newcomers, rather than let them wait for nobody
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._preparing:
            self._preparing.kill()
        if self._prepared:
            self._prepared.cancel()
            await asyncio.gather(self._prepared, return_exceptions=True)
        await self._end(self._answering, API_STOP_SECONDS)
        await self._end(self._servers, SERVERS_STOP_SECONDS)

    async def _end(self, keepers: list[Keeper], seconds: float) -> None:
        """Asked first, then killed: at once for whoever says stop twice."""
        for keeper in keepers:
            keeper.ask_to_stop()
        ends = time.monotonic() + seconds
        while not all(keeper.stopped for keeper in keepers):
            if time.monotonic() > ends or self._asked_to_stop > 1:
                break
            await asyncio.sleep(WATCH_SECONDS)
        for keeper in keepers:
            keeper.kill()


async def _ended_well(child: Child) -> None:
    while child.alive:  # noqa: ASYNC110 - a process sets no event
        await asyncio.sleep(WATCH_SECONDS)
    if child.returncode:
        raise ServersError(f"`{' '.join(child.program.command)}` failed: nothing is served.")


async def _until_ready(url: str) -> None:
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends:
        if await asyncio.to_thread(_is_ready, url):
            return
        await asyncio.sleep(WATCH_SECONDS)
    raise ServersError(f"{url}/readyz does not say yes.")


def _is_ready(url: str) -> bool:
    # The standard library's client: a larger one takes longer to import than this whole file.
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5.0)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):  # a process that is just being started again
        return False
    finally:
        connection.close()


def supervise(settings: Settings, service: Service) -> None:
    asyncio.run(Supervisor(settings, service).run())
