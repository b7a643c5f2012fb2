"""The whole service as a user starts it, in processes of its own, to be killed piece by piece."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

from graph.stores.embedded import Folder, Identity
from settings import Settings
from verbs.token import token_for

# Far beyond what anything here takes; only a hang reaches it.
PATIENCE = 60.0


class Service:
    """`amity serve` on a data folder. Ends with the block, and so does all that it started."""

    def __init__(self, settings: Settings, campaign_seconds: float = 600.0) -> None:
        self.settings = replace(settings, port=0)
        self.folder = Folder(settings.data_dir)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"],
            env={**os.environ, **self.settings.env()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._guard = threading.Timer(campaign_seconds, self._process.kill)
        self._guard.start()
        assert self._process.stdout
        word, _, self.url = self._process.stdout.readline().strip().partition(" ")
        assert word == "ready", "it did not come up"

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

    def kill(self, name: str) -> float:
        """As `kill -9`, of what runs under this name; how long until all was whole again."""
        killed = self._running(name)
        began = time.monotonic()
        os.kill(killed.pid, signal.SIGKILL)
        while self._running(name) == killed:
            assert time.monotonic() - began < PATIENCE, "it was not started again"
            time.sleep(0.05)
        self.whole_again()
        return time.monotonic() - began

    def whole_again(self) -> float:
        """How long until it says that it is ready."""
        began = time.monotonic()
        while not self._ready():
            assert time.monotonic() - began < PATIENCE, "it did not come back"
            time.sleep(0.05)
        return time.monotonic() - began

    def _running(self, name: str) -> Identity:
        return Identity(**self.folder.state()["processes"][name])

    def names(self) -> list[str]:
        return sorted(self.folder.state()["processes"])

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2.0, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def token(self, username: str) -> str:
        return token_for(self.settings, username, ttl=3600)

    def doctor(self) -> subprocess.CompletedProcess[str]:
        """The invariants, judged from outside."""
        return subprocess.run(
            [sys.executable, "-m", "cli", "doctor"],
            env={**os.environ, **self.settings.env()},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
