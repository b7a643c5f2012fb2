"""The reader everybody shares: hot lists, cards, counts and flags, kept right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import numpy as np

from algorithms.links import intersect
from graph.adjacency.cache import Cache
from graph.adjacency.fetching import Fetcher
from graph.adjacency.freshness import Freshness
from graph.adjacency.huge import HugeList, newer_pages, older_pages
from graph.adjacency.kind import Kind
from graph.adjacency.kinds import (
    SEGMENT,
    SHIFT,
    counts_name,
    flags_name,
    kinds,
    list_name,
    person_name,
    post_counts_name,
    post_name,
    subject_name,
)
from graph.adjacency.local import Local
from graph.adjacency.packing import Packed
from graph.adjacency.reader import Held
from graph.adjacency.segments import newer_than, older_than
from graph.adjacency.tallies import Tallies
from graph.adjacency.tether import PATIENCE, Patience
from graph.adjacency.touched import Touched
from graph.gather import Gatherer
from graph.model import CACHED, LIST
from graph.records import GONE, Counts, Ids, Links, Pair, Person, Position, PostCard
from graph.store import Store
from graph.visibility import ANYONE, Flags, Viewer

LOCAL_BYTES = 64 << 20
# Dense ids never get there; a forged one must not cost a segment.
LAST_ID = 1 << 32
# From so many on, one question to the store is cheaper than everybody's list.
LINKED_LISTS = 1024
# So few that arrays cost more than numbers.
FEW = 4
VIEWER_SETS = ("following", "friends", "blocking", "blocked_by")

PairsOf = Callable[[list[tuple[int, int]]], Awaitable[dict[tuple[int, int], Pair]]]


class Hot:
    """A `Reader`. Without a cache (or while it is away) the store answers everything."""

    def __init__(
        self,
        store: Store,
        *,
        cache_url: str | None = None,
        local_bytes: int = LOCAL_BYTES,
        patience: Patience = PATIENCE,
    ) -> None:
        self._store = store
        self.tallies = Tallies()
        self.local = Local(local_bytes)
        self._fetcher = Fetcher(self.local, self.tallies)
        self._freshness = Freshness(store, self._fetcher, self.tallies)
        self.cache = Cache(cache_url, self._freshness, patience) if cache_url else None
        if self.cache is not None:
            self._fetcher.attach(self.cache)
            self._freshness.attach(self.cache)
        self._kinds = kinds(store)
        self._huge = {
            name: HugeList(name, store, self._fetcher) for name in CACHED if LIST[name].side.huge
        }
        self._pairs: Gatherer[tuple[int, int], Pair] = Gatherer(_pairs(store), _no_pair)

    @property
    def trips(self) -> int:
        """How often the cache was asked, ever; heartbeats aside."""
        return self.cache.trips if self.cache is not None else 0

    async def start(self) -> None:
        if self.cache is not None:
            await self.cache.start()
            self._freshness.start()

    async def stop(self) -> None:
        await self._fetcher.close()
        await self._pairs.close()
        await self._freshness.stop()
        if self.cache is not None:
            await self.cache.stop()

    # --- lists

    async def lists(self, name: str, owners: Sequence[int]) -> list[Ids]:
        return [one.ids for one in await self._packed(name, owners)]

    async def sets(self, name: str, owners: Sequence[int]) -> list[Ids]:
        return [one.ascending for one in await self._packed(name, owners)]

    async def _packed(self, name: str, owners: Sequence[int]) -> list[Packed]:
        return await self._fetcher.many(self._kinds.lists[name], owners)

    async def pieces(
        self,
        name: str,
        owner: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
    ) -> AsyncIterator[Links]:
        backwards = before is not None and after is None
        async for links in self._walk(name, owner, after, before if backwards else None):
            piece = links if backwards else newer_than(links, before)
            if len(piece):
                yield piece
            if len(piece) < len(links):
                return

    def _walk(
        self, name: str, owner: int, after: Position | None, before: Position | None
    ) -> AsyncIterator[Links]:
        huge = self._huge.get(name)
        if name in self._kinds.lists:
            return self._whole(name, owner, after, before)
        if huge is not None:
            return huge.newer(owner, before) if before else huge.older(owner, after)
        if before:
            return newer_pages(self._store, name, owner, before)
        return older_pages(self._store, name, owner, after)

    async def _whole(
        self, name: str, owner: int, after: Position | None, before: Position | None
    ) -> AsyncIterator[Links]:
        links = (await self._packed(name, (owner,)))[0].links
        yield newer_than(links, before) if before else older_than(links, after)

    async def linked(self, name: str, owner: int, members: Ids) -> Ids:
        if len(members) == 0:
            return members
        if name in self._kinds.lists:
            return intersect(members, (await self.sets(name, (owner,)))[0])
        if (huge := self._huge.get(name)) is not None:
            whole = await huge.whole(owner)
            if whole is not None:
                return intersect(members, whole.ascending)
        lst = LIST[name]
        if lst.direction != "in":
            return await self._linked_by_walking(name, owner, members)
        out = lst.edge.out
        # Of a post, nobody's own list is short: what they like grows for ever.
        short = lst.owner == "User" and out is not None and out.list in self._kinds.lists
        if out is not None and short and len(members) <= LINKED_LISTS:
            theirs = await self.lists(out.list, members.tolist())
            return members[np.fromiter((bool((ids == owner).any()) for ids in theirs), np.bool_)]
        found = await self._store.linked(lst.edge.name, members.tolist(), owner)
        return members[np.array(found, np.bool_)]

    async def _linked_by_walking(self, name: str, owner: int, members: Ids) -> Ids:
        found = [links.ids async for links in self.pieces(name, owner)]
        everyone = np.sort(np.concatenate(found)) if found else members[:0]
        return intersect(members, everyone)

    # --- people

    async def flags(self, ids: Ids) -> Flags:
        if len(ids) == 0:
            return np.empty(0, np.uint8)
        if len(ids) <= FEW:
            return await self._flags_of_few(ids.tolist())
        lowest, highest = int(ids.min()), int(ids.max())
        if lowest < 0 or highest >= LAST_ID:
            known = (ids >= 0) & (ids < LAST_ID)
            found = np.full(len(ids), GONE, np.uint8)
            found[known] = await self.flags(ids[known])
            return found
        first, last = lowest >> SHIFT, highest >> SHIFT
        if first == last:
            (segment,) = await self._fetcher.many(self._kinds.flags, (first,))
            of_one_segment: Flags = segment[ids & (SEGMENT - 1)]
            return of_one_segment
        segments = (ids >> SHIFT) - first
        there = np.zeros(last - first + 1, np.bool_)
        there[segments] = True
        rows = await self._fetcher.many(self._kinds.flags, (np.flatnonzero(there) + first).tolist())
        row = np.cumsum(there) - 1
        places = (row[segments] << SHIFT) | (ids & (SEGMENT - 1))
        one_a_person: Flags = np.concatenate(rows)[places]
        return one_a_person

    async def _flags_of_few(self, ids: list[int]) -> Flags:
        known = sorted({id >> SHIFT for id in ids if 0 <= id < LAST_ID})
        found = dict(zip(known, await self._fetcher.many(self._kinds.flags, known), strict=True))
        return np.array(
            [found[s][id & (SEGMENT - 1)] if (s := id >> SHIFT) in found else GONE for id in ids],
            np.uint8,
        )

    def here(self, kind: Held, id: int) -> Any | None:
        found: Kind[int, Any] = getattr(self._kinds, kind)
        return self._fetcher.one_here(found, id)

    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        return [card.person for card in await self._fetcher.many(self._kinds.people, ids)]

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self._fetcher.many(self._kinds.counts, ids)

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        return [sheet.post for sheet in await self._fetcher.many(self._kinds.posts, ids)]

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self._fetcher.many(self._kinds.post_counts, ids)

    async def shared(self, person: int) -> Ids:
        return (await self._fetcher.many(self._kinds.shared, (person,)))[0].ascending

    async def mutes(self, person: int) -> Links:
        return (await self._fetcher.many(self._kinds.mutes, (person,)))[0].links

    async def mutes_of(self, people: Sequence[int]) -> list[Links]:
        return [one.links for one in await self._fetcher.many(self._kinds.mutes, people)]

    async def interests(self, person: int) -> Sequence[str]:
        return (await self._fetcher.many(self._kinds.interests, (person,)))[0]

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        return await self._pairs.many([(viewer, other) for other in others])

    async def viewer(self, person: int | None) -> Viewer:
        if person is None:
            return ANYONE
        asked = {name: list_name(name, person) for name in VIEWER_SETS}
        found = await self._fetcher.ask(
            {key: (self._kinds.lists[name], person) for name, key in asked.items()}
        )
        return Viewer(person, **{name: found[key].ascending for name, key in asked.items()})

    async def person_of(self, subject_key: str) -> int | None:
        person = (await self._fetcher.many(self._kinds.subjects, (subject_key,)))[0].person
        if person is None:
            return None
        # Whoever is gone no longer has a subject.
        (segment,) = await self._fetcher.many(self._kinds.flags, (person >> SHIFT,))
        return None if int(segment[person & (SEGMENT - 1)]) & GONE else person

    # --- freshness

    async def invalidate(self, touched: Touched) -> str:
        whole = {person_name(person) for person in touched.people | touched.cards}
        whole |= {flags_name(person >> SHIFT) for person in touched.people}
        whole |= {counts_name(person) for person in touched.counts}
        whole |= {post_name(post) for post in touched.posts}
        whole |= {post_counts_name(post) for post in touched.post_counts}
        whole |= {subject_name(digest) for digest in touched.subjects}
        entries = set()
        for name, owner, at in touched.lists:
            if at is not None and name in self._huge:
                entries.add((list_name(name, owner), at))
            else:
                whole.add(list_name(name, owner))
        return await self._freshness.invalidate(sorted(whole), sorted(entries))

    async def catch_up(self, epoch: str) -> None:
        await self._freshness.catch_up(epoch)


def _pairs(store: Store) -> PairsOf:
    async def fetch(asked: list[tuple[int, int]]) -> dict[tuple[int, int], Pair]:
        by_viewer: dict[int, list[int]] = {}
        for viewer, other in asked:
            by_viewer.setdefault(viewer, []).append(other)
        chunks = [
            (viewer, others[at : at + 100])
            for viewer, others in by_viewer.items()
            for at in range(0, len(others), 100)
        ]
        answers = await asyncio.gather(*(store.pairs(viewer, chunk) for viewer, chunk in chunks))
        return {
            (viewer, other): pair
            for (viewer, chunk), pairs in zip(chunks, answers, strict=True)
            for other, pair in zip(chunk, pairs, strict=True)
        }

    return fetch


def _no_pair(asked: tuple[int, int]) -> Pair:
    return Pair(None, None)
