"""An import from its sources to its end: chunk by chunk, each with a checkpoint behind it."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, closing, suppress
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
from loaders.coming import opened, plans
from loaders.job import Job
from loaders.lanes import Stopped, dropped, settled
from loaders.mapping import Nodes, Rule, Unknown
from loaders.patience import patiently
from loaders.piped import GivenUp, other_input
from loaders.planning import Plan
from loaders.reading import Reader
from loaders.rejects import Rejects
from loaders.renewing import Renewing
from loaders.sources import Source
from loaders.summary import DONE, RUNNING, STOPPED, Progress
from loaders.undoing import UNDOING
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

    async def run(self, order: Order) -> Progress:
        """To the end, or until it is asked to stop; the same order then goes on."""
        batch = await patiently(lambda: self._store.begin_import(order.name))
        try:
            progress = await resumed(order, batch, self._clock())
        except GivenUp:
            return replace(Progress.from_json(batch.state["progress"]), status=STOPPED)
        if progress.status != DONE:
            job = Job(self._store, batch, self._clock, progress.began, order.crowd, order.stop)
            await Run(order, job, progress, self._report).to_end()
        return progress


async def resumed(order: Order, batch: Import, now: int) -> Progress:
    """Where it stands. Raises SourceError where it began with something else, and GivenUp where
    that was not found out before somebody asked to stop."""
    if not batch.state:
        return Progress(now)
    if batch.state.get(UNDOING):
        raise SourceError(
            f"The import {order.name} is being taken back: `amity load undo {order.name}` goes on "
            "with that, or use another --batch."
        )
    if order.restart:
        return Progress(now, batch.state["progress"]["run"] + 1)
    progress = Progress.from_json(batch.state["progress"])
    began = batch.state["sources"]
    same = len(began) == len(order.sources) and all(map(_is_same, order.sources, began))
    if not same and (progress.file, progress.place) != (0, START):
        raise SourceError(
            f"The import {order.name} began with other files or another mapping, or they have "
            "changed since: use --restart, or another --batch."
        )
    for source in order.sources[: progress.file]:
        if source.pipe:
            await _has_no_more(source, progress.piped, order.stop)
    return progress


def _is_same(source: Source, began: Sequence[str]) -> bool:
    """Earlier versions looked at the beginning alone."""
    path, mark = began
    return source.path == path and (source.mark == mark or source.mark.startswith(f"{mark}-"))


async def _has_no_more(source: Source, end: Place, stop: asyncio.Event) -> None:
    async with opened(source, stop) as reader, aclosing(plans(reader, source, end)) as more:
        async for _ in more:
            raise other_input()


class Run:
    """One order, from where it stands on. Moves `progress` on as it goes."""

    def __init__(self, order: Order, job: Job, progress: Progress, report: Report) -> None:
        self._order, self._job, self._progress, self._report = order, job, progress, report
        self._writing = Writing(job)
        self._renewing = Renewing(job.store)

    async def to_end(self) -> None:
        self._progress.status = RUNNING
        await self._save()
        with closing(Rejects(self._order.rejects, self._progress.kept)) as rejects:
            try:
                with suppress(Stopped):
                    while self._progress.file < len(self._order.sources) and not self._over():
                        await self._source(self._order.sources[self._progress.file], rejects)
            except SourceError:
                await self._end()
                raise
            await self._end()

    async def _source(self, source: Source, rejects: Rejects) -> None:
        try:
            async with opened(source, self._order.stop) as reader:
                await self._chunks(source, reader, rejects)
        except GivenUp:
            return
        if not self._over():
            self._progress.file, self._progress.place = self._progress.file + 1, START

    async def _chunks(self, source: Source, reader: Reader, rejects: Rejects) -> None:
        progress = self._progress
        begun: deque[Begun] = deque()
        ahead = AHEAD if self._order.tolerate is None and _stand_alone(source.rule) else 0

        async def finish(but: int) -> None:
            while len(begun) > but:
                await self._finish(begun.popleft(), source, reader, rejects)

        async with aclosing(plans(reader, source, progress.place)) as coming:
            try:
                while (planned := await _next(coming, begun, finish)) is not None:
                    writes = self._writing.write(planned, _place(progress, planned))
                    begun.append(Begun(planned, asyncio.create_task(writes)))
                    await finish(ahead)
                    if self._over():
                        break
                await finish(0)
            except Stopped:
                # What failed may stand behind what stopped for it.
                await settled(one.writes for one in begun)
                raise
            finally:
                await dropped(one.writes for one in begun)

    async def _finish(self, begun: Begun, source: Source, reader: Reader, rejects: Rejects) -> None:
        """A chunk is there, and so is its checkpoint."""
        outcome = await begun.writes
        rejects.write(source.name, reader.form, reader.head, begun.plan.rejects())
        rejects.keep()
        self._progress.add(begun.plan, outcome)
        self._progress.kept = rejects.size
        await self._save()
        await self._renewing.sometimes()
        self._report(self._progress, source, reader.position)

    def _over(self) -> bool:
        allowed = self._order.tolerate
        too_many = allowed is not None and self._progress.rejected > allowed
        return too_many or self._order.stop.is_set()

    async def _end(self) -> None:
        job, progress = self._job, self._progress
        finished = progress.file >= len(self._order.sources)
        progress.status = DONE if finished else STOPPED
        progress.ended = job.clock()
        made = await patiently(lambda: job.store.created_by(job.batch.number))
        progress.nodes = Counter({name: n for name, n in made.items() if name in NODE})
        progress.edges = Counter({name: n for name, n in made.items() if name in EDGE})
        # Whoever serves forgets what it kept: everything that moved is read anew.
        await self._renewing.now()
        await self._tell()
        await self._save()

    async def _tell(self) -> None:
        """One event for all of it: nobody hears of a million follows one by one."""
        store, clock = self._job.store, self._job.clock
        summary = self._progress.summary(self._order.name)
        told = {**summary, "touched": Touched().to_json()}
        event = Event(await TimeIds(store, clock).new(), Kind.IMPORTED.value, clock(), told)
        await patiently(lambda: store.write((Emit(event),)))

    async def _save(self) -> None:
        running = self._progress.status == RUNNING
        state: Mapping[str, Any] = {
            "sources": _marks(self._order),
            "rejects": str(self._order.rejects),
            "progress": self._progress.to_json(),
            HEARD: self._job.clock() if running else None,
        }
        saved = replace(self._job.batch, state=state)
        await patiently(lambda: self._job.store.save_import(saved))


async def _next(
    coming: AsyncGenerator[Plan, None],
    begun: deque[Begun],
    finish: Callable[[int], Awaitable[None]],
) -> Plan | None:
    """What is written is finished also while the next one lets us wait for it."""
    planned = asyncio.ensure_future(anext(coming, None))
    try:
        while begun and not planned.done():
            await asyncio.wait({planned, begun[0].writes}, return_when=asyncio.FIRST_COMPLETED)
            if begun[0].writes.done():
                await finish(len(begun) - 1)
        try:
            return await planned
        except (SourceError, GivenUp):
            await finish(0)
            raise
    finally:
        await dropped([planned])


def _marks(order: Order) -> list[list[Any]]:
    return [[source.path, source.mark] for source in order.sources]


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
