"""A reader without a cache: each question goes to the store. The model of the cached one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import numpy as np

from graph.adjacency.mutes import load_mutes
from graph.adjacency.touched import Touched
from graph.model import LIST
from graph.records import Counts, Ids, Links, Pair, Person, Position, PostCard
from graph.store import Store
from graph.visibility import Flags, Viewer

FLAGS_A_TRIP = 64


class DirectReader:
    def __init__(self, store: Store, piece: int = 50) -> None:
        self.store = store
        # How long a piece of a list is: small in tests of paging, so that pages meet its ends.
        self.piece = piece
        self.epoch = 0

    async def lists(self, name: str, owners: Sequence[int]) -> list[Ids]:
        return [links.ids for links in await self.store.neighbours(name, owners)]

    async def sets(self, name: str, owners: Sequence[int]) -> list[Ids]:
        return [np.sort(ids) for ids in await self.lists(name, owners)]

    async def pieces(
        self,
        name: str,
        owner: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
    ) -> AsyncIterator[Links]:
        while True:
            page = await self.store.neighbours_page(name, owner, self.piece, after, before)
            if len(page):
                yield page
            if len(page) < self.piece:
                return
            if before is None:
                after = Position(int(page.at[-1]), int(page.ids[-1]))
            else:
                before = Position(int(page.at[0]), int(page.ids[0]))

    async def linked(self, name: str, owner: int, members: Ids) -> Ids:
        lst = LIST[name]
        if lst.direction == "in":
            found = await self.store.linked(lst.edge.name, members.tolist(), owner)
            return members[np.array(found, np.bool_)] if len(members) else members
        (ids,) = await self.lists(name, [owner])
        return members[np.isin(members, ids)]

    async def flags(self, ids: Ids) -> Flags:
        found = np.zeros(len(ids), np.uint8)
        for block in np.unique(ids // FLAGS_A_TRIP).tolist():
            here = ids // FLAGS_A_TRIP == block
            first = block * FLAGS_A_TRIP
            row = np.frombuffer(await self.store.flags(first, FLAGS_A_TRIP), np.uint8)
            found[here] = row[ids[here] - first]
        return found

    def here(self, kind: str, id: int) -> None:
        return None

    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        return await self.store.people(ids)

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self.store.counts(ids)

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        return await self.store.posts(ids)

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self.store.post_counts(ids)

    async def shared(self, person: int) -> Ids:
        (links,) = await self.store.shared([person])
        return np.unique(links.ids)

    async def mutes(self, person: int) -> Links:
        return (await load_mutes(self.store, [person]))[0]

    async def mutes_of(self, people: Sequence[int]) -> list[Links]:
        return list(await load_mutes(self.store, people))

    async def interests(self, person: int) -> Sequence[str]:
        return await self.store.interests(person)

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        return await self.store.pairs(viewer, others)

    async def viewer(self, person: int | None) -> Viewer:
        if person is None:
            return Viewer()
        names = ("following", "friends", "blocking", "blocked_by")
        sets = [(await self.sets(name, [person]))[0] for name in names]
        return Viewer(person, *sets)

    async def person_of(self, subject_key: str) -> int | None:
        return (await self.store.find_people("subjectKey", [subject_key]))[0]

    async def invalidate(self, touched: Touched) -> str:
        self.epoch += 1
        return str(self.epoch)

    async def catch_up(self, epoch: str) -> None:
        return None
