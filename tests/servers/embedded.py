"""The embedded servers for tests: real ones, in a folder of their own that is removed again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graph.stores.embedded import Child, Connection, Folder, connection, own, owned_servers, start
from settings import Settings


@dataclass(frozen=True)
class EmbeddedServers:
    settings: Settings
    bolt_url: str
    http_url: str
    user: str
    password: str = field(repr=False)
    database: str
    cache_url: str = field(repr=False)
    _folder: Folder = field(repr=False)
    _children: dict[str, Child] = field(repr=False)

    @property
    def connection(self) -> Connection:
        return connection(self.settings)

    def kill_graph(self) -> None:
        """As `kill -9`: nothing is closed, nothing is written."""
        self._children["graph"].kill()

    def kill_cache(self) -> None:
        self._children["cache"].kill()

    def restart_graph(self) -> None:
        """On the same port, with the same files; answers when it returns."""
        self._restart("graph")

    def restart_cache(self) -> None:
        """On the same port, empty."""
        self._restart("cache")

    def _restart(self, name: str) -> None:
        child = self._children[name]
        child.stop()
        self._children[name] = start(child.program, self._folder)
        self._children[name].wait_ready()


@contextmanager
def embedded_servers(heap_mb: int = 512) -> Iterator[EmbeddedServers]:
    with tempfile.TemporaryDirectory(prefix="amity-") as path:
        settings = Settings(data_dir=Path(path), graph_heap_mb=heap_mb, cache_mb=128)
        folder = own(settings, "test")
        with owned_servers(settings, folder) as children:
            yield _servers(settings, folder, children)


def _servers(settings: Settings, folder: Folder, children: dict[str, Child]) -> EmbeddedServers:
    at = connection(settings)
    assert at.graph_http_url
    assert at.graph_user
    assert at.graph_password
    assert at.graph_database
    return EmbeddedServers(
        settings=settings,
        bolt_url=at.graph_url,
        http_url=at.graph_http_url,
        user=at.graph_user,
        password=at.graph_password,
        database=at.graph_database,
        cache_url=at.cache_url,
        _folder=folder,
        _children=children,
    )
