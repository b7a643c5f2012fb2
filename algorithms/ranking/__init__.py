"""Ranking: pure functions over arrays of candidates, registered by name and version."""

from algorithms.ranking.candidates import TYPE_WEIGHT, Candidates, Scored, summed
from algorithms.ranking.rankers import RANKERS, Ranker, ranker
from algorithms.ranking.similarity import ContentModel, Interests, TagOverlap, cosine

__all__ = [
    "RANKERS",
    "TYPE_WEIGHT",
    "Candidates",
    "ContentModel",
    "Interests",
    "Ranker",
    "Scored",
    "TagOverlap",
    "cosine",
    "ranker",
    "summed",
]
