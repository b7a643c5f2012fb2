"""The cast, and two processes that read about them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from graph.adjacency.hot import Hot
from graph.adjacency.touched import touched
from graph.records import Links, Position
from graph.store import Decide
from tests.adjacency.gate import Gate
from tests.adjacency.valkeys import Valkey
from tests.support.cast import Cast, cast
from tests.support.deciding import following, unfollowing
from tests.support.reading import entries


class Village:
    def __init__(self, store: Gate, valkey: Valkey) -> None:
        self.store = store
        self.valkey = valkey
        self.here = Hot(store, cache_url=valkey.url)
        self.there = Hot(store, cache_url=valkey.url)
        self._stack = AsyncExitStack()
        self.people: Cast

    async def __aenter__(self) -> Village:
        self.people = await cast(self.store)
        for hot in (self.here, self.there):
            await hot.start()
            self._stack.push_async_callback(hot.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def follow(self, a: int, b: int, since: int, by: Hot | None = None) -> str:
        return await self.change(a, b, following(a, b, since), by)

    async def unfollow(self, a: int, b: int, by: Hot | None = None) -> str:
        return await self.change(a, b, unfollowing(a, b), by)

    async def change(self, a: int, b: int, decide: Decide, by: Hot | None = None) -> str:
        """As an action does it: commit, invalidate, then answer with the epoch."""
        pair, ops = await self.store.change_pair(a, b, decide)
        ended = {
            (edge, x, y): props["since"]
            for x, y, edges in ((a, b, pair.out), (b, a, pair.back))
            for edge, props in edges.items()
        }
        return await (by or self.here).invalidate(touched(ops, ended))


async def following_of(hot: Hot, person: int) -> list[int]:
    return (await hot.lists("following", [person]))[0].tolist()


async def warm(hot: Hot, person: int) -> None:
    """Into the cache and this process's copy."""
    for _ in range(2):
        await following_of(hot, person)
        await asyncio.sleep(0.01)


async def whole(hot: Hot, name: str, owner: int) -> list[Position]:
    return [e async for links in hot.pieces(name, owner) for e in entries(links)]


async def first_piece(hot: Hot, name: str, owner: int) -> Links:
    async for links in hot.pieces(name, owner):
        return links
    raise AssertionError("the list is empty")


async def until(true: Callable[[], bool]) -> None:
    """Fails when it takes far longer than anything here should."""
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends, "it never happened"
        await asyncio.sleep(0.01)
