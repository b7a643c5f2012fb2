"""A against B, in turns, so that what else the machine does meets both."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Run = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Rounds:
    a: Sequence[float]
    b: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """a / b, one a round."""
        return [a / b for a, b in zip(self.a, self.b, strict=True)]

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.a), statistics.median(self.b)


async def alternate(a: Run, b: Run, rounds: int) -> Rounds:
    """Each round measures both; who goes first changes."""
    seen_a: list[float] = []
    seen_b: list[float] = []
    for number in range(rounds):
        for one, seen in ((a, seen_a), (b, seen_b))[:: 1 if number % 2 == 0 else -1]:
            seen.append(await one())
    return Rounds(seen_a, seen_b)
