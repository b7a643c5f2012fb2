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
DELETED_AT_ONCE = 50
JOBS_AT_ONCE = 2
# Longer than any change can take that saw a person before they were gone: it may commit an edge
# after the last one was erased.
STRAGGLERS_SECONDS = 15.0


def jobs(actions: Actions, stragglers: float = STRAGGLERS_SECONDS) -> Mapping[str, Job]:
    """Each may run twice, or at once in two processes, and does its work once."""

    working = asyncio.Semaphore(JOBS_AT_ONCE)

    async def opened(event: Event) -> None:
        async with working:
            await actions.accept_pending(event.data["actor"], ACCEPTED_AT_ONCE)

    async def whole(step: Callable[[int, int], Awaitable[bool]], id: int, size: int) -> None:
        async with working:
            more = True
            while more:
                more = await step(id, size)
                await asyncio.sleep(0)  # others have a turn, also on a store that never waits

    async def erase(person: int) -> None:
        # Posts first, each with its own counters; then there is none among the edges.
        await whole(actions.delete_posts_of, person, DELETED_AT_ONCE)
        await whole(actions.erase_some, person, ERASED_AT_ONCE)

    async def deleted(event: Event) -> None:
        await erase(event.data["actor"])
        await asyncio.sleep(stragglers)
        await erase(event.data["actor"])

    async def post_deleted(event: Event) -> None:
        await whole(actions.erase_post, event.data["post"], ERASED_AT_ONCE)
        await asyncio.sleep(stragglers)
        await whole(actions.erase_post, event.data["post"], ERASED_AT_ONCE)

    async def bound(event: Event) -> None:
        # Done with the change already, unless somebody crashed in between.
        await actions.forget_subjects()

    return {
        Kind.PROFILE_OPENED.value: opened,
        Kind.PROFILE_DELETED.value: deleted,
        Kind.PROFILE_BOUND.value: bound,
        Kind.POST_ERASING.value: post_deleted,
    }
