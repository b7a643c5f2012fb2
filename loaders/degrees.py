"""How many edges come in at each node, before an import and after it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

BUCKETS = (1, 2, 10, 100, 1_000, 10_000, 100_000)


def distribution(degrees: Mapping[int, int]) -> dict[str, int]:
    """How many nodes have so many of these edges coming in; those without any left out."""
    counts = np.array([count for count in degrees.values() if count > 0], np.int64)
    found: dict[str, int] = {}
    for low, high in zip(BUCKETS, (*BUCKETS[1:], None), strict=True):
        name = str(low) if high == low + 1 else f"{low}-{high - 1}" if high else f"{low}+"
        inside = counts >= low if high is None else (counts >= low) & (counts < high)
        if number := int(inside.sum()):
            found[name] = number
    return found
