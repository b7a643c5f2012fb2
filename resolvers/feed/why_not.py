"""Why a post is not in the viewer's feed: the same stages, up to the first that drops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from algorithms.ranking import RANKERS
from graph.post_visibility import NO_POST, access_post, audience
from graph.records import Ids, PostCard
from graph.visibility import contains
from resolvers import globalid
from resolvers.feed.candidates import MOST, WINDOW_MS
from resolvers.feed.chronological import FeedWalk
from resolvers.feed.feed import RankerName
from resolvers.feed.ranking import BEST, rank
from resolvers.feed.rules import Stage, answers_mask, related
from resolvers.feed.sources import Circle, load_circle, load_sources

if TYPE_CHECKING:
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class WhyNot:
    shown: bool
    stage: Stage | None
    rule: str | None
    text: str


SHOWN = WhyNot(True, None, None, "This post is in your feed.")
NOT_THERE = WhyNot(False, Stage.POLICY, NO_POST.rule, NO_POST.text)
NOT_FOLLOWING = WhyNot(
    False, Stage.SOURCE, "NOT_FOLLOWING", "It is neither yours nor by anybody you follow."
)
MUTED = WhyNot(False, Stage.MUTED, "MUTED", "You muted whoever posted it.")
REPLY = WhyNot(False, Stage.REPLY, "REPLY_TO_STRANGER", "It answers somebody you do not follow.")
TOO_OLD = WhyNot(False, Stage.WINDOW, "TOO_OLD", "Ranked feeds look back seven days.")
TOO_MANY = WhyNot(
    False, Stage.WINDOW, "TOO_MANY", f"It is behind the newest {MOST:,} of your feed."
)
DUPLICATE = WhyNot(
    False, Stage.DUPLICATE, "SHOWN_ALREADY", "What it shares stands in your feed already."
)
RANKED_OUT = WhyNot(False, Stage.RANK, "RANKED_OUT", f"It is behind the best {BEST}.")


async def why_not(context: Context, text: str, name: RankerName | None) -> WhyNot:
    ranker = RANKERS[(name or RankerName.RELEVANCE).value]
    circle = await load_circle(context)
    (card,) = await context.reader.posts([globalid.post_id(text)])
    if card is None:
        return NOT_THERE
    for stage in (_policy, _source, _muted, _reply):
        if (found := await stage(context, circle, card)) is not None:
            return found
    if ranker.name == "chronological":
        return SHOWN
    return await _ranked(context, card, ranker.name)


async def _policy(context: Context, circle: Circle, card: PostCard) -> WhyNot | None:
    flags = await context.reader.flags(np.array([card.author], np.int64))
    decision = access_post(context.viewer, card.author, int(flags[0]), audience(card))
    return None if decision.allowed else WhyNot(False, Stage.POLICY, decision.rule, decision.text)


async def _source(context: Context, circle: Circle, card: PostCard) -> WhyNot | None:
    own = card.author == circle.viewer
    return None if own or _in(circle.following, card.author) else NOT_FOLLOWING


async def _muted(context: Context, circle: Circle, card: PostCard) -> WhyNot | None:
    return MUTED if _in(circle.muted, card.author) else None


async def _reply(context: Context, circle: Circle, card: PostCard) -> WhyNot | None:
    heard = await answers_mask(context, circle, [card], await related(context, [card]))
    return None if heard[0] else REPLY


async def _ranked(context: Context, card: PostCard, name: str) -> WhyNot:
    if card.created_at < context.now() - WINDOW_MS:
        return TOO_OLD
    sources = await load_sources(context)
    ranking = await rank(context, FeedWalk(context, sources, True), RANKERS[name])
    if all(one.card.id != card.id for one in ranking.posts):
        return TOO_MANY
    if all(one.card.id != card.id for one in ranking.pool.posts):
        return DUPLICATE
    if all(one.id != card.id for one in ranking.frozen.rated):
        return RANKED_OUT
    return SHOWN


def _in(ids: Ids, one: int) -> bool:
    return bool(contains(ids, np.array([one], np.int64))[0])
