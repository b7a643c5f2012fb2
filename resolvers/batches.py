"""One request's look-ups, gathered by kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from graph.errors import Forbidden, Unauthenticated
from graph.records import Counts, Ids, Pair, Person, PostCard
from resolvers import closeness, network, posts, reactions
from resolvers.gather import Gather, Straight

if TYPE_CHECKING:
    from resolvers.context import Context

PAIRS_A_TRIP = 100  # the port's own limit


class Batches:
    """Named by what they give. Keys are ids of people, or of posts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.people: Straight[int, Person | None] = Straight(context.reader.people)
        self.counts: Straight[int, Counts] = Straight(context.reader.counts)
        # As far as the viewer may see them.
        self.posts: Gather[int, PostCard | None] = Gather(self._load_posts)
        self.post_counts: Straight[int, Counts] = Straight(context.reader.post_counts)
        # What the viewer did with these posts.
        self.liked: Gather[int, bool] = Gather(partial(reactions.load_done, context, "likes"))
        self.saved: Gather[int, bool] = Gather(partial(reactions.load_done, context, "saves"))
        self.shared: Gather[int, bool] = Gather(partial(reactions.load_shared, context))
        # What the last analysis wrote.
        self.communities: Gather[int, int | None] = Gather(self._load_communities)
        # Friends, ascending, as far as the viewer may know.
        self.friends: Gather[int, Ids] = Gather(self._load_friends)
        # What stands between the viewer and these people.
        self.pairs: Gather[int, Pair] = Gather(self._load_pairs, PAIRS_A_TRIP)
        # How near these people are to the viewer.
        self.distances: Gather[int, int | None] = Gather(self._load_distances)
        self.mutual_counts: Gather[int, int] = Gather(self._load_mutual_counts)

    async def _load_posts(self, ids: Sequence[int]) -> Sequence[PostCard | None]:
        return await posts.load_posts(self._context, ids)

    async def _load_communities(self, ids: Sequence[int]) -> Sequence[int | None]:
        found = await self._context.store.results("User", "community", ids)
        return [None if value is None else int(value) for value in found]

    async def _load_friends(self, owners: Sequence[int]) -> Sequence[Ids]:
        return await network.load_friends(self._context, owners)

    async def _load_pairs(self, others: Sequence[int]) -> Sequence[Pair]:
        return await self._context.reader.pairs(access_viewer(self._context), others)

    async def _load_distances(self, others: Sequence[int]) -> Sequence[int | None]:
        return await closeness.distances(self._context, access_viewer(self._context), others)

    async def _load_mutual_counts(self, others: Sequence[int]) -> Sequence[int]:
        return await closeness.mutual_counts(self._context, access_viewer(self._context), others)


def access_viewer(context: Context) -> int:
    """Whom the token speaks for, or the rule that there is nobody."""
    if context.identity is None:
        raise Unauthenticated("Sign in first: this needs a token.")
    if context.viewer.id is None:
        raise Forbidden("This token has no profile yet: createProfile makes one.", "NO_PROFILE")
    return context.viewer.id
