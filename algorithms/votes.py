"""Ranking by votes, so that few votes promise little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Z95 = 1.96  # of a confidence of 95 %


def wilson(ups: NDArray[np.int64], downs: NDArray[np.int64], z: float = Z95) -> NDArray[np.float64]:
    """The lower bound of the share of ups (Wilson 1927); 0 without votes.

    (p + z²/2n - z √((p(1 - p) + z²/4n) / n)) / (1 + z²/n), with p = ups / n.

    >>> wilson(np.array([1, 10, 100, 0]), np.array([0, 1, 10, 0])).round(4).tolist()
    [0.2065, 0.6226, 0.8407, 0.0]
    """
    n = np.maximum(ups + downs, 1).astype(np.float64)
    p = ups / n
    low = p + z * z / (2 * n) - z * np.sqrt((p * (1 - p) + z * z / (4 * n)) / n)
    bound: NDArray[np.float64] = np.where(ups + downs > 0, low / (1 + z * z / n), 0.0)
    return np.maximum(bound, 0.0)


def best_first(ups: NDArray[np.int64], downs: NDArray[np.int64]) -> NDArray[np.intp]:
    """The order of the best; of equals, those against whom fewer spoke, then the given order.

    >>> best_first(np.array([0, 1, 0, 90]), np.array([1, 0, 0, 10])).tolist()
    [3, 1, 2, 0]
    """
    return np.lexsort((np.arange(len(ups)), downs, -wilson(ups, downs)))
