"""Plain counters, for whoever exports them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tallies:
    # By kind of thing: lists by their name, person, counts, flags, subject.
    local: Counter[str] = field(default_factory=Counter)
    cache: Counter[str] = field(default_factory=Counter)
    store: Counter[str] = field(default_factory=Counter)
    refused: int = 0  # fillings whose lease was gone: something changed meanwhile
    invalidations: int = 0
    generations: int = 0  # raised, because the cache could not be reached
    cleared: int = 0  # times all of the local copy was given up
