"""What a decision is told besides what it finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """When a change happens, and the id its event gets: given, so that decisions stay pure."""

    now: int
    event: int
