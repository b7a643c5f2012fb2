"""The embedded servers as one thing: what runs for these settings, and how to reach it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graph.stores.embedded.arcadedb import COLLECTOR_LOG, DATABASE, USER, arcadedb
from graph.stores.embedded.folder import Folder
from graph.stores.embedded.program import Child, Program, ServersError
from graph.stores.embedded.valkey import cache_url, valkey
from setting_texts import EMBEDDED
from settings import Settings

ATTACH_SECONDS = 30.0
GRAPH = "graph"  # the folder of the embedded graph server


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the graph and the cache are, embedded or not."""

    graph_url: str = field(repr=False)  # a URL may carry a password
    graph_user: str | None
    graph_password: str | None = field(repr=False)
    graph_database: str | None
    graph_http_url: str | None  # only the embedded server has one
    cache_url: str = field(repr=False)
    graph_collector_log: Path | None = None  # only the embedded server's is read

    @property
    def embedded_graph(self) -> bool:
        return self.graph_http_url is not None


def needs_servers(settings: Settings) -> bool:
    return EMBEDDED in (settings.graph_url, settings.cache_url)


def demo_mark(settings: Settings) -> Path | None:
    """A file beside the embedded graph says that the demo is in it, and goes where it goes."""
    return settings.data_dir / GRAPH / "demo" if settings.graph_url == EMBEDDED else None


def connection(settings: Settings) -> Connection:
    """What the settings say, with the folder's own ports and passwords for embedded servers."""
    graph_url, user, password = settings.graph_url, settings.graph_user, settings.graph_password
    database, http, cache = settings.graph_database, None, settings.cache_url
    if needs_servers(settings):
        folder = Folder(settings.data_dir)
        ports = folder.state().get("ports")
        if ports is None:
            raise ServersError(f"No servers were ever started in {settings.data_dir}.")
        if graph_url == EMBEDDED:
            graph_url = f"bolt://127.0.0.1:{ports['bolt']}"
            http = f"http://127.0.0.1:{ports['http']}"
            user, password = USER, folder.password("graph-password").read_text()
            database = DATABASE
        if cache == EMBEDDED:
            cache = cache_url(ports["cache"], folder.password("cache-password"))
    log = settings.data_dir / GRAPH / COLLECTOR_LOG if http else None
    return Connection(graph_url, user, password, database, http, cache, log)


def programs(settings: Settings, folder: Folder) -> tuple[Program, ...]:
    """What has to run for these settings, on the ports of this folder. Its owner calls this."""
    needed: list[Program] = []
    ports = folder.ports(("bolt", "http", "cache"))
    if settings.cache_url == EMBEDDED:
        password = folder.password("cache-password")
        needed.append(valkey(folder.path / "cache", password, ports["cache"], settings.cache_mb))
    if settings.graph_url == EMBEDDED:
        password = folder.password("graph-password")
        home, heap = folder.path / GRAPH, settings.graph_heap_mb
        needed.append(arcadedb(home, password, ports["bolt"], ports["http"], heap))
    return tuple(needed)


@contextmanager
def attach(settings: Settings, verb: str) -> Iterator[Connection]:
    """The servers of this folder: those that run, or our own for as long as this lasts."""
    if not needs_servers(settings):
        yield connection(settings)
        return
    folder = Folder(settings.data_dir)
    ends = time.monotonic() + ATTACH_SECONDS
    while not folder.own(verb):
        with _guest(folder):
            if folder.state().get("ready"):
                yield connection(settings)
                return
        if time.monotonic() > ends:
            raise ServersError(f"The servers of {folder.path}, {_owner(folder)}, are not ready.")
        time.sleep(0.05)
    with owned_servers(settings, folder):
        yield connection(settings)
        folder.retire()
        _wait_for_guests(folder)


@contextmanager
def owned_servers(settings: Settings, folder: Folder) -> Iterator[dict[str, Child]]:
    """Start what is needed in a folder that is ours, and stop it again."""
    children: dict[str, Child] = {}
    try:
        for program in programs(settings, folder):
            children[program.name] = start(program, folder)
        for child in children.values():
            child.wait_ready()
        folder.announce()
        yield children
    finally:
        for child in children.values():
            child.ask_to_stop()
        for child in children.values():
            child.stop()
        folder.disown()


def start(program: Program, folder: Folder) -> Child:
    child = Child(program)
    folder.remember(program.name, child.pid)
    return child


def own(settings: Settings, verb: str) -> Folder:
    """The folder, ours; or a sentence that says whose it is."""
    folder = Folder(settings.data_dir)
    if not folder.own(verb):
        raise ServersError(f"The servers of {folder.path} already run: {_owner(folder)}.")
    return folder


def _owner(folder: Folder) -> str:
    owner = folder.state().get("owner") or {}
    return f"started by `amity {owner.get('verb', '…')}`, process {owner.get('pid', 'unknown')}"


@contextmanager
def _guest(folder: Folder) -> Iterator[None]:
    """Whoever uses another verb's servers says so, and that verb waits for it before it stops."""
    lock = os.open(folder.path / "guests.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield
    finally:
        os.close(lock)


def _wait_for_guests(folder: Folder) -> None:
    lock = os.open(folder.path / "guests.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        os.close(lock)
