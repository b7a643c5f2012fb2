"""A cache server of the tests' own, to be killed and frozen."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from graph.stores.embedded.program import Child, Program
from graph.stores.embedded.valkey import cache_url, valkey


@dataclass
class Valkey:
    url: str
    client: redis.Redis
    _program: Program
    _child: Child

    def kill(self) -> None:
        self._child.kill()

    def revive(self) -> None:
        """On the same port; empty after a kill."""
        if not self._child.alive:
            self.client.close()
            self._child = Child(self._program)
            self._child.wait_ready()

    def freeze(self) -> None:
        """It is there, and does not answer."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    @property
    def pid(self) -> int:
        children = Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children").read_text()
        return int(children.split()[0]) if children.split() else self._child.pid

    def cut_connections(self) -> None:
        """All but the tests' own."""
        self.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


@contextmanager
def a_valkey() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="amity-valkey-") as folder:
        home = Path(folder)
        password = home / "password"
        password.write_text("only-for-tests")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = valkey(home / "data", password, port, 256)
        child = Child(program)
        child.wait_ready()
        url = cache_url(port, password)
        with redis.Redis.from_url(url) as client:
            server = Valkey(url, client, program, child)
            try:
                yield server
            finally:
                server.kill()
