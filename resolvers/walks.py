"""Walks over lists: straight from the reader's pieces, or along an array in this process."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from graph.adjacency.reader import Reader
from graph.records import Ids, Links, Position
from graph.visibility import Mask
from resolvers.pages import Step

# Before every entry there could be.
DAWN = Position(-(2**62), 0)

Rule = Callable[[Ids], Awaitable[Mask]]


@dataclass(frozen=True, slots=True)
class LinksWalk:
    """Any list of the registry, newest first, under a rule."""

    reader: Reader
    name: str
    owner: int
    rule: Rule

    async def take(
        self, count: int, beyond: Position | None, forward: bool
    ) -> list[Step[Position]]:
        found: list[Step[Position]] = []
        async with aclosing(self.visible(beyond, forward)) as pieces:
            async for ids, at in pieces:
                wanted = count - len(found)
                found += map(_step, ids[:wanted].tolist(), at[:wanted].tolist())
                if len(found) == count:
                    break
        return found

    async def visible(
        self, beyond: Position | None = None, forward: bool = True
    ) -> AsyncGenerator[tuple[Ids, Ids], None]:
        """What the rule leaves of each piece, in the direction of the walk."""
        pieces = self._pieces(beyond, forward)
        try:
            async for piece in pieces:
                mask = await self.rule(piece.ids)
                ids, at = piece.ids[mask], piece.at[mask]
                yield (ids, at) if forward else (ids[::-1], at[::-1])
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()

    def _pieces(self, beyond: Position | None, forward: bool) -> AsyncIterator[Links]:
        return pieces_from(self.reader, self.name, self.owner, beyond, forward)


def pieces_from(
    reader: Reader, name: str, owner: int, beyond: Position | None, forward: bool
) -> AsyncIterator[Links]:
    """A list's pieces in the direction of a walk; each piece itself stays newest first."""
    if forward:
        return reader.pieces(name, owner, after=beyond)
    return reader.pieces(name, owner, before=beyond or DAWN)


async def entries_from(
    reader: Reader, name: str, owner: int, beyond: Position | None, forward: bool
) -> AsyncGenerator[tuple[list[int], list[int]], None]:
    """Ids and times of a list, piece by piece, all in the direction of the walk."""
    pieces = pieces_from(reader, name, owner, beyond, forward)
    try:
        async for piece in pieces:
            ids, at = piece.ids.tolist(), piece.at.tolist()
            yield (ids, at) if forward else (ids[::-1], at[::-1])
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


def _step(id: int, at: int) -> Step[Position]:
    return Step(id, Position(at, id), at)


@dataclass(frozen=True, slots=True)
class IdsWalk:
    """A set of ids, ascending; each is its own place."""

    ids: Ids

    async def take(self, count: int, beyond: int | None, forward: bool) -> list[Step[int]]:
        if forward:
            start = 0 if beyond is None else int(np.searchsorted(self.ids, beyond, "right"))
            chosen = self.ids[start : start + count]
        else:
            end = len(self.ids) if beyond is None else int(np.searchsorted(self.ids, beyond))
            chosen = self.ids[max(0, end - count) : end][::-1]
        return [Step(id, id) for id in chosen.tolist()]


@dataclass(frozen=True, slots=True)
class FrozenWalk:
    """A snapshot, in its order; places are offsets. `alive` are those still to be shown."""

    ids: Ids
    alive: Mask

    async def take(self, count: int, beyond: int | None, forward: bool) -> list[Step[int]]:
        places = np.flatnonzero(self.alive)
        if forward:
            start = 0 if beyond is None else int(np.searchsorted(places, beyond, "right"))
            chosen = places[start : start + count]
        else:
            end = len(places) if beyond is None else int(np.searchsorted(places, beyond))
            chosen = places[max(0, end - count) : end][::-1]
        return [Step(int(self.ids[place]), place) for place in chosen.tolist()]
