"""Rankers against their goldens, and what has to hold whatever comes in."""

from __future__ import annotations

import doctest
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.ranking import (
    RANKERS,
    Candidates,
    Interests,
    candidates,
    cosine,
    diversity,
    formulas,
    ranker,
    similarity,
    summed,
)
from algorithms.ranking.formulas import engagement, hot, squash, wilson

NOW = 1_704_110_400_000
HOUR = 3_600_000
ONE = np.array([1])


@pytest.mark.parametrize("module", [diversity, formulas, similarity], ids=lambda m: m.__name__)
def test_the_examples_in_the_docstrings_hold(module: Any) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def posts(count: int = 1, **given: Any) -> Candidates:
    zeros = dict.fromkeys(
        ("likes", "comments", "shares", "saves", "proof", "interactions", "mutual"), 0
    )
    values = {
        "ids": np.arange(1, count + 1),
        "authors": np.arange(1, count + 1),
        "at": NOW,
        **zeros,
        "weights": 1.0,
        "similarity": 0.0,
        "model": 0.0,
        **given,
    }
    return Candidates(**{name: np.broadcast_to(value, (count,)) for name, value in values.items()})


def score(name: str, count: int = 1, **given: Any) -> list[float]:
    found = RANKERS[name].score(posts(count, **given), NOW)
    return [round(one, 7) for one in found.score.tolist()]


# --- goldens


@pytest.mark.parametrize(
    ("ups", "downs", "expected"),
    [(100, 10, 12670.4519536), (0, 0, 12668.4977111), (10, 100, 12666.5434686)],
)
def test_hot_has_its_goldens(ups: int, downs: int, expected: float) -> None:
    assert hot(np.array([ups]), np.array([downs]), np.array([1704110400.0]))[0] == expected


def test_the_hot_ranker_counts_likes_as_votes() -> None:
    assert score("hot", likes=0) == [12668.4977111]
    assert score("hot", likes=100) == [12670.4977111]


def test_relevance_is_the_sum_that_was_decided() -> None:
    parts = RANKERS["relevance"].score(posts(similarity=0.5, proof=2), NOW).parts
    assert {name: round(float(part[0]), 7) for name, part in parts.items()} == {
        "similarity": 0.2,
        "proof": 0.15,
        "recency": 0.2,
        "diversity": 0.02,
    }
    assert score("relevance", similarity=0.5, proof=2) == [0.57]
    assert score("relevance", at=NOW - 24 * HOUR) == [round(0.2 * math.exp(-1) + 0.02, 7)]


def test_engagement_is_squashed_before_it_is_mixed() -> None:
    raw = engagement(ONE * 1000, ONE * 200, ONE * 50, ONE * 10, np.array([0.0]))
    assert raw.tolist() == [1870.0]
    assert squash(raw).tolist() == [1870 / 1880]
    assert score("engagement", likes=5, comments=1, saves=1) == [0.5]
    assert score("engagement", likes=10, at=NOW - 10 * HOUR) == [
        round(10 / math.e / (10 / math.e + 10), 7)
    ]


def test_affinity_is_clipped() -> None:
    assert score("affinity", interactions=10, mutual=5) == [0.25]
    assert score("affinity", interactions=1_000) == [1.0]


def test_blend_mixes_what_is_between_0_and_1() -> None:
    assert score("blend", likes=10, interactions=25, model=1.0) == [0.15 + 0.15 + 0.4]
    assert score("blend", likes=10**9, interactions=10**6, model=7.0) == [
        pytest.approx(1.0, abs=1e-6)
    ]


def test_edgerank_prefers_video_to_images_to_text() -> None:
    weights = np.array([candidates.TYPE_WEIGHT[kind] for kind in ("TEXT", "IMAGE", "VIDEO")])
    assert score("edgerank", 3, interactions=50, weights=weights) == [1.0, 2.0, 3.0]
    assert score("edgerank", interactions=50, at=NOW - 3 * HOUR) == [0.125]


def test_chronological_is_newest_first() -> None:
    at = np.array([NOW - 2, NOW, NOW - 1])
    found = RANKERS["chronological"].score(posts(3, at=at), NOW)
    assert found.order(np.array([1, 2, 3])).tolist() == [1, 2, 0]


def test_the_registry_names_every_ranker_and_its_version() -> None:
    assert {ranker.key for ranker in RANKERS.values()} == {
        "relevance.1",
        "chronological.1",
        "engagement.1",
        "affinity.1",
        "blend.1",
        "edgerank.1",
        "hot.1",
    }


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="relevance"):
        ranker("relevance", 2)(lambda candidates, now: summed({"nothing": candidates.weights}))


# --- properties

