"""The formulas that rankers are made of: arrays in, arrays out. Pure.

Each is as the product's decisions name it. Ages are in hours, times in epoch seconds; nothing
here knows where a number comes from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# The origin of `hot`: 2005-12-08 07:46:43 UTC; 45,000 s later a post is worth ten times the votes.
HOT_ORIGIN = 1_134_028_003
HOT_STEP = 45_000.0
# An engagement of so much counts half of all there could be.
ENGAGEMENT_HALF = 10.0
# Interactions and mutual friends that make an affinity of 1.
AFFINITY_FULL = 100.0
# The share of good votes is at least this in 19 cases of 20.
WILSON_Z = 1.96


def age_hours(at_ms: Counts, now_ms: int) -> Floats:
    """Hours since; what comes from the future is new.

    >>> age_hours(np.array([0, 3_600_000, 9_000_000]), 7_200_000).tolist()
    [2.0, 1.0, 0.0]
    """
    return np.maximum((now_ms - at_ms) / 3_600_000.0, 0.0)


def engagement(
    likes: Counts, comments: Counts, shares: Counts, saves: Counts, age: Floats
) -> Floats:
    """(likes + 3 comments + 5 shares + 2 saves) x exp(-0.1 age): raw, in the thousands.

    >>> one = np.array([1])
    >>> engagement(one, one, one, one, np.array([0.0])).tolist()
    [11.0]
    """
    found: Floats = (likes + 3.0 * comments + 5.0 * shares + 2.0 * saves) * np.exp(-0.1 * age)
    return found


def squash(raw: Floats, half: float = ENGAGEMENT_HALF) -> Floats:
    """From 0..∞ to 0..1, in the same order: what is raw is never added to what is in 0..1.

    >>> squash(np.array([0.0, 10.0, 90.0])).tolist()
    [0.0, 0.5, 0.9]
    """
    found: Floats = raw / (raw + half)
    return found


def affinity(interactions: Counts, mutual_friends: Counts) -> Floats:
    """(2 interactions + mutual friends) / 100, at most 1.

    >>> affinity(np.array([10, 500]), np.array([5, 0])).tolist()
    [0.25, 1.0]
    """
    found: Floats = np.clip((2.0 * interactions + mutual_friends) / AFFINITY_FULL, 0.0, 1.0)
    return found


def edgerank(affinity: Floats, weight: Floats, age: Floats) -> Floats:
    """affinity x type weight x 1 / (age + 1)^1.5

    >>> edgerank(np.array([0.5]), np.array([2.0]), np.array([3.0])).tolist()
    [0.125]
    """
    found: Floats = affinity * weight / (age + 1.0) ** 1.5
    return found


def hot(ups: Counts, downs: Counts, posted: Floats) -> Floats:
    """round(sign x log10(max(|ups - downs|, 1)) + (posted - 1134028003) / 45000, 7)

    >>> for ups, downs in ((100, 10), (0, 0), (10, 100)):
    ...     print(hot(np.array([ups]), np.array([downs]), np.array([1704110400.0]))[0])
    12670.4519536
    12668.4977111
    12666.5434686
    """
    score = np.asarray(ups, np.float64) - np.asarray(downs, np.float64)
    order = np.log10(np.maximum(np.abs(score), 1.0))
    found: Floats = np.round(np.sign(score) * order + (posted - HOT_ORIGIN) / HOT_STEP, 7)
    return found


def wilson(ups: Counts, downs: Counts, z: float = WILSON_Z) -> Floats:
    """The lower bound of the share of good votes (E. B. Wilson, 1927); 0 without votes.

    >>> [round(x, 4) for x in wilson(np.array([1, 10, 0]), np.array([0, 1, 0])).tolist()]
    [0.2065, 0.6226, 0.0]
    """
    votes = np.asarray(ups, np.float64) + downs
    n = np.maximum(votes, 1.0)
    share = ups / n
    spread = z * np.sqrt((share * (1.0 - share) + z * z / (4.0 * n)) / n)
    bound = (share + z * z / (2.0 * n) - spread) / (1.0 + z * z / n)
    return np.where(votes > 0, np.clip(bound, 0.0, 1.0), 0.0)


def freshness(age: Floats) -> Floats:
    """exp(-age / 24)

    >>> freshness(np.array([0.0])).tolist()
    [1.0]
    """
    found: Floats = np.exp(-age / 24.0)
    return found


def engagement_rate(likes: Counts, comments: Counts, shares: Counts, views: Counts) -> Floats:
    """(likes + comments + shares) / max(views, 1)

    >>> engagement_rate(*(np.array([n]) for n in (2, 1, 1, 8))).tolist()
    [0.5]
    """
    found: Floats = (likes + comments + shares) / np.maximum(views, 1)
    return found
