"""What is asked of an algorithm, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

DEFAULT_SEED = 1


class Values(StrEnum):
    """What an algorithm says of each node."""

    SCORE = "score"  # a number: more is more
    LABEL = "label"  # which group it is in: 0 is the largest
    NONE = "none"  # nothing: it speaks of the whole graph


@dataclass(frozen=True, slots=True)
class Options:
    """`source` and `target` are nodes of the snapshot."""

    source: int | None = None
    target: int | None = None
    samples: int | None = None
    seed: int = DEFAULT_SEED
    resolution: float = 1.0
    top: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """`shown` is which nodes are worth showing, best first; None: all, by their value."""

    values: NDArray[Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    shown: NDArray[Any] | None = None
    paths: tuple[tuple[int, tuple[int, ...]], ...] | None = None
