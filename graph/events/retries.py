"""Which events wait for another attempt, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a relay is, in seconds."""

    sweep: float = 1.0  # at the latest, when nobody kicks it
    gather: float = 0.005  # after a kick, so that a burst is one batch
    first_pause: float = 0.5  # after a failure; doubled with each one more
    longest_pause: float = 5.0
    attempts: int = 8  # then an event is buried

    def pause(self, failures: int) -> float:
        """
        >>> [Pace().pause(n) for n in (1, 2, 3, 60)]
        [0.5, 1.0, 2.0, 5.0]
        """
        return float(min(self.first_pause * 2 ** min(failures - 1, 30), self.longest_pause))


@dataclass(slots=True)
class _Trouble:
    failures: int = 0  # counted against the event
    pauses: int = 0
    until: float = 0.0


class Retries:
    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._troubles: dict[int, _Trouble] = {}

    def __len__(self) -> int:
        return len(self._troubles)

    def holds(self, event: int) -> bool:
        trouble = self._troubles.get(event)
        return trouble is not None and trouble.until > self._monotonic()

    def failed(self, event: int, *, own_fault: bool) -> int:
        """One attempt more; how many were the event's own fault."""
        trouble = self._troubles.setdefault(event, _Trouble())
        trouble.pauses += 1
        trouble.failures += own_fault
        trouble.until = self._monotonic() + self._pace.pause(trouble.pauses)
        return trouble.failures

    def forget(self, event: int) -> None:
        self._troubles.pop(event, None)

    def keep_only(self, events: set[int]) -> None:
        """Others may have dealt with the rest."""
        for event in self._troubles.keys() - events:
            del self._troubles[event]
