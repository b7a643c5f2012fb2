"""What an algorithm says when it has no answer."""

from __future__ import annotations


class NotConverged(Exception):
    """So many steps, and still moving."""

    def __init__(self, steps: int) -> None:
        super().__init__(f"no fixed point within {steps} steps")
        self.steps = steps


class NoAnswer(ValueError):
    """The question has no answer on this graph: an empty one, a disconnected one."""
