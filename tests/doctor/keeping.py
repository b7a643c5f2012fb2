"""A reader that remembers what it is told to: a cache that may be wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.adjacency.touched import Stale, Touched
from graph.records import Counts, Ids, Links, Person, Position, PostCard
from graph.store import Store
from graph.visibility import Flags


@dataclass
class KeepingReader:
    store: Store
    lists_kept: dict[tuple[str, int], Ids] = field(default_factory=dict)
    people_kept: dict[int, Person] = field(default_factory=dict)
    counts_kept: dict[int, Counts] = field(default_factory=dict)
    posts_kept: dict[int, PostCard] = field(default_factory=dict)
    post_counts_kept: dict[int, Counts] = field(default_factory=dict)

    async def invalidate(self, touched: Touched) -> str:
        for stale in touched.lists:
            self.lists_kept.pop(stale[:2], None)
        for person in touched.people:
            self.people_kept.pop(person, None)
        for person in touched.counts:
            self.counts_kept.pop(person, None)
        for post in touched.posts | touched.post_counts:
            self.posts_kept.pop(post, None)
            self.post_counts_kept.pop(post, None)
        return "1"

    async def lists(self, name: str, owners: Sequence[int]) -> list[Ids]:
        links = await self.store.neighbours(name, owners)
        pairs = zip(owners, links, strict=True)
        return [self.lists_kept.get((name, owner), link.ids) for owner, link in pairs]

    async def pieces(
        self,
        name: str,
        owner: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
    ) -> AsyncIterator[Links]:
        page = await self.store.neighbours_page(name, owner, 1_000)
        ids = self.lists_kept.get((name, owner), page.ids)
        yield Links(ids, np.zeros(len(ids), np.int64))

    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        pairs = zip(ids, await self.store.people(ids), strict=True)
        return [self.people_kept.get(id, person) for id, person in pairs]

    async def flags(self, ids: Ids) -> Flags:
        people = await self.people([int(id) for id in ids])
        return np.array([1 if one is None else int(one.flags) for one in people], np.uint8)

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        pairs = zip(ids, await self.store.counts(ids), strict=True)
        return [self.counts_kept.get(id, counts) for id, counts in pairs]

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        pairs = zip(ids, await self.store.posts(ids), strict=True)
        return [self.posts_kept.get(id, post) for id, post in pairs]

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        pairs = zip(ids, await self.store.post_counts(ids), strict=True)
        return [self.post_counts_kept.get(id, counts) for id, counts in pairs]


def wrong_list(reader: KeepingReader, name: str, owner: int) -> Stale:
    reader.lists_kept[name, owner] = np.array([4711], np.int64)
    return Stale(name, owner, None)
