"""The servers of a test session, each started when first asked for and stopped at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Protocol

import pytest


class Neo4jServer(Protocol):
    url: str
    user: str
    password: str
    database: str


class EmbeddedServers(Protocol):
    url: str
    user: str
    password: str
    database: str
    http_port: int
    cache_url: str


class Servers:
    """Whatever can't be started is tried once; every test that wants it skips with that reason."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._started: dict[str, Any] = {}
        self._failed: dict[str, str] = {}

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def embedded(self) -> EmbeddedServers:
        from tests.servers.embedded import embedded_servers

        return self._get("embedded", embedded_servers)

    def neo4j(self) -> Neo4jServer:
        from tests.servers.neo4j import neo4j_server

        return self._get("neo4j", neo4j_server)

    def _get(self, name: str, start: Callable[[], AbstractContextManager[Any]]) -> Any:
        if name in self._failed:
            pytest.skip(self._failed[name])
        if name not in self._started:
            try:
                self._started[name] = self._stack.enter_context(start())
            except pytest.skip.Exception as skipped:
                self._failed[name] = str(skipped)
                if must_run(name):
                    pytest.fail(f"{name} must run here: {skipped}")
                raise
        return self._started[name]


def must_run(name: str) -> bool:
    """In CI, a machine that has Java and Maven has a Neo4j."""
    tools = shutil.which("java") and shutil.which("mvn")
    return name == "neo4j" and os.environ.get("CI") == "true" and bool(tools)
