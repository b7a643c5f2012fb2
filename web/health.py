"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

log = logging.getLogger("amity.web")

CHECK_SECONDS = 1.0
KEPT_SECONDS = 0.5

Ping = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Check:
    """Something a process needs. What is not `vital` must have answered once, and may go then."""

    ping: Ping
    vital: bool = True


@dataclass(frozen=True, slots=True)
class Readiness:
    ready: bool
    missing: tuple[str, ...]


class Health:
    """Asks the servers, however often it is asked itself, at most twice a second."""

    def __init__(
        self, checks: Mapping[str, Check], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._now = now
        self._seen: set[str] = set()
        self._kept: Readiness | None = None
        self._kept_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def readiness(self) -> Readiness:
        async with self._one_at_a_time:
            if self._kept is None or self._now() - self._kept_at >= KEPT_SECONDS:
                self._kept = await self._ask()
                self._kept_at = self._now()
            return self._kept

    async def _ask(self) -> Readiness:
        answers = await asyncio.gather(*(_answers(check.ping) for check in self._checks.values()))
        found = dict(zip(self._checks, answers, strict=True))
        self._seen.update(name for name, there in found.items() if there)
        missing = tuple(name for name, there in found.items() if not there)
        return Readiness(not any(self._needed(name) for name in missing), missing)

    def _needed(self, name: str) -> bool:
        return self._checks[name].vital or name not in self._seen


async def _answers(ping: Ping) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await ping()
    except Exception as error:  # noqa: BLE001  # whatever is wrong with it, it does not answer
        log.warning("a server does not answer", extra={"error": type(error).__name__})
        return False
    return True
