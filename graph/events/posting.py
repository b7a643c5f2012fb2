"""Puts what the stream of events tells into the inboxes of those it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.actions import is_muting
from graph.adjacency.reader import Reader
from graph.changes import Event
from graph.events.inboxes import Inboxes
from graph.events.letters import Letter, Told, likes, to_followers, to_one
from graph.records import Ids, Pair

# The letter to followers comes behind those to somebody by name.
FOLLOWERS_PART = 255


@dataclass(frozen=True, slots=True)
class Posting:
    reader: Reader
    inboxes: Inboxes
    clock: Callable[[], int]  # epoch ms
    celebrity_followers: int

    async def __call__(self, events: Sequence[Event]) -> None:
        """In order, so that each inbox has them in order."""
        named = [(event, to_one(event)) for event in events]
        asked = [(person, letter.by) for _, letters in named for person, letter in letters]
        welcomed = await self._welcomed(asked)
        for event, letters in named:
            for part, (person, letter) in enumerate(letters):
                if (person, letter.by) in welcomed:
                    await self.inboxes.deliver(event.id, letter.encode(), [person], part)
            if (letter_to_all := to_followers(event)) is not None:
                told = {person for person, _ in letters}
                await self._to_followers(event.id, letter_to_all, told)

    async def likes(self, events: Sequence[Event]) -> None:
        """One letter a post, however many likes came together."""
        found = likes(events)
        asked = [(event.data["author"], event.data["actor"]) for event, _ in found.values()]
        welcomed = await self._welcomed(asked)
        for post, (event, count) in found.items():
            author, by = event.data["author"], event.data["actor"]
            if (author, by) in welcomed:
                letter = Letter(Told.LIKED, by, post, count=count)
                await self.inboxes.deliver(event.id, letter.encode(), [author])

    async def _welcomed(self, asked: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Which of these (who is told, of whom) may be told."""
        pairs = await asyncio.gather(*(self.reader.pairs(one, [other]) for one, other in asked))
        now = self.clock()
        return {ends for ends, (pair,) in zip(asked, pairs, strict=True) if welcome(pair, now)}

    async def _to_followers(self, event: int, letter: Letter, told: set[int]) -> None:
        """`told` are told of it by name."""
        data, begun = letter.encode(), False
        async for people in self._followers(letter.by):
            others = [person for person in people.tolist() if person not in told]
            if others:
                await self.inboxes.deliver(event, data, others, FOLLOWERS_PART, begun=begun)
                begun = True

    async def _followers(self, author: int) -> AsyncIterator[Ids]:
        """Those of them who may have an inbox. Of a celebrity's million it is the smaller side that
        is walked: whoever was here in the last day."""
        (counts,) = await self.reader.counts([author])
        if counts["followers"] < self.celebrity_followers:
            async for piece in self.reader.pieces("followers", author):
                yield piece.ids
        else:
            living = np.array(sorted(await self.inboxes.living()), np.int64)
            yield await self.reader.linked("followers", author, living)


def welcome(pair: Pair, now: int) -> bool:
    """May one be told of what the other did? Nothing passes a block, nor a mute."""
    if pair.a is None or pair.a.gone or pair.b is None or pair.b.gone:
        return False
    blocked = "BLOCKS" in pair.out or "BLOCKS" in pair.back
    return not blocked and not is_muting(pair.out.get("MUTES"), now)
