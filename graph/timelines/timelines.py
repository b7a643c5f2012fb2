"""Timelines in the cache server: pushed where they exist, built under a lease, trusted when whole.

A timeline is a list of packed entries with a marker behind the oldest. Only a list with a marker
is read: it says down to which place nothing is missing, so a list that was cut, lost or only
begun is never taken for more than it is. A timeline nobody reads for a month is gone, and with
it whatever pushing to an absent reader would cost.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.adjacency.cache import Cache, Script
from graph.adjacency.tether import FRESHNESS
from graph.errors import Unavailable
from graph.records import Ids, Position, Posted
from graph.timelines.packing import (
    TIME,
    pack_entries,
    pack_entry,
    pack_people,
    pack_place,
    read_marker,
    unpack_entries,
)

LONGEST = 1_000
# Recently active: whoever read a feed in these days.
ACTIVE_MS = 30 * 86_400_000
# Whoever builds one and does not come back gives way to the next.
BUILD_MS = 10_000
# People to a script: the cache server answers nobody else meanwhile.
PUSHED_AT_ONCE = 2_000

_SCRIPTS = Path(__file__).parent / "scripts"
READ, FILL, PUSH = (Script.load(_SCRIPTS / f"{name}.lua") for name in ("read", "fill", "push"))


@dataclass(frozen=True, slots=True)
class Timeline:
    posted: Posted  # newest first, each post once
    floor: Position  # nothing newer than this place is missing
    built_at: int  # whom one followed later was not asked for


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to build a timeline. Whatever is pushed meanwhile is kept."""

    person: int
    stem: str
    token: bytes
    began_at: int


class Timelines:
    def __init__(
        self, cache: Cache | None, clock: Callable[[], int], longest: int = LONGEST
    ) -> None:
        self._cache = cache
        self._clock = clock
        self.longest = longest
        # Cutting costs more than pushing, so it is done once in so many pushes.
        self._slack = longest // 16
        self.read_whole = self.built = self.refused = 0

    async def read(self, person: int) -> Timeline | Lease | None:
        """None where the graph has to answer, and nothing is to be kept."""
        if self._cache is None:
            return None
        token, began_at = secrets.token_bytes(8), self._clock()
        try:
            stem, reply = await self._run(
                READ, (_key(person), token, BUILD_MS, ACTIVE_MS), self._cache
            )
        except Unavailable:
            return None
        if reply[0] == b"B":
            return Lease(person, stem, token, began_at)
        if reply[0] != b"R":
            return None
        self.read_whole += 1
        marker = read_marker(reply[1])
        return Timeline(unpack_entries(reply[2]), marker.floor, marker.built_at)

    async def fill(self, lease: Lease, posted: Posted, floor: Position) -> bool:
        """`posted` is all that is newer than `floor`; newest first, at most `longest`."""
        assert self._cache is not None
        arguments = (
            lease.stem,
            _key(lease.person),
            lease.token,
            ACTIVE_MS,
            self.longest,
            pack_place(floor),
            TIME.pack(lease.began_at),
            pack_entries(posted),
        )
        try:
            kept = bool(await self._cache.run(FILL, (), arguments))
        except Unavailable:
            return False
        self.built += kept
        self.refused += not kept
        return kept

    async def push(self, at: int, post: int, author: int, people: Ids) -> int:
        """Into the timelines there are of these people; how many. Raises Unavailable."""
        if self._cache is None:
            raise Unavailable("There is no cache server: no timeline either.")
        cache, entry = self._cache, pack_entry(at, post, author)
        settled = (entry, self.longest, self._slack)
        # One behind the other: the server need not wait for us in between.
        answers = await asyncio.gather(
            *(
                self._run(
                    PUSH, (*settled, pack_people(people[start : start + PUSHED_AT_ONCE])), cache
                )
                for start in range(0, len(people), PUSHED_AT_ONCE)
            )
        )
        return sum(int(reply[0]) for _, reply in answers)

    async def peek(self, person: int) -> Timeline | None:
        """What stands there whole, without being read by its owner. Raises Unavailable."""
        if self._cache is None:
            return None
        entries = await self._cache.ask("LRANGE", self._name(person), 0, -1)
        if not entries or not entries[-1].startswith(b"R"):
            return None
        marker = read_marker(entries[-1])
        return Timeline(unpack_entries(b"".join(entries[:-1])), marker.floor, marker.built_at)

    async def drop(self, person: int) -> None:
        """It is built anew when it is next read."""
        if self._cache is not None:
            await self._cache.ask("DEL", self._name(person))

    def _name(self, person: int) -> bytes:
        assert self._cache is not None
        return b"t:" + self._cache.stem.encode() + _key(person)

    async def _run(
        self, script: Script, arguments: tuple[Any, ...], cache: Cache
    ) -> tuple[str, list[Any]]:
        """The stem that was asked under, and the answer. A newer generation is adopted."""
        while True:
            run, generation = cache.run_name, cache.generation
            holds, *reply = await cache.run(script, (FRESHNESS,), (run, generation, *arguments))
            if reply:
                return f"{run}{generation}:", reply
            cache.adopt(int(holds))


def _key(person: int) -> bytes:
    return person.to_bytes(4, "big")
