"""One import at work, as everything that writes for it knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from graph.imports import Import
from graph.store import Store


@dataclass(frozen=True, slots=True)
class Job:
    store: Store
    batch: Import
    clock: Callable[[], int]
    # The time of whatever says none.
    began: int
    # From so many followers on somebody is marked as a celebrity.
    crowd: int | None
    stop: asyncio.Event
