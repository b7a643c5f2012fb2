"""Takes back what an import created, step by step; what somebody else did with it stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from graph.errors import NotFound
from graph.imports import HEARD, Import
from graph.store import Store
from graph.whole import Whole
from loaders.patience import patiently
from loaders.renewing import Renewing

# In the state of an import of which a part may be gone: it does not go on any more.
UNDOING = "undoing"


@dataclass(slots=True)
class Taken:
    removed: int = 0
    kept: int = 0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def undo(store: Store, name: str, clock: Callable[[], int] = now_ms) -> Taken:
    """May be cut short at any time; the same command goes on."""
    batch = next((one for one in await store.imports() if one.name == name), None)
    if batch is None:
        raise NotFound(f"There is no import {name}; `amity load status` names those there are.")
    taken = Taken()
    if batch.whole:
        await cast(Whole, store).sweep_whole(batch)
    renewing = Renewing(store)
    await _heard_of(store, batch, clock())
    while (undone := await patiently(lambda: store.undo_part(batch.number))) is not None:
        taken.removed += undone.removed
        taken.kept += undone.kept
        if await renewing.sometimes():
            await _heard_of(store, batch, clock())
    await renewing.now()
    await patiently(lambda: store.forget_import(batch.number))
    return taken


async def _heard_of(store: Store, batch: Import, now: int) -> None:
    """Should it be cut short for ever, whoever serves hears of it all the same."""
    marked = replace(batch, state={**batch.state, HEARD: now, UNDOING: True})
    await patiently(lambda: store.save_import(marked))
