"""Who is looked at, in pages, and what a finding is: one look may meet a change under way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.actions import Actions
from graph.adjacency.reader import Reader
from graph.events.queue import Queue
from graph.records import Counts, Person
from graph.store import Store
from graph.timelines.timelines import Timelines

PAGE = 200
LOOKS = 3
LOOK_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    text: str
    repair: Callable[[], Awaitable[object]] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Patient:
    store: Store
    reader: Reader
    actions: Actions
    clock: Callable[[], int]  # epoch ms
    sample: int | None = None  # about so many people, chosen at random; None: everyone
    seed: int = 0
    timelines: Timelines | None = None
    queue: Queue | None = None

    async def people(self) -> AsyncIterator[list[Person]]:
        """Pages of people, gone ones too."""
        highest = 0 if self.sample is None else await self._highest_id()
        if self.sample is None or self.sample >= highest:
            after = 0
            while page := await self.store.scan_people(after, PAGE):
                after = page[-1].id
                yield page
        else:
            chosen = [person async for person in self._chosen(self.sample, highest)]
            for at in range(0, len(chosen), PAGE):
                yield chosen[at : at + PAGE]

    async def posts(self) -> AsyncIterator[list[int]]:
        """Pages of what these people posted."""
        async for people in self.people():
            for links in await self.store.neighbours("posts", [person.id for person in people]):
                for at in range(0, len(links), PAGE):
                    yield links.ids[at : at + PAGE].tolist()

    async def _chosen(self, size: int, highest: int) -> AsyncIterator[Person]:
        dice = random.Random(self.seed)
        seen: set[int] = set()
        for _ in range(size):
            for person in await self.store.scan_people(dice.randrange(highest), 1):
                if person.id not in seen:
                    seen.add(person.id)
                    yield person

    async def _highest_id(self) -> int:
        low, step = 0, 1
        while step:
            beyond = await self.store.scan_people(low + step, 1)
            low, step = (beyond[0].id, step * 2) if beyond else (low, step // 2)
        first_beyond = await self.store.scan_people(low, 1)
        return first_beyond[0].id if first_beyond else low


Check = Callable[[Patient], AsyncIterator[Finding]]


Look = Callable[[Sequence[int]], Awaitable[Mapping[int, str]]]


def wrong_counts(
    ids: Sequence[int], kept: Sequence[Counts], truth: Sequence[Counts]
) -> dict[int, str]:
    return {
        id: ", ".join(
            f"{name} is {mine[name]} instead of {count}"
            for name, count in real.items()
            if mine[name] != count
        )
        for id, mine, real in zip(ids, kept, truth, strict=True)
        if any(mine[name] != count for name, count in real.items())
    }


async def lasting(ids: Sequence[int], look: Look) -> Mapping[int, str]:
    """What is wrong however often one looks: the rest was a change under way."""
    wrong = await look(ids)
    for _ in range(LOOKS - 1):
        if not wrong:
            break
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        wrong = await look(list(wrong))
    return wrong
