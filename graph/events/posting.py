"""Puts what the stream of events tells into the inboxes of those it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.actions import is_muting
from graph.adjacency.reader import Reader
from graph.changes import Event
from graph.events.inboxes import Inboxes
from graph.events.letters import to_subject
from graph.records import Pair


@dataclass(frozen=True, slots=True)
class Posting:
    reader: Reader
    inboxes: Inboxes
    clock: Callable[[], int]  # epoch ms

    async def __call__(self, events: Sequence[Event]) -> None:
        """In order, so that each inbox has them in order."""
        found = [(event.id, *told) for event in events if (told := to_subject(event))]
        pairs = await asyncio.gather(
            *(self.reader.pairs(person, [letter.by]) for _, person, letter in found)
        )
        for (event, person, letter), (pair,) in zip(found, pairs, strict=True):
            if welcome(pair, self.clock()):
                await self.inboxes.deliver(event, letter.encode(), [person])


def welcome(pair: Pair, now: int) -> bool:
    """May one be told of what the other did? Nothing passes a block, nor a mute."""
    if pair.a is None or pair.a.gone or pair.b is None or pair.b.gone:
        return False
    blocked = "BLOCKS" in pair.out or "BLOCKS" in pair.back
    return not blocked and not is_muting(pair.out.get("MUTES"), now)
