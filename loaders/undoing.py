"""Takes back what an import created, step by step; what somebody else did with it stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from graph.errors import NotFound
from graph.store import Store
from graph.whole import Whole
from loaders.patience import patiently


@dataclass(slots=True)
class Taken:
    removed: int = 0
    kept: int = 0


async def undo(store: Store, name: str) -> Taken:
    """May be cut short at any time; the same command goes on."""
    batch = next((one for one in await store.imports() if one.name == name), None)
    if batch is None:
        raise NotFound(f"There is no import {name}; `amity load status` names those there are.")
    taken = Taken()
    if batch.whole:
        await cast(Whole, store).sweep_whole(batch)
    while (undone := await patiently(lambda: store.undo_part(batch.number))) is not None:
        taken.removed += undone.removed
        taken.kept += undone.kept
    # Whoever serves forgets what it kept.
    await patiently(store.raise_generation)
    await patiently(lambda: store.forget_import(batch.number))
    return taken
