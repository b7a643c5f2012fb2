"""What we note about a person ourselves: when they were last seen, and that they became known."""

from __future__ import annotations

from functools import partial

from graph.actions.moment import Moment
from graph.actions.writer import Writer, told
from graph.changes import Ops, Put
from graph.declaring import Flag
from graph.events.kinds import Kind
from graph.records import Person

DAY_MS = 86_400_000
# Forgetting who was seen costs a read of a card, not a write.
MAX_REMEMBERED = 100_000


class Activity:
    """Remembers whom this process has seen today."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._day = 0
        self._seen: set[int] = set()

    async def touch(self, viewer: int) -> None:
        day = self._writer.clock() // DAY_MS
        if day != self._day or len(self._seen) >= MAX_REMEMBERED:
            self._day, self._seen = day, set()
        if viewer in self._seen:
            return
        (person,) = await self._writer.reader.people([viewer])
        if person is not None and not person.gone and person.last_active_day != day:
            await self._writer.person(viewer, partial(decide_active, day=day))
        self._seen.add(viewer)


async def mark_celebrity(writer: Writer, person: int) -> None:
    """Once and for ever: whoever lost followers again goes on being read, and no post is missed."""
    await writer.person(person, decide_celebrity)


def decide_celebrity(person: Person | None, moment: Moment) -> Ops:
    if person is None or person.gone or person.flags & Flag.CELEBRITY:
        return ()
    return told(Kind.CELEBRITY, moment, person.id, (Put("User", person.id, {"celebrity": True}),))


def decide_active(person: Person | None, moment: Moment, day: int) -> Ops:
    if person is None or person.gone or (person.last_active_day or 0) >= day:
        return ()
    return told(Kind.ACTIVE, moment, person.id, (Put("User", person.id, {"lastActiveDay": day}),))
