"""An import from its sources to its end: chunk by chunk, each with a checkpoint behind it."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from graph.adjacency.touched import Touched
from graph.changes import Emit, Event
from graph.events.kinds import Kind
from graph.ids import TimeIds
from graph.imports import HEARD, Import
from graph.model import EDGE, NODE
from graph.store import Store
from loaders.chunks import START, Place, SourceError
from loaders.lanes import Stopped, dropped, settled
from loaders.mapping import Nodes, Rule, Unknown
from loaders.patience import patiently
from loaders.planning import Plan, plan
from loaders.reading import Reader, open_source
from loaders.rejects import Rejects
from loaders.renewing import Renewing
from loaders.sources import Source
from loaders.summary import DONE, RUNNING, STOPPED, Progress
from loaders.writing import Outcome, Writing

Report = Callable[[Progress, Source, int], None]  # so far, in which source, how far in it


# Chunks that are begun while the one before is written; none where its rejects may be too many, or
# where it matters what the next one makes: after a kill its rows are to be the same.
AHEAD = 1


class Begun(NamedTuple):
    """A chunk that is being written."""

    plan: Plan
    writes: asyncio.Task[Outcome]


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    sources: list[Source]
    rejects: Path
    tolerate: int | None = None
    restart: bool = False
    # From so many followers on somebody is marked as a celebrity.
    crowd: int | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Importer:
    def __init__(self, store: Store, clock: Callable[[], int], report: Report) -> None:
        self._store, self._clock, self._report = store, clock, report
        self._ids = TimeIds(store, clock)

    async def run(self, order: Order) -> Progress:
        """To the end, or until it is asked to stop; the same order then goes on."""
        batch = await patiently(lambda: self._store.begin_import(order.name))
        progress = self._resumed(order, batch)
        if progress.status == DONE:
            return progress
        progress.status = RUNNING
        await self._save(order, batch, progress)
        rejects = Rejects(order.rejects, progress.kept)
        renewing = Renewing(self._store)
        writing = Writing(self._store, batch, self._clock, progress.began, order.crowd, order.stop)
        try:
            with suppress(Stopped):
                while progress.file < len(order.sources) and not _over(order, progress):
                    await self._source(order, batch, progress, rejects, writing, renewing)
            await self._end(order, batch, progress, renewing)
        finally:
            rejects.close()
        return progress

    def _resumed(self, order: Order, batch: Import) -> Progress:
        marks = [[source.path, source.mark] for source in order.sources]
        if not batch.state:
            return Progress(self._clock())
        if order.restart:
            return Progress(self._clock(), batch.state["progress"]["run"] + 1)
        if batch.state["sources"] != marks:
            raise SourceError(
                f"The import {order.name} began with other files, or they have changed since: "
                "use --restart, or another --batch."
            )
        return Progress.from_json(batch.state["progress"])

    async def _source(
        self,
        order: Order,
        batch: Import,
        progress: Progress,
        rejects: Rejects,
        writing: Writing,
        renewing: Renewing,
    ) -> None:
        source = order.sources[progress.file]
        reader = await asyncio.to_thread(open_source, source)
        begun: deque[Begun] = deque()
        ahead = AHEAD if order.tolerate is None and _stand_alone(source.rule) else 0

        async def finish() -> None:
            await self._finish(begun.popleft(), source, reader, progress, rejects)
            await self._save(order, batch, progress)
            await renewing.sometimes()
            self._report(progress, source, reader.position)

        async def finish_all() -> None:
            while begun:
                await finish()

        try:
            async with aclosing(plans(reader, source, progress.place)) as coming:
                try:
                    async for planned in coming:
                        writes = writing.write(planned, _place(progress, planned))
                        begun.append(Begun(planned, asyncio.create_task(writes)))
                        while len(begun) > ahead:
                            await finish()
                        if _over(order, progress):
                            break
                    await finish_all()
                except SourceError:
                    await finish_all()
                    raise
                except Stopped:
                    # What failed may stand behind what stopped for it.
                    await settled(one.writes for one in begun)
                    raise
                finally:
                    await dropped(one.writes for one in begun)
            if _over(order, progress):
                return
            progress.file, progress.place = progress.file + 1, START
        finally:
            reader.close()

    async def _finish(
        self,
        begun: Begun,
        source: Source,
        reader: Reader,
        progress: Progress,
        rejects: Rejects,
    ) -> None:
        outcome = await begun.writes
        rejects.write(source.name, reader.form, reader.head, begun.plan.rejects())
        rejects.keep()
        progress.add(begun.plan, outcome)
        progress.kept = rejects.size

    async def _end(
        self, order: Order, batch: Import, progress: Progress, renewing: Renewing
    ) -> None:
        finished = progress.file >= len(order.sources)
        progress.status = DONE if finished else STOPPED
        progress.ended = self._clock()
        made = await patiently(lambda: self._store.created_by(batch.number))
        progress.nodes = Counter({name: n for name, n in made.items() if name in NODE})
        progress.edges = Counter({name: n for name, n in made.items() if name in EDGE})
        # Whoever serves forgets what it kept: everything that moved is read anew.
        await renewing.now()
        await self._tell(order, progress)
        await self._save(order, batch, progress)

    async def _tell(self, order: Order, progress: Progress) -> None:
        """One event for all of it: nobody hears of a million follows one by one."""
        summary = {**progress.summary(order.name), "touched": Touched().to_json()}
        event = Event(await self._ids.new(), Kind.IMPORTED.value, self._clock(), summary)
        await patiently(lambda: self._store.write((Emit(event),)))

    async def _save(self, order: Order, batch: Import, progress: Progress) -> None:
        state: Mapping[str, Any] = {
            "sources": [[source.path, source.mark] for source in order.sources],
            "rejects": str(order.rejects),
            "progress": progress.to_json(),
            HEARD: self._clock() if progress.status == RUNNING else None,
        }
        await patiently(lambda: self._store.save_import(replace(batch, state=state)))


def _place(progress: Progress, planned: Plan) -> str:
    at = f"{planned.chunk.start.offset}-{planned.chunk.end.offset}"
    return f"{progress.run}/{progress.file}@{at}"


def _stand_alone(rule: Rule) -> bool:
    """Whether what a chunk comes to is the same when the one behind it was begun already."""
    made: set[str] = set()
    sought: set[str] = set()
    for output in rule.outputs:
        if isinstance(output, Nodes):
            return False
        for end in (output.a, output.b):
            (made if end.unknown is Unknown.CREATE else sought).add(end.kind)
    return not made & sought


def _over(order: Order, progress: Progress) -> bool:
    too_many = order.tolerate is not None and progress.rejected > order.tolerate
    return too_many or order.stop.is_set()


async def plans(reader: Reader, source: Source, place: Place) -> AsyncGenerator[Plan, None]:
    """Each is read and understood in a thread, while the one before is written."""
    chunks = reader.chunks(place)

    def work() -> Plan | None:
        chunk = next(chunks, None)
        return None if chunk is None else plan(source.rule, chunk, reader.names)

    ahead = asyncio.create_task(asyncio.to_thread(work))
    try:
        while (planned := await ahead) is not None:
            ahead = asyncio.create_task(asyncio.to_thread(work))
            yield planned
    finally:
        # A thread reads on, whatever becomes of who waits for it.
        await asyncio.wait([ahead])
        if not ahead.cancelled():
            ahead.exception()
