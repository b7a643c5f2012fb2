"""What comes into inboxes, handed on to those who listen in this process.

One connection hears of every entry, whoever it is for. A listener's entries have consecutive
numbers: where one is missing, its inbox is read, and what is not there any more is a gap.
Whatever can't be handed on just now is left in the inbox: falling behind is how load is bounded.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from graph.errors import AmityError, Unavailable
from graph.events.inboxes import Inboxes, Kept, Opened, Seq

log = logging.getLogger("amity.live")

HEARTBEAT_SECONDS = 10.0
RETRY_FIRST, RETRY_LAST = 0.05, 1.0
# Deliveries that wait to be handed on; beyond them, listeners fall behind.
WAITING = 20_000
# Entries handed on at once, so that their look-ups can be gathered.
BATCH = 64
CATCHING_UP = 32
# Pauses before a new listener is told that there is no inbox to be had.
PATIENCE = (0.05, 0.2, 0.5, 1.0)

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Listener(Generic[T]):
    """One who listens to a person's inbox, and how far it got."""

    person: int
    to: T
    seq: Seq | None  # everything up to here was handed on; None: from now on
    behind: bool = False
    heard: Seq | None = None  # the newest entry that came while it was behind


@dataclass(frozen=True, slots=True)
class Delivery(Generic[T]):
    """One event and whom it is for, each with its own number. No data: a gap."""

    data: bytes | None
    to: Sequence[tuple[Listener[T], Seq]]
    missed: int | None = None


@dataclass(slots=True)
class LiveStats:
    heard: int = 0  # entries for somebody who listens here
    caught_up: int = 0  # times that an inbox was read
    gaps: int = 0


Handle = Callable[[Sequence[Delivery[T]]], Awaitable[None]]


