"""What rankers are told: parallel arrays, one place a post; and what they answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from algorithms.ranking.formulas import Counts, Floats

# How much a kind of post weighs: video > image > text.
TYPE_WEIGHT = MappingProxyType({"VIDEO": 3.0, "IMAGE": 2.0, "LINK": 1.5, "TEXT": 1.0})


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everything is as the viewer may know it."""

    ids: Counts
    authors: Counts
    at: Counts  # epoch ms
    likes: Counts
    comments: Counts
    shares: Counts
    saves: Counts
    weights: Floats  # of the post's type
    similarity: Floats  # 0..1: to what the viewer is interested in
    proof: Counts  # people the viewer follows who had to do with this post
    interactions: Counts  # the viewer's, with the author
    mutual: Counts  # friends that viewer and author have in common
    model: Floats  # 0..1: what a model says; the similarity where there is none

    def __len__(self) -> int:
        return len(self.ids)

    def __post_init__(self) -> None:
        sizes = {len(getattr(self, field.name)) for field in fields(self)}
        if len(sizes) > 1:
            raise ValueError("one entry a post in every array")


@dataclass(frozen=True, slots=True)
class Scored:
    """A score for each candidate, and what it is the sum of."""

    score: Floats
    parts: Mapping[str, Floats]

    def order(self, ids: Counts) -> NDArray[np.intp]:
        """Places by descending score, newer ids first among equals."""
        return np.lexsort((-ids, -self.score))


def summed(parts: Mapping[str, Floats]) -> Scored:
    return Scored(np.sum(list(parts.values()), axis=0), parts)
