"""A supervisor in a process of its own, as `amity serve` is, with an application of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from graph.stores.embedded import Folder, Identity
from settings import Settings

# Far beyond what anything here takes; only a hang reaches it.
PATIENCE = 60.0


def eventually(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.02)


class Serving:
    def __init__(self, settings: Settings, app: str = "app", prepare: str = "") -> None:
        self._folder = Folder(settings.data_dir)
        command = (sys.executable, "-c", prepare) if prepare else ()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.supervisor.run", f"tests.supervisor.app:{app}", *command],
            env={**os.environ, **settings.env()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # A hang must not hang the tests: the pipes close when it is killed.
        self._guard = threading.Timer(PATIENCE, self._process.kill)
        self._guard.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()
        self._guard.cancel()

    def wait_ready(self) -> str:
        """The address it prints."""
        assert self._process.stdout
        word, _, url = self._process.stdout.readline().strip().partition(" ")
        assert word == "ready"
        return url

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Exit code, the rest of what it printed, and what it noted."""
        printed, noted = self._process.communicate()
        return self._process.returncode, printed, noted

    def running(self) -> dict[str, Identity]:
        processes = self._folder.state().get("processes", {})
        return {name: Identity(**identity) for name, identity in processes.items()}

    def ports(self) -> dict[str, int]:
        return dict(self._folder.state()["ports"])


def answering(url: str) -> int | None:
    """The process that answers there, if one does."""
    try:
        return int(httpx.get(f"{url}/pid", timeout=5.0, trust_env=False).text)
    except httpx.TransportError:
        return None
