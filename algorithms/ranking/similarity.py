"""How well a post fits what somebody is interested in. Pure.

`ContentModel` is the place for a model that knows more than tags, such as an embedding: whatever
answers 0..1 for each post can be given to the feed instead of `TagOverlap`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from algorithms.ranking.formulas import Floats

# What somebody cares for, and how much; weights are not negative.
Interests = Mapping[str, float]


class ContentModel(Protocol):
    name: str

    def similarity(self, interests: Interests, posts: Sequence[Sequence[str]]) -> Floats:
        """0..1 for each post, told by its tags."""
        ...


class TagOverlap:
    """The cosine of weighted interests and a post's tags."""

    name = "tags"

    def similarity(self, interests: Interests, posts: Sequence[Sequence[str]]) -> Floats:
        return cosine(interests, posts)


def cosine(interests: Interests, posts: Sequence[Sequence[str]]) -> Floats:
    """
    >>> likes = {"music": 3.0, "chess": 4.0}
    >>> cosine(likes, [["chess"], ["music", "chess"], ["cats"], []]).round(3).tolist()
    [0.8, 0.99, 0.0, 0.0]
    """
    length = math.sqrt(sum(weight * weight for weight in interests.values()))
    if length == 0.0:
        return np.zeros(len(posts))
    return np.array([_one(interests, frozenset(tags), length) for tags in posts], np.float64)


def _one(interests: Interests, tags: frozenset[str], length: float) -> float:
    shared = sum(interests.get(tag, 0.0) for tag in tags)
    return min(shared / (length * math.sqrt(len(tags))), 1.0) if shared else 0.0