@dataclass(eq=False)
class Live(Generic[T]):
    inboxes: Inboxes
    handle: Handle[T]
    heartbeat: float = HEARTBEAT_SECONDS
    stats: LiveStats = field(default_factory=LiveStats)
    _listeners: dict[int, list[Listener[T]]] = field(default_factory=dict)
    _waiting: deque[Delivery[T]] = field(default_factory=deque)
    _load: int = 0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _checked: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CATCHING_UP))

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    @property
    def load(self) -> int:
        """Deliveries that wait to be handed on."""
        return self._load

    # --- life

    async def start(self) -> None:
        self._spawn(self._hand_on())
        self._spawn(self._keep())

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- listeners

    async def attach(self, listener: Listener[T]) -> None:
        """From here on nothing is missed. Raises Unavailable where there is no inbox to be had."""
        listener.behind = True
        self._listeners.setdefault(listener.person, []).append(listener)
        try:
            await self._read_patiently(listener)
        except BaseException:
            self.detach(listener)
            raise

    async def _read_patiently(self, listener: Listener[T]) -> None:
        """An answer that is a moment late, of a busy server, is no reason to refuse somebody."""
        for pause in PATIENCE:
            try:
                await self._read(listener)
                return
            except Unavailable:
                await asyncio.sleep(pause)
        await self._read(listener)

    def detach(self, listener: Listener[T]) -> None:
        theirs = self._listeners.get(listener.person, [])
        if listener in theirs:
            theirs.remove(listener)
        if not theirs:
            self._listeners.pop(listener.person, None)

    def listens(self, listener: Listener[T]) -> bool:
        return listener in self._listeners.get(listener.person, ())

    # --- what the cache server tells

    def hear(self, message: bytes | None) -> None:
        """An entry and whom it came to; None: a new connection, before which some may be lost."""
        if message is None:
            self._checked.set()
            return
        data, *lines = message.split(b"\n")
        whole: list[tuple[Listener[T], Seq]] = []
        for line in lines:
            person, _, rest = line.partition(b" ")
            listeners = self._listeners.get(int(person))
            if listeners is None:
                continue
            id, _, lost = rest.partition(b" ")
            epoch, _, n = id.partition(b"-")
            seq = Seq(int(epoch), int(n))
            met = [(one, seq) for one in listeners if self._meet(one, seq)]
            if lost:
                self._gap(met, 1)
            else:
                whole += met
        if whole:
            self.stats.heard += len(whole)
            self._put(Delivery(data, whole))

    def _meet(self, listener: Listener[T], seq: Seq) -> bool:
        """Is this the listener's next entry?"""
        at = listener.seq
        if listener.behind or at is None:
            listener.heard = seq
            return False
        if seq.epoch == at.epoch and seq.n <= at.n:
            return False
        if seq != (at.epoch, at.n + 1) or self._load >= WAITING:
            self._fall_behind(listener, seq)
            return False
        listener.seq = seq
        return True

    # --- handing on

    def _put(self, delivery: Delivery[T]) -> None:
        self._waiting.append(delivery)
        self._load += len(delivery.to)
        self._woken.set()

    def _gap(self, to: Sequence[tuple[Listener[T], Seq]], missed: int | None) -> None:
        if to:
            self.stats.gaps += len(to)
            self._put(Delivery(None, to, missed))

    async def _hand_on(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    await self.handle(batch)
                except Exception:
                    log.exception("events were not handed on")
                self._load -= sum(len(delivery.to) for delivery in batch)
                await asyncio.sleep(0)  # sockets have a turn

    # --- catching up

    def _fall_behind(self, listener: Listener[T], heard: Seq | None = None) -> None:
        if not listener.behind:
            listener.behind, listener.heard = True, heard
            self._spawn(self._catch_up(listener))

    async def _catch_up(self, listener: Listener[T]) -> None:
        pause = RETRY_FIRST
        async with self._places:
            while self._load >= WAITING // 2:  # noqa: ASYNC110 - until what waits was handed on
                await asyncio.sleep(RETRY_FIRST)
            while listener.behind and self.listens(listener):
                try:
                    await self._read(listener)
                except AmityError as error:
                    log.warning("an inbox can't be read yet: %s", error.code)
                    await asyncio.sleep(pause)
                    pause = min(RETRY_LAST, 2 * pause)

    async def _read(self, listener: Listener[T]) -> None:
        """Hands on what is in the inbox, until nothing newer was heard of meanwhile."""
        while listener.behind:
            self.stats.caught_up += 1
            opened = await self.inboxes.open(listener.person, listener.seq)
            for missed, kept in missing(listener.seq, opened):
                here = [(listener, Seq(opened.last.epoch, kept.n))]
                if kept.data:
                    self.stats.heard += 1
                    self._put(Delivery(kept.data, here))
                else:
                    self._gap(here, missed)
            listener.seq = opened.last
            heard = listener.heard
            listener.behind = (
                heard is not None and heard > opened.last and (heard.epoch == opened.last.epoch)
            )

    # --- what was lost without a word

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self.heartbeat):
                    await self._checked.wait()
            except TimeoutError:
                pass
            self._checked.clear()
            try:
                await self.check()
            except AmityError as error:
                log.warning("inboxes can't be looked after: %s", error.code)
                await asyncio.sleep(RETRY_LAST)

    async def check(self) -> None:
        """Keeps the inboxes of those who listen; finds entries that nobody told of, and losses."""
        people = list(self._listeners)
        for person, stands in zip(people, await self.inboxes.touch(people), strict=True):
            for listener in self._listeners.get(person, ()):
                if not listener.behind and differs(listener.seq, stands):
                    self._fall_behind(listener)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def missing(after: Seq | None, opened: Opened) -> Iterator[tuple[int | None, Kept]]:
    """What to hand on to one who got as far as `after`; entries without data are gaps."""
    if after is None:
        return
    last = opened.last
    if after.epoch != last.epoch or after.n > last.n:
        yield None, Kept(last.n, b"")
        return
    first = opened.entries[0].n if opened.entries else last.n + 1
    if first > after.n + 1:
        yield first - after.n - 1, Kept(first - 1, b"")
    for kept in opened.entries:
        yield 1, kept


def differs(seq: Seq | None, stands: Seq | None) -> bool:
    """Is an inbox elsewhere than a listener who heard all that was told?"""
    if seq is None or stands is None:
        return True
    return stands != seq and not (seq.n == 0 and stands == (0, 0))
