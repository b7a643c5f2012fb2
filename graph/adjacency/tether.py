"""Keeps one link to the cache: connects, listens whether it lives, and connects again.

While there is no link everything fails at once. What this process remembers may be trusted only
while the server has answered lately: an answer proves that every invalidation sent before it
arrived.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NamedTuple, Protocol

from graph.adjacency.link import Address, Argument, Link, Lost, Message, Refused, connect
from graph.errors import AmityError

FRESHNESS = "amity:freshness"  # a hash: id, n (the epoch) and g (the generation)
TRACKED = "a:"

TICK = 0.05
HANDSHAKE_WITHIN = 1.0
RETRY_FIRST, RETRY_LAST = 0.05, 1.0

log = logging.getLogger("amity.cache")


class Patience(NamedTuple):
    """How long the server may be silent, in seconds."""

    # Others' writes are seen within 100 ms: a longer silence ends trust until it is heard again.
    trusted_for: float = 0.1
    answer_within: float = 0.25
    # A server that keeps one answer back for so long is given up.
    give_up_after: float = 1.0


PATIENCE = Patience()


class State(NamedTuple):
    """What the cache says of itself. A flush takes all of it away."""

    identity: str | None
    epoch: int
    generation: int


class Listener(Protocol):
    def forgotten(self, keys: list[bytes] | None) -> None:
        """These changed, or everything did."""
        ...

    def lost(self) -> None:
        """Nothing will be told any more."""
        ...

    async def returning(self, run: str) -> None:
        """Before the cache is used (again). An AmityError puts it off."""
        ...

    def beaten(self, state: State) -> None: ...

    def newer(self, generation: int) -> None:
        """The server holds a newer generation than ours."""
        ...


class Tether:
    def __init__(self, to: Address, listener: Listener, patience: Patience) -> None:
        self._to = to
        self._patience = patience
        self._listener = listener
        self._link: Link | None = None
        self._beat: asyncio.Future[Any] | None = None
        self._tending: asyncio.Task[None] | None = None
        self._retry_in = RETRY_FIRST
        self.losses = 0
        # Listened to on every connection; to be filled before `start`.
        self.channels: dict[bytes, Message] = {}

    @property
    def live(self) -> bool:
        return self._link is not None

    @property
    def fresh(self) -> bool:
        link = self._link
        now = asyncio.get_running_loop().time
        return link is not None and now() - link.heard < self._patience.trusted_for

    async def settle(self) -> bool:
        """May what this process remembers be trusted? After a silence, asks."""
        # A beat that was under way may be older than the silence: the next one is not.
        for _ in range(2):
            if self.fresh:
                return True
            if (beat := self._start_beat()) is None:
                return False
            try:
                await asyncio.shield(beat)
            except (Lost, Refused):
                return False
        return self.fresh

    async def ask(self, *command: Argument) -> Any:
        """Raises Lost (the outcome is unknown) or Refused."""
        if self._link is None:
            raise Lost("not connected")
        return await self._link.ask(*command)

    async def start(self) -> None:
        await self._reach()
        self._tending = asyncio.create_task(self._tend(), name="cache tether")

    async def stop(self) -> None:
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
            self._tending = None
        link, self._link = self._link, None
        if link is not None:
            link.close()
            # The transport is closed in the loop's next turn.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _tend(self) -> None:
        while True:
            if self._link is None:
                await asyncio.sleep(self._retry_in)
                await self._reach()
            else:
                await asyncio.sleep(TICK)
                self._listen()

    def _listen(self) -> None:
        if (link := self._link) is None:
            return
        if link.overdue(self._patience.answer_within) > self._patience.give_up_after:
            log.warning("the cache does not answer")
            link.close()
        else:
            self._start_beat()

    def _start_beat(self) -> asyncio.Future[Any] | None:
        if self._link is None:
            return None
        if self._beat is None or self._beat.done():
            self._beat = self._link.ask("HMGET", FRESHNESS, "id", "n", "g")
            self._beat.add_done_callback(self._beaten)
        return self._beat

    def _beaten(self, beat: asyncio.Future[Any]) -> None:
        if beat.cancelled() or beat.exception() is not None:
            return
        self._listener.beaten(_state(beat.result()))

    async def _reach(self) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_WITHIN):
                await self._connect()
        except (OSError, Lost, Refused, TimeoutError, AmityError) as failure:
            if self._retry_in == RETRY_FIRST:
                log.warning("the cache can't be reached: %s", type(failure).__name__)
            self._retry_in = min(RETRY_LAST, self._retry_in * 2)

    async def _connect(self) -> None:
        ended = asyncio.Event()

        def on_lost() -> None:
            ended.set()
            self._ended(link)

        link: Link | None = None
        link, run = await connect(
            self._to, self._listener.forgotten, on_lost, TRACKED, self.channels
        )
        try:
            await self._listener.returning(run)
            if ended.is_set():
                raise Lost("ended while it began")
        except BaseException:
            link.close()
            raise
        self._link, self._beat, self._retry_in = link, None, RETRY_FIRST
        link.listen()
        log.info("the cache is reached")

    def _ended(self, link: Link | None) -> None:
        if link is None or self._link is not link:
            return
        self._link = None
        self.losses += 1
        log.warning("the cache is lost")
        self._listener.lost()


def _state(reply: list[bytes | None]) -> State:
    identity, epoch, generation = reply
    return State(
        identity.decode() if identity is not None else None, int(epoch or 0), int(generation or 0)
    )
