"""Groups of nodes as an array of labels. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def by_size(labels: NDArray[Any]) -> Labels:
    """The same groups, numbered from the largest on; ties by their first node.

    >>> by_size(np.array([7, 2, 2, 9])).tolist()
    [1, 0, 0, 2]
    """
    if len(labels) == 0:
        return np.empty(0, np.int64)
    _, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -sizes))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return number[inverse]


def sizes(labels: Labels) -> Labels:
    """How many are in each group.

    >>> sizes(np.array([1, 0, 0, 2])).tolist()
    [2, 1, 1]
    """
    return np.bincount(labels).astype(np.int64)


def members(labels: Labels) -> list[Labels]:
    """The nodes of each group, ascending.

    >>> [group.tolist() for group in members(np.array([1, 0, 0]))]
    [[1, 2], [0]]
    """
    if len(labels) == 0:
        return []
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels))[:-1])
