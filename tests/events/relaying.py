"""A relay in the open: a stream we can break, and a time that stands still until we move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.adjacency.touched import Touched
from graph.changes import Emit, Event
from graph.errors import Unavailable
from graph.events.jobs import Job
from graph.events.relay import Relay
from graph.events.retries import Pace
from graph.events.stream import Entry, decode
from graph.store import Store
from tests.support.acting import StraightReader
from tests.support.cast import T0


@dataclass
class FakeStream:
    entries: list[Entry] = field(default_factory=list)
    away: bool = False
    refuses: frozenset[int] = frozenset()  # ids of events that it never takes

    async def publish(self, entries: Sequence[Entry]) -> None:
        if self.away:
            raise Unavailable("the cache is away")
        for entry in entries:
            if decode(entry).id in self.refuses:
                raise RuntimeError("refused")
        self.entries += entries

    @property
    def ids(self) -> list[int]:
        return [decode(entry).id for entry in self.entries]

    @property
    def kinds(self) -> list[str]:
        return [decode(entry).kind for entry in self.entries]


@dataclass
class Time:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Relaying:
    store: Store
    relay: Relay
    reader: StraightReader
    stream: FakeStream
    time: Time

    async def settle(self, sweeps: int) -> None:
        """Sweep now and again, with all the time in between that anybody could wait for."""
        for _ in range(sweeps):
            await self.relay.sweep()
            await self.relay.idle()
            self.time.now += 3600


ATTEMPTS = 3


def relaying(store: Store, jobs: Mapping[str, Job] | None = None) -> Relaying:
    reader, stream, time = StraightReader(store), FakeStream(), Time()
    relay = Relay(store, reader, stream, jobs or {}, Pace(attempts=ATTEMPTS), time)  # type: ignore[arg-type]
    return Relaying(store, relay, reader, stream, time)


async def emit(store: Store, id: int, kind: str = "followed", **data: Any) -> Event:
    told = {"actor": 1, "subject": 2, "touched": Touched().to_json(), **data}
    event = Event(id, kind, T0 + id, told)
    await store.write((Emit(event),))
    return event


async def waiting(store: Store) -> list[int]:
    return [event.id for event in await store.take_events(1_000)]
