"""A ranking: candidates, scored, the best five hundred in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from algorithms.ranking import Ranker
from graph.errors import CursorExpired
from graph.records import Position, PostCard
from graph.visibility import Viewer
from resolvers.feed.candidates import EVIDENCE, Evidence, Pool, features, load_candidates, pool_of
from resolvers.feed.chronological import FeedWalk
from resolvers.feed.rules import Shown, shown

if TYPE_CHECKING:
    from resolvers.context import Context

BEST = 500
# The same candidates, ranked again a moment later, stand much as they stood.
REUSED_MS = 15_000

NOWHERE = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Rated:
    """One post of a ranking: its score, what that is the sum of, and who speaks for it."""

    id: int
    score: float
    parts: Mapping[str, float]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a walk goes through: the order as it was, and the newest post there was."""

    rated: tuple[Rated, ...]
    head: Position

    def to_bytes(self) -> bytes:
        rows = [
            [one.id, one.score, one.parts, [list(witness) for witness in one.evidence]]
            for one in self.rated
        ]
        return orjson.dumps({"rated": rows, "head": list(self.head)})

    @staticmethod
    def from_bytes(data: bytes) -> Frozen:
        try:
            kept = orjson.loads(data)
            return Frozen(tuple(_rated(row) for row in kept["rated"]), Position(*kept["head"]))
        except (ValueError, KeyError, TypeError):
            raise CursorExpired("The list behind this cursor is gone: begin again.") from None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A frozen order with what it was made from."""

    made_from: _Basis
    at: int
    posts: tuple[Shown, ...]
    pool: Pool
    frozen: Frozen
    data: bytes  # the frozen order, as snapshots keep it


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a ranking depends on, but for numbers that move all the time."""

    cards: Sequence[PostCard | None]
    viewer: Viewer

    def holds(self, cards: Sequence[PostCard | None], viewer: Viewer) -> bool:
        # Cards are compared as objects: the process's copy is replaced when one changes.
        return (
            len(cards) == len(self.cards)
            and all(one is other for one, other in zip(cards, self.cards, strict=True))
            and np.array_equal(viewer.following, self.viewer.following)
            and np.array_equal(viewer.friends, self.viewer.friends)
        )


async def rank(context: Context, walk: FeedWalk, ranker: Ranker) -> Ranking:
    circle, now = walk.sources.circle, context.now()
    posted = await load_candidates(context, walk)
    ids = posted.ids.tolist()
    basis = _Basis(await context.reader.posts(ids), context.viewer)
    kept = context.feeds.rankings.get((circle.viewer, ranker.key))
    if (
        kept is not None
        and now - kept.at < REUSED_MS
        and kept.made_from.holds(basis.cards, basis.viewer)
    ):
        return kept
    posts = tuple(one for one in await shown(context, circle, ids) if one is not None)
    pool = pool_of(posts)
    frozen = await _frozen(context, walk, pool, posts, ranker)
    ranking = Ranking(basis, now, posts, pool, frozen, frozen.to_bytes())
    context.feeds.remember(circle.viewer, ranker.key, ranking)
    return ranking


async def _frozen(
    context: Context, walk: FeedWalk, pool: Pool, posts: tuple[Shown, ...], ranker: Ranker
) -> Frozen:
    head = Position(posts[0].card.created_at, posts[0].card.id) if posts else NOWHERE
    if not pool.posts:
        return Frozen((), head)
    candidates = await features(context, walk.sources.circle, pool, ranker)
    scored = ranker.score(candidates, context.now())
    best = scored.order(candidates.ids)[:BEST]
    parts = {name: part[best].tolist() for name, part in scored.parts.items()}
    scores = scored.score[best].tolist()
    return Frozen(
        tuple(
            Rated(
                pool.posts[place].card.id,
                scores[at],
                {name: part[at] for name, part in parts.items()},
                pool.proof(pool.posts[place])[:EVIDENCE],
            )
            for at, place in enumerate(best.tolist())
        ),
        head,
    )


def _rated(row: Any) -> Rated:
    id, score, parts, evidence = row
    return Rated(id, score, parts, tuple(Evidence(*one) for one in evidence))
