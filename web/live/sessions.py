"""Everybody who is connected to this process, looked after once a heartbeat."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from graph.adjacency.reader import Reader
from graph.errors import AmityError, Unavailable
from resolvers.context import Identity
from web.live.messages import FORBIDDEN, TRY_AGAIN
from web.live.outgoing import Outgoing
from web.tokens import LEEWAY_SECONDS

log = logging.getLogger("amity.live")

# Looked after, before others have a turn.
AT_ONCE = 50


class Session(Protocol):
    """One connection, and on whose behalf it is open."""

    identity: Identity | None
    person: int | None
    outgoing: Outgoing

    def end(self, code: int, reason: str) -> None: ...

    def beat(self) -> None:
        """Nothing was sent for a heartbeat: say something, so that nobody in between hangs up."""
        ...


@dataclass(slots=True)
class SessionStats:
    opened: int = 0
    cut_off: int = 0  # too slow
    expired: int = 0
    gone: int = 0  # the token speaks for nobody, or somebody else, by now


class Sessions:
    def __init__(
        self,
        reader: Reader,
        limit: int,
        heartbeat: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.stats = SessionStats()
        self._reader = reader
        self._limit = limit
        self._heartbeat = heartbeat
        self._now = now
        self._open: dict[Session, int] = {}  # messages sent at the last heartbeat
        self._draining = False
        self._loop: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    def counters(self) -> Mapping[str, float]:
        stats = self.stats
        return {
            "connections": len(self._open),
            "opened": stats.opened,
            "cut_off": stats.cut_off,
            "expired": stats.expired,
            "gone": stats.gone,
        }

    def enter(self, session: Session) -> None:
        """Raises Unavailable where there is no room."""
        if len(self._open) >= self._limit or self._draining:
            raise Unavailable("Too many connections; try again shortly.")
        self._open[session] = -1
        self.stats.opened += 1

    def leave(self, session: Session) -> None:
        self._open.pop(session, None)

    def cut_off(self, session: Session) -> None:
        self.stats.cut_off += 1
        session.end(TRY_AGAIN, "You read too slowly: connect again, with `after`.")

    def drain(self) -> None:
        """Ends everybody, for this process is about to stop; others take their place."""
        self._draining = True
        for session in list(self._open):
            session.end(1012, "The service restarts: connect again, with `after`.")

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._look_after(), name="sessions")

    async def stop(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            try:
                await self.check()
            except AmityError as error:
                log.warning("connections can't be looked after: %s", error.code)
            except Exception:
                log.exception("connections were not looked after")

    async def check(self) -> None:
        for number, session in enumerate(list(self._open)):
            await self._check(session)
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)

    async def _check(self, session: Session) -> None:
        identity = session.identity
        if session.outgoing.stuck:
            self.cut_off(session)
        elif identity and identity.expires_at + LEEWAY_SECONDS <= self._now():
            self.stats.expired += 1
            session.end(FORBIDDEN, "The token has expired.")
        elif identity and session.person != await self._reader.person_of(identity.subject_key):
            self.stats.gone += 1
            session.end(FORBIDDEN, "The token speaks for nobody here, or for somebody else.")
        elif session in self._open:
            sent = session.outgoing.sent
            if self._open[session] == sent:
                session.beat()
            self._open[session] = sent
