"""What a process keeps for feeds: its timelines, the model of content, and rankings just made."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algorithms.ranking import ContentModel, TagOverlap
from graph.timelines.timelines import Timelines

if TYPE_CHECKING:
    from resolvers.feed.ranking import Ranking

# Viewers whose last ranking is kept.
RANKINGS_KEPT = 500


@dataclass(slots=True)
class Feeds:
    timelines: Timelines
    model: ContentModel = field(default_factory=TagOverlap)
    rankings: OrderedDict[tuple[int, str], Ranking] = field(default_factory=OrderedDict)

    def remember(self, viewer: int, ranker: str, ranking: Ranking) -> None:
        self.rankings[viewer, ranker] = ranking
        self.rankings.move_to_end((viewer, ranker))
        while len(self.rankings) > RANKINGS_KEPT:
            self.rankings.popitem(last=False)


def no_timelines() -> Feeds:
    """The graph answers everything."""
    return Feeds(Timelines(None, lambda: 0))
