"""The newest posts of many authors together: each author's edges, or a page of the index.

Edges come in no order, so all of an author's are read. Of whoever has posted very much a page is
read by the index instead: what a page costs does not grow with a history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

import numpy as np

from graph.records import Links, Position, Posted
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.counters import kept
from graph.stores.bolt.spans import HIGHEST, LOWEST
from graph.stores.bolt.texts import text

# Posts of one author: from here on the index is cheaper than the edges.
MANY = 1_000
PAGES_AT_ONCE = 8

Rows = list[tuple[int, int, int]]  # (time, post, author)


class Pages(Protocol):
    def __call__(
        self,
        name: str,
        owner: int,
        limit: int,
        after: Position | None = None,
        before: Position | None = None,
    ) -> Awaitable[Links]: ...


class Newest:
    def __init__(self, connection: Connection, page: Pages, shard_from: int) -> None:
        self._connection, self._page = connection, page
        # A counter's property stands still where its shards begin.
        self._many = min(MANY, shard_from)

    async def posts_of(
        self,
        authors: Sequence[int],
        limit: int,
        before: Position | None = None,
        after: Position | None = None,
    ) -> Posted:
        authors = list(dict.fromkeys(authors))
        # First, so that nobody who comes to have many meanwhile is left out.
        prolific = await self._prolific(authors)
        others = [author for author in authors if author not in prolific]
        found = await asyncio.gather(
            self._by_edges(others, limit, before, after),
            self._by_index(sorted(prolific), limit, before, after),
        )
        newest = sorted((row for rows in found for row in rows), reverse=True)[:limit]
        at, ids, whose = np.array(newest, np.int64).reshape(-1, 3).T
        return Posted(ids, at, whose)

    async def _prolific(self, authors: Sequence[int]) -> set[int]:
        statement = text("posts/prolific", posts=kept("posts"))
        return set(await self._connection.value(statement, authors=authors, many=self._many))

    async def _by_edges(
        self, authors: Sequence[int], limit: int, before: Position | None, after: Position | None
    ) -> Rows:
        if not authors:
            return []
        before, after = before or Position(HIGHEST, HIGHEST), after or Position(LOWEST, LOWEST)
        found = await self._connection.value(
            text("posts/posts_of"),
            authors=authors,
            limit=limit,
            before_at=before.at,
            before_id=before.id,
            after_at=after.at,
            after_id=after.id,
        )
        return [(at, id, author) for id, at, author in found]

    async def _by_index(
        self, authors: Sequence[int], limit: int, before: Position | None, after: Position | None
    ) -> Rows:
        turn = asyncio.Semaphore(PAGES_AT_ONCE)

        async def one(author: int) -> Rows:
            async with turn:
                # A page between both ends is filled from its newest end.
                end = before or (Position(HIGHEST, HIGHEST) if after else None)
                links = await self._page("posts", author, limit, after=end, before=after)
            places = zip(links.at.tolist(), links.ids.tolist(), strict=True)
            return [(at, id, author) for at, id in places]

        return [row for rows in await asyncio.gather(*map(one, authors)) for row in rows]
