"""The servers of a test session, each started when first asked for and stopped at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from tests.servers.embedded import EmbeddedServers
    from tests.servers.neo4j import Neo4jServer

T = TypeVar("T")


class Servers:
    """Whatever can't be started is tried once; every test that wants it skips with that reason."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._embedded: EmbeddedServers | None = None
        self._neo4j: Neo4jServer | None = None
        self._failed: dict[str, BaseException] = {}

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    # Imported when asked for: a test on the memory store needs no driver.
    def embedded(self) -> EmbeddedServers:
        from tests.servers.embedded import embedded_servers

        if self._embedded is None:
            self._embedded = self._start("embedded", embedded_servers)
        return self._embedded

    def neo4j(self) -> Neo4jServer:
        from tests.servers.neo4j import neo4j_server

        if self._neo4j is None:
            self._neo4j = self._start("neo4j", neo4j_server)
        return self._neo4j

    def _start(self, name: str, server: Callable[[], AbstractContextManager[T]]) -> T:
        if name in self._failed:
            raise self._failed[name]
        try:
            return self._stack.enter_context(server())
        except BaseException as error:
            self._failed[name] = error
            if isinstance(error, pytest.skip.Exception) and must_run(name):
                self._failed[name] = pytest.fail.Exception(f"{name} must run here: {error}")
            raise self._failed[name] from error


def must_run(name: str) -> bool:
    """In CI, a machine that has Java and Maven has a Neo4j."""
    tools = shutil.which("java") and shutil.which("mvn")
    return name == "neo4j" and os.environ.get("CI") == "true" and bool(tools)
