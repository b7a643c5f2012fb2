"""The chronological feed: complete, newest first, by keyset; it needs no snapshot."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.records import Position, Posted
from graph.timelines.packing import BEFORE_ALL, newer_part, older_part
from resolvers.feed.rules import Shown, open_authors, shown
from resolvers.feed.sources import AWAY, Sources, first, last_place, older_posts
from resolvers.pages import Step

if TYPE_CHECKING:
    from resolvers.context import Context

# Pages of the graph, growing while somebody walks on.
FIRST_PAGE, LAST_PAGE = 100, 1_000
# Cards looked at beyond those wanted: some turn out to be hidden.
SPARE = 4
# So many new arrivals are counted, and no more.
NEWER_COUNTED = 1_000


@dataclass(slots=True)
class FeedWalk:
    context: Context
    sources: Sources
    complete: bool
    cards: dict[int, Shown] = field(default_factory=dict)

    async def take(
        self, count: int, beyond: Position | None, forward: bool
    ) -> list[Step[Position]]:
        """The next `count` visible posts. Backwards it only says whether there are any."""
        if not forward:
            newest = await self.take(1, None, True)
            return [step for step in newest if beyond is None or step.place > beyond][:count]
        found: list[Step[Position]] = []
        async with aclosing(self.pieces(beyond)) as pieces:
            async for posted in pieces:
                found += await self._visible(posted, count - len(found))
                if len(found) >= count:
                    break
        return found[:count]

    async def hydrate(self, ids: Sequence[int]) -> list[Shown | None]:
        """What `take` has just looked at."""
        return [self.cards.get(id) for id in ids]

    async def newer(self, head: Position | None) -> int:
        """How many posts came on top since the walk began; up to a bound."""
        if head is None:
            return 0
        count = 0
        async with aclosing(self.pieces(None)) as pieces:
            async for posted in pieces:
                arrived = newer_part(posted, head)
                count += len(await self._visible(arrived, NEWER_COUNTED - count))
                if len(arrived) < len(posted) or count >= NEWER_COUNTED:
                    break
        return count

    async def pieces(self, beyond: Position | None) -> AsyncGenerator[Posted, None]:
        """By open authors, newest first: what is at hand, then the graph's."""
        recent = older_part(self.sources.recent, beyond)
        if len(recent):
            yield await self._open(recent)
        floor = self.sources.floor
        if floor == BEFORE_ALL:
            return
        # What stands exactly there is not among the recent ones.
        before = Position(floor.at, floor.id + 1)
        before = before if beyond is None else min(before, beyond)
        limit = FIRST_PAGE
        while True:
            try:
                page = await older_posts(self.context, self.sources.circle.authors, limit, before)
            except AWAY:
                if not len(self.sources.recent):
                    raise
                self.complete = False
                return
            if len(page):
                yield await self._open(page)
            if len(page) < limit:
                return
            before, limit = last_place(page), min(LAST_PAGE, 2 * limit)

    async def _open(self, posted: Posted) -> Posted:
        keep = await open_authors(self.context, self.sources.circle, posted.authors)
        return Posted(posted.ids[keep], posted.at[keep], posted.authors[keep])

    async def _visible(self, posted: Posted, count: int) -> list[Step[Position]]:
        """The first `count` that the rules leave."""
        found: list[Step[Position]] = []
        while len(found) < count and len(posted):
            some = first(posted, count - len(found) + SPARE)
            posted = older_part(posted, last_place(some))
            ids = some.ids.tolist()
            kept = await shown(self.context, self.sources.circle, ids, some.authors)
            for id, at, one in zip(ids, some.at.tolist(), kept, strict=True):
                if one is not None:
                    self.cards[id] = one
                    found.append(Step(id, Position(at, id), at))
        return found[:count]
