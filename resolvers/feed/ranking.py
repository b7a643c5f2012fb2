"""A ranking: candidates, scored, the best five hundred in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from algorithms.ranking import Ranker
from graph.errors import CursorExpired
from graph.records import Position
from resolvers.feed.candidates import EVIDENCE, Evidence, Pool, features, load_posts, pool_of
from resolvers.feed.chronological import FeedWalk
from resolvers.feed.rules import Shown

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

    posts: tuple[Shown, ...]
    at: int
    frozen: Frozen
    pool: Pool


async def rank(context: Context, walk: FeedWalk, ranker: Ranker) -> Ranking:
    viewer, now = walk.sources.circle.viewer, context.now()
    posts = await load_posts(context, walk)
    kept = context.feeds.rankings.get((viewer, ranker.key))
    if kept is not None and now - kept.at < REUSED_MS and _same(kept.posts, posts):
        return kept
    pool = pool_of(posts)
    ranking = Ranking(posts, now, await _frozen(context, walk, pool, posts, ranker), pool)
    context.feeds.remember(viewer, ranker.key, ranking)
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


def _same(a: tuple[Shown, ...], b: tuple[Shown, ...]) -> bool:
    return len(a) == len(b) and all(
        one.card is other.card and one.original is other.original and one.parent is other.parent
        for one, other in zip(a, b, strict=True)
    )


def _rated(row: Any) -> Rated:
    id, score, parts, evidence = row
    return Rated(id, score, parts, tuple(Evidence(*one) for one in evidence))
