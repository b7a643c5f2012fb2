"""The events whose wake is long: worked off in batches, begun anew after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from graph.actions import Actions
from graph.changes import Event
from graph.events.kinds import Kind

Job = Callable[[Event], Awaitable[None]]

# Edges in one transaction: short enough that nobody waits long for a lock it holds.
ERASED_AT_ONCE = 200
ACCEPTED_AT_ONCE = 100


def jobs(actions: Actions) -> Mapping[str, Job]:
    """Each may run twice, or at once in two processes, and does its work once."""

    async def opened(event: Event) -> None:
        await actions.accept_pending(event.data["actor"], ACCEPTED_AT_ONCE)

    async def deleted(event: Event) -> None:
        more = True
        while more:
            more = await actions.erase_some(event.data["actor"], ERASED_AT_ONCE)
            await asyncio.sleep(0)  # others have a turn, also on a store that never waits

    return {Kind.PROFILE_OPENED.value: opened, Kind.PROFILE_DELETED.value: deleted}