counts = st.integers(0, 10**7)
shares = st.floats(0, 1)


@st.composite
def some(draw: st.DrawFn) -> Candidates:
    size = draw(st.integers(1, 12))

    def ints(strategy: st.SearchStrategy[int] = counts) -> Any:
        return np.array(draw(st.lists(strategy, min_size=size, max_size=size)), np.int64)

    def floats(strategy: st.SearchStrategy[float] = shares) -> Any:
        return np.array(draw(st.lists(strategy, min_size=size, max_size=size)), np.float64)

    return Candidates(
        ids=np.array(draw(st.permutations(range(1, size + 1))), np.int64),
        authors=ints(st.integers(1, 4)),
        at=NOW - ints(st.integers(-HOUR, 7 * 24 * HOUR)),
        likes=ints(),
        comments=ints(),
        shares=ints(),
        saves=ints(),
        weights=floats(st.sampled_from([1.0, 1.5, 2.0, 3.0])),
        similarity=floats(),
        proof=ints(st.integers(0, 50)),
        interactions=ints(),
        mutual=ints(),
        model=floats(),
    )


@pytest.mark.parametrize("name", ["relevance", "engagement", "affinity", "blend"])
@given(some=some())
@settings(max_examples=40)
def test_what_is_mixed_stays_between_0_and_1(name: str, some: Candidates) -> None:
    scored = RANKERS[name].score(some, NOW)
    for part in (scored.score, *scored.parts.values()):
        assert (part >= 0).all()
        assert (part <= 1).all()


@pytest.mark.parametrize("name", sorted(RANKERS))
@given(some=some())
@settings(max_examples=40)
def test_a_ranking_is_complete_and_its_parts_add_up(name: str, some: Candidates) -> None:
    scored = RANKERS[name].score(some, NOW)
    assert np.allclose(scored.score, np.sum(list(scored.parts.values()), axis=0))
    order = scored.order(some.ids)
    assert sorted(order.tolist()) == list(range(len(some)))
    ranked = [(-scored.score[at], -some.ids[at]) for at in order]
    assert ranked == sorted(ranked)


@given(some=some())
def test_diversity_is_what_a_greedy_choice_would_give(some: Candidates) -> None:
    scored = RANKERS["relevance"].score(some, NOW)
    base = scored.score - scored.parts["diversity"]
    assert scored.order(some.ids).tolist() == list(_greedily(some, base))


def _greedily(some: Candidates, base: Any) -> Iterator[int]:
    left, chosen = set(range(len(some))), list[int]()

    def plainly(at: int) -> tuple[float, int]:
        return float(base[at]), int(some.ids[at])

    while left:

        def worth(at: int) -> tuple[float, int]:
            before = sum(some.authors[one] == some.authors[at] for one in chosen)
            return float(base[at]) + 0.1 * (0.2 / (1 + before)), int(some.ids[at])

        # Among an author's own, their order without diversity decides.
        heads = [
            max((at for at in left if some.authors[at] == author), key=plainly)
            for author in {some.authors[at] for at in left}
        ]
        best = max(heads, key=worth)
        left.remove(best)
        chosen.append(best)
        yield best


@given(raw=st.lists(st.floats(0, 1e12), min_size=1, max_size=8))
def test_squashing_keeps_the_order(raw: list[float]) -> None:
    found = squash(np.array(sorted(raw)))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


@given(ups=counts, downs=counts)
def test_wilson_is_a_lower_bound_of_the_share(ups: int, downs: int) -> None:
    found = float(wilson(np.array([ups]), np.array([downs]))[0])
    assert 0 <= found <= ups / max(ups + downs, 1)


@given(ups=st.integers(1, 10**6), downs=st.integers(0, 10**6))
def test_more_votes_of_the_same_kind_make_wilson_surer(ups: int, downs: int) -> None:
    few, many = wilson(np.array([ups, 10 * ups]), np.array([downs, 10 * downs])).tolist()
    assert many >= few - 1e-12


words = st.sampled_from(["music", "chess", "cats", "rust", "bread"])


@given(
    interests=st.dictionaries(words, st.floats(0, 100)),
    tags=st.lists(st.lists(words, max_size=4), max_size=4),
)
def test_similarity_is_between_0_and_1(interests: Interests, tags: list[list[str]]) -> None:
    found = cosine(interests, tags)
    assert len(found) == len(tags)
    assert ((found >= 0) & (found <= 1)).all()


@given(tags=st.lists(words, min_size=1, max_size=4))
def test_who_cares_for_exactly_these_tags_finds_the_post_perfect(tags: list[str]) -> None:
    assert cosine(dict.fromkeys(tags, 2.0), [tags])[0] == pytest.approx(1.0)
