"""Actions over any store, with a clock of our own and a reader that reads straight through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.actions import Actions
from graph.adjacency.touched import Touched
from graph.ids import TimeIds, UserIds
from graph.store import Store
from tests.support.cast import T0
from tests.support.direct import DirectReader


@dataclass
class Clock:
    now: int = T0 + 1_000_000

    def __call__(self) -> int:
        self.now += 1
        return self.now

    def pass_(self, ms: int) -> None:
        self.now += ms


class StraightReader(DirectReader):
    """Keeps nothing: remembers only what it was told to drop."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.invalidated: list[Touched] = []

    async def invalidate(self, touched: Touched) -> str:
        self.invalidated.append(touched)
        return str(len(self.invalidated))


@dataclass
class Acting:
    store: Store
    clock: Clock
    reader: Any
    kicked: list[int]
    actions: Actions


def acting(store: Store, reader: Any = None) -> Acting:
    clock, kicked = Clock(), list[int]()
    reader = reader or StraightReader(store)
    actions = Actions(store, reader, TimeIds(store, clock), UserIds(store), clock, kicked.append)
    return Acting(store, clock, reader, kicked, actions)
