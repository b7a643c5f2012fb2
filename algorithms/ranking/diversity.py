"""What is new beside what stands before it. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.ranking.formulas import Counts, Floats

# The most that being new can count.
NOVEL = 0.2


def novelty(authors: Counts, order: NDArray[np.intp]) -> Floats:
    """0..0.2 for each post: 0.2 for an author's best, half for the second, a third for the next.

    Choosing greedily what is best together with its novelty gives the same: within an author
    both fall, so that an author's posts are chosen in `order`.

    >>> novelty(np.array([7, 7, 8]), np.array([1, 0, 2])).round(2).tolist()
    [0.1, 0.2, 0.2]
    """
    found: Floats = NOVEL / (1.0 + _earlier(authors, order))
    return found


def _earlier(authors: Counts, order: NDArray[np.intp]) -> Floats:
    """How many posts of the same author stand before each, in `order`."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    grouped = np.lexsort((place, authors))
    sorted_authors = authors[grouped]
    starts = np.flatnonzero(np.r_[True, sorted_authors[1:] != sorted_authors[:-1]])
    lengths = np.diff(np.r_[starts, len(grouped)])
    found = np.empty(len(order), np.float64)
    found[grouped] = np.arange(len(grouped)) - np.repeat(starts, lengths)
    return found
