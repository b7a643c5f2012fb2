"""Statements of analysts: their own driver, rows as they come, and an end that is seen.

They never share the pool that answers requests. Leaving early, for whatever reason, drops the
connection and then ends the statement by name, because the embedded server goes on without it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase, AsyncResult, AsyncTransaction
from neo4j.exceptions import BrokenRecordError, ClientError, Neo4jError

from graph.errors import AmityError, BadInput, Forbidden, TooExpensive
from graph.stores.bolt import failures
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.dialects import Dialect
from graph.stores.bolt.dialects.heap import Heap
from graph.stores.bolt.plain import plain, plan_of
from graph.values import Plan

FETCH = 100  # rows that are on the way at once: what a slow reader costs in memory
# The server's own limit stands a little behind ours, so that ours speaks first.
GRACE_SECONDS = 0.5
END_TRIES, END_PAUSE = 60, 0.05
PLAN_SECONDS = 10.0
UNREADABLE = "The answer has a value that can't be told, such as a time beyond the year 9999."
NOT_WORKED_OUT = "The graph can't work out this statement: a value is of another type than it needs"
# What the embedded server says of any value that an expression can't take. The statement has passed
# the gate and only reads: its values are what is left to be wrong.
_ANY = "Neo.DatabaseError.General.UnknownError"
NOT_UNDERSTOOD = "The graph does not understand this statement"
LOOK_PAUSE = 0.1
FULL = "The graph's memory was nearly full, so what analysts asked was ended, this too."
TOO_LARGE = (
    "This would hold more at once than the graph lets one statement hold: "
    "sort, group or collect fewer rows."
)


@dataclass(slots=True)
class Held:
    inner: AsyncTransaction
    ended: bool = False  # its last row was read: nothing runs any more


@dataclass(slots=True)
class Watch:
    full: bool = False

    async def look(self, heap: Heap, limit: asyncio.Timeout) -> None:
        before = heap.cleared()
        # What is watched is a file.
        while not heap.is_full_since(before):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_PAUSE)
        self.full = True
        limit.reschedule(asyncio.get_running_loop().time())


class Streaming:
    def __init__(self, connection: Connection, dialect: Dialect, url: str, database: str) -> None:
        self._connection, self._dialect = connection, dialect
        self._url, self._database = url, database
        self._opened: AsyncDriver | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        await asyncio.gather(*self._ending, return_exceptions=True)
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _driver(self) -> AsyncDriver:
        if self._opened is None:
            self._opened = AsyncGraphDatabase.driver(
                self._url,
                auth=self._dialect.reader(),
                connection_timeout=self._connection.statement_timeout,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        return self._opened

    @asynccontextmanager
    async def stream(
        self, text: str, params: Mapping[str, Any], seconds: float
    ) -> AsyncIterator[Streamed]:
        self._connection.trips += 1
        mark = secrets.token_hex(8)
        async with self._within(seconds), self._transaction(mark, seconds) as held:
            if self._dialect.tells_reads:
                await self._must_read(held, text, params)
            result = await held.inner.run(self._dialect.marked(text, mark), dict(params))
            yield Streamed(result, held)

    async def plan(self, text: str, params: Mapping[str, Any]) -> Plan:
        self._connection.trips += 1
        mark = secrets.token_hex(8)
        async with self._within(PLAN_SECONDS), self._transaction(mark, PLAN_SECONDS) as held:
            plan = await self._must_read(held, text, params)
            held.ended = True
            return plan

    async def _must_read(self, held: Held, text: str, params: Mapping[str, Any]) -> Plan:
        """Its plan; raises Forbidden where the server knows that it would do more."""
        try:
            result = await held.inner.run(f"EXPLAIN {text}", dict(params))
            summary = await result.consume()
        except ClientError as error:
            if failures.is_stopped(error) or ".Statement." not in (error.code or ""):
                raise
            # Nothing ran: there is no data in what it says.
            raise BadInput(f"{NOT_UNDERSTOOD}: {_first_line(error)}") from error
        if self._dialect.tells_reads and summary.query_type != "r":
            raise Forbidden("The graph says that this would not only read.", rule="READ_ONLY")
        return plan_of(summary.plan)

    @asynccontextmanager
    async def _transaction(self, mark: str, seconds: float) -> AsyncIterator[Held]:
        async with self._driver().session(
            database=self._database, default_access_mode=READ_ACCESS, fetch_size=FETCH
        ) as session:
            inner = await session.begin_transaction(
                timeout=seconds + GRACE_SECONDS, metadata={"amity": mark}
            )
            held = Held(inner)
            try:
                yield held
            finally:
                if held.ended:
                    await inner.rollback()
                else:
                    inner.cancel()
                    await self._end(mark)

    @asynccontextmanager
    async def _watched(self, limit: asyncio.Timeout) -> AsyncIterator[Watch]:
        """Its time is up at once when the server's memory runs out."""
        watch = Watch()
        heap = self._dialect.heap
        if heap is None:
            yield watch
            return
        task = asyncio.get_running_loop().create_task(watch.look(heap, limit))
        try:
            yield watch
        finally:
            task.cancel()

    async def _end(self, mark: str) -> None:
        """Gone when this returns; a second cancellation leaves it to a task of ours."""
        task = asyncio.get_running_loop().create_task(self._see_it_end(mark))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        await asyncio.shield(task)

    async def _see_it_end(self, mark: str) -> None:
        for _ in range(END_TRIES):
            try:
                running = await self._dialect.running(mark)
                for id in running:
                    await self._connection.command(f"TERMINATE TRANSACTIONS '{id}'")
            except AmityError:
                return  # a server that is gone runs nothing
            if not running:
                return
            await asyncio.sleep(END_PAUSE)

    @asynccontextmanager
    async def _within(self, seconds: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds) as limit, self._watched(limit) as watch:
                yield
        except TimeoutError as error:
            raise TooExpensive(FULL) if watch.full else failures.timed_out() from error
        except failures.FOREIGN as error:
            raise _told(error) from error


class Streamed:
    """Rows of one statement; whoever iterates gets them as they come."""

    def __init__(self, result: AsyncResult, held: Held) -> None:
        self._result, self._held = result, held
        self.columns = tuple(result.keys())

    async def __aiter__(self) -> AsyncIterator[list[Any]]:
        async for record in self._result:
            yield [plain(value) for value in record.values()]
        self._held.ended = True


def _first_line(error: Neo4jError) -> str:
    return (error.message or "").strip().partition("\n")[0][:300]


def _told(error: BaseException) -> AmityError:
    """What the server says of a statement is for whoever wrote it; `detail` may quote data."""
    if failures.is_stopped(error):
        return failures.timed_out()
    if failures.is_too_large(error):
        return TooExpensive(TOO_LARGE)
    if isinstance(error, BrokenRecordError):
        return BadInput(UNREADABLE)
    if not isinstance(error, Neo4jError):
        return failures.translated(error)
    code = error.code or ""
    if code.endswith(".Security.Forbidden"):
        return Forbidden(
            "Readers see public kinds alone: give each node a label.", rule="READ_ONLY"
        )
    if ".Statement." in code or ".Procedure." in code or code == _ANY:
        told = BadInput(f"{NOT_WORKED_OUT if code == _ANY else NOT_UNDERSTOOD}.")
        told.detail = _first_line(error)
        return told
    return failures.translated(error)
