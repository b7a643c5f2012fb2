"""One driver, its deadlines, its retries and its count of statements."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase, Query, Record
from neo4j import AsyncTransaction as DriverTransaction
from neo4j.exceptions import ClientError

from graph.deadline import remaining
from graph.errors import AmityError, BadInput, Unavailable
from graph.stores.bolt import failures
from graph.stores.bolt.turns import Turns

T = TypeVar("T")

LOST_RETRIES = 2  # a pool may hold dead connections after a restart: one failure empties it
_SHORTEST, _LONGEST = 0.002, 0.05
_WORTH_STOPPING = 0.2
_ALL = 2**31 - 1
# Writers wait for one another: however many there are, readers find a connection.
_WRITERS = 0.75
# The caller's deadline ends the wait for a connection, not the pool.
_POOL_PATIENCE = 3600.0


class Transaction(Generic[T]):
    """One attempt. `in_doubt` is what an earlier attempt did, if its commit got no answer."""

    def __init__(self, inner: DriverTransaction, connection: Connection, in_doubt: T | None):
        self._inner = inner
        self._connection = connection
        self.in_doubt = in_doubt
        self.wrote = True
        self.lock_by = connection.lock_by

    async def row(self, text: str, **params: Any) -> Record | None:
        self._connection.trips += 1
        result = await self._inner.run(text, params)
        return await result.single()

    async def value(self, text: str, **params: Any) -> Any:
        row = await self.row(text, **params)
        return None if row is None else row[0]


Work = Callable[[Transaction[T]], Awaitable[T]]
Stop = Callable[[str, float], Coroutine[Any, Any, None]]
Taken = Callable[[], Awaitable[AmityError | None]]


async def _nothing_to_say() -> AmityError | None:
    return None


class Connection:
    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        database: str,
        *,
        statement_timeout: float,
        pool_size: int,
    ) -> None:
        self._url, self._auth, self._database = url, (user, password), database
        self._pool_size = pool_size
        self._opened: AsyncDriver | None = None
        self._turns = Turns(max(1, int(pool_size * _WRITERS)))
        self.statement_timeout = statement_timeout
        # Set by the dialect: ends what a caller no longer waits for, where closing does not.
        self.stop: Stop | None = None
        # And by how much a lock's number goes up: where waiting is all, nothing need be written.
        self.lock_by = 1
        self._stopping: set[asyncio.Task[None]] = set()
        self.trips = 0

    async def open(self) -> None:
        self._opened = AsyncGraphDatabase.driver(
            self._url,
            auth=self._auth,
            max_connection_pool_size=self._pool_size,
            connection_acquisition_timeout=_POOL_PATIENCE,
            connection_timeout=self.statement_timeout,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )

    async def close(self) -> None:
        await asyncio.gather(*self._stopping, return_exceptions=True)
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    @property
    def _driver(self) -> AsyncDriver:
        if self._opened is None:
            raise Unavailable("The graph store is not open.")
        return self._opened

    # --- reads ------------------------------------------------------------------------------------

    async def value(self, text: str, **params: Any) -> Any:
        """The one collected value that a hot read returns; None where there is no row."""
        return await self.patient_value(text, None, **params)

    async def patient_value(self, text: str, limit: float | None, /, **params: Any) -> Any:
        """The same, for what may take longer than what somebody waits for."""
        rows = await self.rows(text, params, limit)
        return rows[0][0] if rows else None

    async def rows(
        self, text: str, params: dict[str, Any], limit: float | None = None
    ) -> list[Record]:
        async with self.within(text, limit) as seconds:
            for attempt in range(LOST_RETRIES + 1):
                try:
                    return await self._read(text, params, seconds)
                except failures.FOREIGN as error:
                    if attempt == LOST_RETRIES or not _worth_reading_again(error):
                        raise
                await _pause(attempt)
        raise AssertionError("unreachable")

    async def _read(self, text: str, params: dict[str, Any], seconds: float) -> list[Record]:
        self.trips += 1
        async with self._driver.session(
            database=self._database, default_access_mode=READ_ACCESS
        ) as session:
            query = Query(text, timeout=seconds)
            result = await session.run(query, params)
            return await result.fetch(_ALL)

    async def peek(self, text: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Somebody else's statement: what it would write is undone, on whichever server."""
        async with self.within(text) as seconds:
            try:
                return await self._peek(text, params, seconds)
            except ClientError as error:
                if failures.is_stopped(error):
                    raise
                raise BadInput("The graph does not understand this statement.") from error

    async def _peek(
        self, text: str, params: dict[str, Any], seconds: float
    ) -> list[dict[str, Any]]:
        self.trips += 1
        async with self._driver.session(
            database=self._database, default_access_mode=READ_ACCESS
        ) as session:
            inner = await session.begin_transaction(timeout=seconds)
            async with inner:
                result = await inner.run(text, params)
                found = await result.data()
                await inner.rollback()
                return found

    # --- schema -----------------------------------------------------------------------------------

    async def command(self, text: str) -> list[dict[str, Any]]:
        """Schema statements stand alone: no transaction, no parameters, no short deadline."""
        self.trips += 1
        try:
            async with self._driver.session(database=self._database) as session:
                result = await session.run(text)
                return await result.data()
        except failures.FOREIGN as error:
            raise failures.translated(error) from error

    # --- writes -----------------------------------------------------------------------------------

    async def transact(
        self,
        work: Work[T],
        taken: Taken = _nothing_to_say,
        *,
        pair: int | None = None,
        seconds: float | None = None,
        attempts: int | None = None,
    ) -> T:
        """Run `work` in a transaction until it is committed, or its time is up.

        `pair` is the number of the lock that it takes, if that is known: others wait here for it.
        `taken` says, after a unique key was refused, what the caller is to be told; None means
        that the key was lost in a race of two MERGEs, and that the next attempt will find it.
        """
        in_doubt: T | None = None
        lost = attempt = 0
        patience = seconds or remaining(self.statement_timeout)
        each = seconds or self.statement_timeout
        async with self.within(limit=patience), self._turns.turn(pair):
            while True:
                kept: list[T] = []
                try:
                    return await self._attempt(work, in_doubt, kept, each)
                except failures.FOREIGN as error:
                    if failures.is_in_doubt(error) and kept:
                        in_doubt = kept[0]
                    lost += failures.is_lost(error)
                    await _judge(error, lost, taken)
                    attempt += 1
                    if attempt == attempts:
                        raise
                await _pause(attempt)

    async def _attempt(self, work: Work[T], in_doubt: T | None, kept: list[T], seconds: float) -> T:
        async with self._driver.session(
            database=self._database, default_access_mode=WRITE_ACCESS
        ) as session:
            inner = await session.begin_transaction(timeout=seconds)
            async with inner:
                transaction: Transaction[T] = Transaction(inner, self, in_doubt)
                done = await work(transaction)
                if transaction.wrote:
                    kept.append(done)
                    await inner.commit()
                else:
                    await inner.rollback()
                return done

    # --- deadlines --------------------------------------------------------------------------------

    @asynccontextmanager
    async def within(
        self, text: str | None = None, limit: float | None = None
    ) -> AsyncIterator[float]:
        """Bounded by a limit and the caller's deadline; every failure that leaves is one of ours.

        Cancelling closes the connection, and with it Neo4j ends the statement.
        """
        limit = limit or self.statement_timeout
        seconds = min(limit, remaining(limit))
        if seconds <= 0:
            raise failures.timed_out()
        started = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                yield seconds
        except (TimeoutError, asyncio.CancelledError) as error:
            self._end(text, time.monotonic() - started)
            if isinstance(error, TimeoutError):
                raise failures.timed_out() from error
            raise
        except failures.FOREIGN as error:
            raise failures.translated(error) from error

    def _end(self, text: str | None, waited: float) -> None:
        """Ask the dialect to stop what nobody waits for; what is quick ends by itself."""
        if self.stop is not None and text is not None and waited >= _WORTH_STOPPING:
            task = asyncio.get_running_loop().create_task(self.stop(text, waited))
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)


def _worth_reading_again(error: BaseException) -> bool:
    return failures.is_lost(error) or failures.is_passing(error)


async def _judge(error: BaseException, lost: int, taken: Taken) -> None:
    """Returns where another attempt may pass, raises where it may not."""
    if failures.is_taken(error):
        told = await taken()
        if told is not None:
            raise told from error
        return
    if failures.is_lost(error) and lost <= LOST_RETRIES:
        return
    if not failures.is_passing(error):
        raise error


async def _pause(attempt: int) -> None:
    longest = min(_LONGEST, 0.005 * 2**attempt)
    await asyncio.sleep(random.uniform(_SHORTEST, longest))
