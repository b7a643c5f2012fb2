"""Steps that are written at once: a few at a time, and none that has a node of another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from graph.lanes import GROUPS, Groups

T = TypeVar("T")

NO_GROUPS: Groups = frozenset()
EVERY_GROUP: Groups = frozenset(range(GROUPS))


class Ticket:
    """A place in the queue, from when it is made."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Lanes:
    """Whoever comes first goes first, but for those who wait for a group that is being written.

    Of two that may speak of one pair the first always goes first: later rows of it count more.
    """

    def __init__(self, lanes: int) -> None:
        self._free = lanes
        self._busy: set[int] = set()
        self._waiting: list[Ticket] = []

    def ticket(self, groups: Groups = NO_GROUPS) -> Ticket:
        ticket = Ticket(groups)
        self._waiting.append(ticket)
        return ticket

    @asynccontextmanager
    async def lane(self, ticket: Ticket) -> AsyncIterator[None]:
        self._go_on()
        try:
            await ticket.turn
        except asyncio.CancelledError:
            self._leave(ticket)
            raise
        try:
            yield
        finally:
            self._leave(ticket)

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
            overtakes = ticket.groups in behind or (ticket.groups and EVERY_GROUP in behind)
            if self._busy & ticket.groups or overtakes:
                behind.add(ticket.groups)
                continue
            self._waiting.remove(ticket)
            self._free -= 1
            self._busy |= ticket.groups
            ticket.turn.set_result(None)


async def settled(tasks: Iterable[Awaitable[T]]) -> list[T]:
    """What they came to. The first failure is raised when none of them is under way any more."""
    ends: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return ends


async def dropped(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Those that are still under way are stopped; what became of them is nobody's concern."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
