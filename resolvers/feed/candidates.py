"""What may be ranked, and what rankers are told about it: only what the viewer may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from algorithms.ranking import TYPE_WEIGHT, Candidates, Ranker
from algorithms.ranking.formulas import Floats
from graph.records import Counts, Ids, Posted
from graph.timelines.packing import nothing_posted, together
from resolvers import closeness
from resolvers.feed.chronological import FeedWalk
from resolvers.feed.dealings import load_dealings
from resolvers.feed.rules import Shown
from resolvers.feed.sources import Circle, first

if TYPE_CHECKING:
    from resolvers.context import Context

MOST = 1_000
# With so many at hand the graph is not asked for more: no more are kept of a ranking.
ENOUGH = 500
WINDOW_MS = 7 * 86_400_000
# People named as proof of one post.
EVIDENCE = 3


class Evidence(NamedTuple):
    """Somebody the viewer follows had to do with a post: by this post of their own."""

    person: int
    post: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Newest first; an original stands once."""

    posts: tuple[Shown, ...]
    evidence: Mapping[int, tuple[Evidence, ...]]  # by the id of a content, newest first

    def proof(self, one: Shown) -> tuple[Evidence, ...]:
        """Of others than whoever wrote it."""
        return self.evidence.get(one.content.id, ())


async def load_candidates(context: Context, walk: FeedWalk) -> Posted:
    """The newest of the last seven days by open authors, at most a thousand."""
    oldest = context.now() - WINDOW_MS
    found = nothing_posted()
    async with aclosing(walk.pieces(None)) as pieces:
        async for posted in pieces:
            young = first(posted, int(np.count_nonzero(posted.at >= oldest)))
            found = together((found, first(young, MOST - len(found))))
            if len(young) < len(posted) or len(found) >= ENOUGH:
                break
    return found


def pool_of(posts: Sequence[Shown]) -> Pool:
    """Each original once: itself where it is there, else its newest share."""
    chosen: dict[int, Shown] = {}
    for one in posts:
        id = one.content.id
        if id not in chosen or one.card.id == id:
            chosen[id] = one
    kept = {one.card.id for one in chosen.values()}
    return Pool(tuple(one for one in posts if one.card.id in kept), evidence_in(posts))


def evidence_in(posts: Sequence[Shown]) -> dict[int, tuple[Evidence, ...]]:
    """Who shared, quoted or answered what, each person once, and nobody their own."""
    found: dict[int, dict[int, Evidence]] = {}
    for one in posts:
        for other in (one.original, one.parent):
            if other is not None and other.author != one.card.author:
                about = found.setdefault(other.id, {})
                about.setdefault(one.card.author, Evidence(one.card.author, one.card.id))
    return {id: tuple(about.values()) for id, about in found.items()}


async def features(context: Context, circle: Circle, pool: Pool, ranker: Ranker) -> Candidates:
    posts = pool.posts
    contents = [one.content for one in posts]
    authors = _ints([one.card.author for one in posts])
    counts = await context.reader.post_counts([content.id for content in contents])
    similarity = await _similarity(context, circle, posts)
    interactions, mutual = await _affinity(context, circle, authors, ranker)
    return Candidates(
        ids=_ints([one.card.id for one in posts]),
        authors=authors,
        at=_ints([one.card.created_at for one in posts]),
        likes=_counted(counts, "likes"),
        comments=_counted(counts, "replies"),
        shares=_counted(counts, "shares"),
        # Who saved a post is nobody's business but theirs; how many, its author's.
        saves=_counted(counts, "saves") * (_ints([c.author for c in contents]) == circle.viewer),
        weights=np.array([TYPE_WEIGHT[content.type.value] for content in contents], np.float64),
        similarity=similarity,
        proof=_ints([len(pool.proof(one)) for one in posts]),
        interactions=interactions,
        mutual=mutual,
        model=similarity,
    )


async def _similarity(context: Context, circle: Circle, posts: Sequence[Shown]) -> Floats:
    names = await context.reader.interests(circle.viewer)
    interests = dict.fromkeys(names, 1.0)
    return context.feeds.model.similarity(interests, [one.content.tags for one in posts])


async def _affinity(
    context: Context, circle: Circle, authors: Ids, ranker: Ranker
) -> tuple[Ids, Ids]:
    """Only where the ranker asks for it."""
    nothing = np.zeros(len(authors), np.int64)
    if not ranker.affinity or not len(authors):
        return nothing, nothing
    people, place = np.unique(authors, return_inverse=True)
    dealings = await load_dealings(context, circle.viewer)
    mutual = await closeness.mutual_counts(context, circle.viewer, people.tolist())
    interactions = _ints([dealings.get(person, 0) for person in people.tolist()])
    return interactions[place], _ints(mutual)[place]


def _ints(values: Sequence[int]) -> Ids:
    return np.array(values, np.int64)


def _counted(counts: Sequence[Counts], name: str) -> Ids:
    return _ints([count.get(name, 0) for count in counts])
