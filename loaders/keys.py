"""External ids, a column of them at a time. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[Any]  # int64, or objects (str)


def as_texts(keys: Keys) -> Keys:
    return keys if keys.dtype == object else np.array([str(key) for key in keys.tolist()], object)


def joined(a: Keys, b: Keys) -> Keys:
    if a.dtype != b.dtype:
        a, b = as_texts(a), as_texts(b)
    return np.concatenate([a, b])


def each_once(keys: Keys) -> list[str]:
    """In the order in which they come first."""
    if keys.dtype == object:
        return list(dict.fromkeys(keys))
    _, first = np.unique(keys, return_index=True)
    return [str(key) for key in keys[np.sort(first)].tolist()]
