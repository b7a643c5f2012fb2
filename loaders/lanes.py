"""Steps that are written at once: a few at a time, and none that has a node of another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from graph.lanes import GROUPS, Groups

T = TypeVar("T")

NO_GROUPS: Groups = frozenset()
EVERY_GROUP: Groups = frozenset(range(GROUPS))


class Stopped(Exception):
    """Somebody asked for it, or a step failed: what was done until then is not done again."""


class Ticket:
    """A place in the queue, from when it is made."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Lanes:
    """Whoever comes first goes first, but for those who wait for a group that is being written.

    Of two that may speak of one pair the first always goes first: later rows of it count more. So
    after a failure none of those behind it is begun: it would be done before its turn, for ever.
    """

    def __init__(self, lanes: int, stop: asyncio.Event) -> None:
        self._free, self._stop = lanes, stop
        self._failed = False
        self._busy: set[int] = set()
        self._waiting: list[Ticket] = []

    def begin(self, groups: Groups, work: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """It stands in line from now on."""
        ticket = Ticket(groups)
        self._waiting.append(ticket)
        task = asyncio.create_task(self._run(ticket, work))
        # Also of one that is dropped before it begins.
        task.add_done_callback(lambda _: self._leave(ticket))
        return task

    async def _run(self, ticket: Ticket, work: Callable[[], Awaitable[T]]) -> T:
        self._go_on()
        await ticket.turn
        if self._failed or self._stop.is_set():
            raise Stopped
        try:
            return await work()
        except BaseException:
            self._failed = True
            raise

    def _leave(self, ticket: Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        else:
            self._busy -= ticket.groups
            self._free += 1
        self._go_on()

    def _go_on(self) -> None:
        behind: set[Groups] = set()
        for ticket in [*self._waiting]:
            if not self._free:
                return
            if ticket.turn.cancelled():  # it leaves when its task has ended
                continue
            overtakes = ticket.groups in behind or (ticket.groups and EVERY_GROUP in behind)
            if self._busy & ticket.groups or overtakes:
                behind.add(ticket.groups)
                continue
            self._waiting.remove(ticket)
            self._free -= 1
            self._busy |= ticket.groups
            ticket.turn.set_result(None)


async def settled(tasks: Iterable[Awaitable[T]]) -> list[T]:
    """What they came to. A failure is raised when none of them is under way any more."""
    ends: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [end for end in ends if isinstance(end, BaseException)]
    # Others stopped for it.
    for failure in sorted(failures, key=lambda one: isinstance(one, Stopped)):
        raise failure
    return ends


async def dropped(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Those that are still under way are stopped; what became of them is nobody's concern."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
