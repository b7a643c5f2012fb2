"""Frozen pages: where an order moves, a walk goes through what it was when the walk began."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict

import numpy as np

from graph.adjacency.cache import Cache
from graph.errors import CursorExpired
from graph.records import Ids

LIMIT = 500
TTL_MS = 15 * 60 * 1000
# In this process, while the cache is away.
KEPT_HERE = 1000


class Snapshots:
    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache
        self._here: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def save(self, ids: Ids) -> str:
        """The key under which it is found for a quarter of an hour."""
        return await self.save_bytes(np.asarray(ids[:LIMIT], ">i8").tobytes())

    async def load(self, key: str) -> Ids:
        """Raises CursorExpired."""
        return np.frombuffer(await self.load_bytes(key), ">i8").astype(np.int64)

    async def save_bytes(self, data: bytes) -> str:
        """A frozen page of any shape."""
        key = secrets.token_urlsafe(12)
        if self._cache is None or not await self._cache.put(_name(key), data, TTL_MS):
            self._keep_here(key, data)
        return key

    async def load_bytes(self, key: str) -> bytes:
        """Raises CursorExpired."""
        data = self._from_here(key)
        if data is None and self._cache is not None:
            found = await self._cache.get(_name(key))
            data = found[0] if found else None
        if data is None:
            raise CursorExpired("The list behind this cursor is gone: begin again.")
        return data

    def _keep_here(self, key: str, data: bytes) -> None:
        self._here[key] = (_now() + TTL_MS / 1000, data)
        while len(self._here) > KEPT_HERE:
            self._here.popitem(last=False)

    def _from_here(self, key: str) -> bytes | None:
        until, data = self._here.get(key, (0.0, None))
        return data if until > _now() else None


def _name(key: str) -> str:
    return f"amity:snapshot:{key}"


def _now() -> float:
    return asyncio.get_running_loop().time()
