"""The rankers, each a pure function over arrays, registered by its name and version.

A ranker's scores may only change together with its version: snapshots, experiments and goldens
name both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from algorithms.ranking.candidates import Candidates, Scored, summed
from algorithms.ranking.diversity import novelty
from algorithms.ranking.formulas import (
    Floats,
    affinity,
    age_hours,
    edgerank,
    engagement,
    freshness,
    hot,
    squash,
)

Score = Callable[[Candidates, int], Scored]  # the candidates, and what time it is (epoch ms)

# Two people one follows make half of all the proof there could be.
PROOF_HALF = 2.0


@dataclass(frozen=True, slots=True)
class Ranker:
    name: str
    version: int
    score: Score
    affinity: bool = False  # whether it asks how near the author is, which costs look-ups

    @property
    def key(self) -> str:
        return f"{self.name}.{self.version}"


RANKERS: dict[str, Ranker] = {}


def ranker(name: str, version: int, *, affinity: bool = False) -> Callable[[Score], Score]:
    """Registers a ranker. A name stands once: a new version takes the old one's place."""

    def register(score: Score) -> Score:
        if name in RANKERS:
            raise ValueError(f"there is a ranker {name} already")
        RANKERS[name] = Ranker(name, version, score, affinity)
        return score

    return register


@ranker("relevance", 1)
def relevance(candidates: Candidates, now: int) -> Scored:
    """0.4 content similarity + 0.3 social proof + 0.2 recency + 0.1 diversity."""
    parts = {
        "similarity": 0.4 * np.clip(candidates.similarity, 0.0, 1.0),
        "proof": 0.3 * squash(candidates.proof.astype(np.float64), PROOF_HALF),
        "recency": 0.2 * freshness(age_hours(candidates.at, now)),
    }
    # A step of its own: what is new beside the rest depends on how the rest is ranked.
    new = novelty(candidates.authors, summed(parts).order(candidates.ids))
    return summed({**parts, "diversity": 0.1 * new})


@ranker("chronological", 1)
def chronological(candidates: Candidates, now: int) -> Scored:
    """Newest first."""
    return summed({"time": candidates.at / 1000.0})


@ranker("engagement", 1)
def engaging(candidates: Candidates, now: int) -> Scored:
    """What others did with it, fading by the hour."""
    return summed({"engagement": squash(_engagement(candidates, now))})


@ranker("affinity", 1, affinity=True)
def near(candidates: Candidates, now: int) -> Scored:
    """How near the author is to the viewer."""
    return summed({"affinity": affinity(candidates.interactions, candidates.mutual)})


@ranker("blend", 1, affinity=True)
def blend(candidates: Candidates, now: int) -> Scored:
    """0.3 engagement + 0.3 affinity + 0.4 model, all in 0..1 before they are mixed."""
    return summed(
        {
            "engagement": 0.3 * squash(_engagement(candidates, now)),
            "affinity": 0.3 * affinity(candidates.interactions, candidates.mutual),
            "model": 0.4 * np.clip(candidates.model, 0.0, 1.0),
        }
    )


@ranker("edgerank", 1, affinity=True)
def edge_rank(candidates: Candidates, now: int) -> Scored:
    """affinity x type weight x decay; a product, so that it has one part."""
    found = edgerank(
        affinity(candidates.interactions, candidates.mutual),
        candidates.weights,
        age_hours(candidates.at, now),
    )
    return summed({"edgerank": found})


@ranker("hot", 1)
def hottest(candidates: Candidates, now: int) -> Scored:
    """Likes are the votes that everybody may know of; nobody's votes against are."""
    none = np.zeros(len(candidates), np.int64)
    return summed({"hot": hot(candidates.likes, none, candidates.at / 1000.0)})


def _engagement(candidates: Candidates, now: int) -> Floats:
    return engagement(
        candidates.likes,
        candidates.comments,
        candidates.shares,
        candidates.saves,
        age_hours(candidates.at, now),
    )
