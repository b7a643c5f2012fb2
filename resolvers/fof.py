"""Friends of friends: over how many, and over whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from algorithms.links import Ints, counted, intersect, strongest, without
from graph.records import Ids, Person
from graph.visibility import Mask, access_network, contains
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.network import Reach, friends_of, reach_of
from resolvers.pages import Listing, Window, living
from resolvers.ranked import SNAPSHOT_SIZE, Ranking, ranked

if TYPE_CHECKING:
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class FriendsOfFriends:
    context: Context
    listing: Listing[int, Person]
    reach: Once[Reach]

    async def mutual_counts(self, ids: Sequence[int]) -> list[int]:
        reach = await self.reach.get()
        found: list[int] = counted(reach.ids, reach.counts, np.array(ids, np.int64)).tolist()
        return found

    async def via(self, id: int, first: int) -> list[Person]:
        """Some of the friends between, by id."""
        return await between(self.context, (await self.reach.get()).friends, id, first)


async def between(context: Context, friends: Ids, id: int, first: int) -> list[Person]:
    """Which of `friends` are this person's friends too, as far as the viewer may know."""
    (theirs,) = await friends_of(context, [id])
    chosen = intersect(friends, theirs)[:first].tolist()
    people = await context.batches.people.many(chosen)
    return [person for person in people if person is not None and not person.gone]


def friends_of_friends(context: Context, person: Person, window: Window) -> FriendsOfFriends:
    """Most mutual friends first. Oneself and friends are left out, nobody else."""

    async def load() -> Reach:
        return await reach_of(context, person.id)

    reach = Once(load)

    async def strangers() -> tuple[Ids, Ints]:
        found = await reach.get()
        return without(found.ids, found.counts, found.friends, np.array([person.id]))

    candidates = Once(strangers)

    async def best() -> Ids:
        return strongest(*await candidates.get(), SNAPSHOT_SIZE)

    async def still(ids: Ids) -> Mask:
        return contains((await candidates.get())[0], ids)

    async def total() -> int:
        return len((await candidates.get())[0])

    async def restricted() -> str | None:
        if await total():
            return None
        decision = access_network(context.viewer, person.id, person.flags)
        return None if decision.allowed else decision.rule

    listing = ranked(
        context,
        Binding("friendsOfFriends", person.id, context.viewer.id),
        window,
        living(context),
        Ranking(best, still),
        Once(total),
        Once(restricted),
    )
    return FriendsOfFriends(context, listing, reach)
