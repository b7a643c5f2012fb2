"""Settings in, the rooms that every process needs out. The only file that knows concrete stores.

What answers GraphQL is in `server.py`: verbs that don't are started without it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import cast

from graph.actions import Actions
from graph.adjacency.cache import Cache
from graph.adjacency.hot import Hot
from graph.events.consumer import Consumer
from graph.events.fanout import Fanout
from graph.events.housekeeping import Housekeeping
from graph.events.inboxes import Inboxes
from graph.events.jobs import STRAGGLERS_SECONDS, jobs
from graph.events.posting import Posting
from graph.events.queue import Queue, WithFanout
from graph.events.relay import Relay
from graph.events.stream import RedisStream
from graph.events.unheard import Unheard
from graph.ids import TimeIds, UserIds
from graph.store import Store
from graph.stores.bolt import BoltStore
from graph.stores.embedded import Connection
from graph.timelines.timelines import Timelines
from settings import Settings

# Likes that come together are told as one: once a second, so many at once.
LIKES_SECONDS = 1.0
LIKES_AT_ONCE = 2_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Rooms:
    """What every process needs, whether it answers requests or works behind them."""

    store: Store
    reader: Hot
    actions: Actions
    relay: Relay
    cache: Cache
    ids: TimeIds
    timelines: Timelines
    fanout: Fanout
    inboxes: Inboxes
    consumer: Consumer
    likes: Consumer

    async def consume(self) -> None:
        """Until `stop_consuming`: what follows from events."""
        await self.relay.start()
        await self.fanout.start()
        await self.consumer.start()
        await self.likes.start()

    async def stop_consuming(self) -> None:
        await self.likes.stop()
        await self.consumer.stop()
        await self.fanout.stop()
        await self.relay.stop()

    async def open(self) -> None:
        await self.store.open()
        await self.store.migrate()
        await self.reader.start()

    async def close(self) -> None:
        await self.reader.stop()
        await self.store.close()


def make_store(settings: Settings, where: Connection, longest_read: float | None = None) -> Store:
    return cast(
        Store,
        BoltStore(
            where.graph_url,
            where.graph_user or "",
            where.graph_password or "",
            where.graph_database or "neo4j",
            dialect="embedded" if where.embedded_graph else "neo4j",
            http_url=where.graph_http_url,
            collector_log=where.graph_collector_log,
            statement_timeout=settings.statement_seconds,
            longest_read=longest_read or settings.analyst_seconds,
        ),
    )


def furnish(settings: Settings, where: Connection) -> Rooms:
    store = make_store(settings, where)
    reader = Hot(store, cache_url=where.cache_url, local_bytes=settings.local_cache_mb << 20)
    cache = reader.cache
    assert cache is not None  # it has an address
    ids = TimeIds(store, now_ms)
    kick: list[Relay] = []  # actions kick the relay, whose jobs are actions
    actions = Actions(
        store,
        reader,
        ids,
        UserIds(store),
        now_ms,
        lambda event: kick[0].kick(event),
    )

    async def distrust() -> None:
        cache.adopt(await store.raise_generation())

    timelines = Timelines(cache, now_ms, settings.timeline_posts)
    fanout = Fanout(
        Queue(cache),
        timelines,
        reader,
        settings.celebrity_followers,
        actions.mark_celebrity,
        distrust,
    )
    inboxes = Inboxes(cache, now_ms, settings.inbox_entries)
    posting = Posting(reader, inboxes, now_ms, settings.celebrity_followers)
    consumer = Consumer(cache.ask, "inboxes", posting, lost=inboxes.end_all)
    likes = Consumer(cache.ask, "likes", posting.likes, LIKES_AT_ONCE, LIKES_SECONDS)
    housekeeping = Housekeeping(store, now_ms, settings.history_days)
    relay = Relay(
        store,
        reader,
        WithFanout(RedisStream(cache.ask, [consumer.kick]), cache, fanout.kick),
        jobs(actions, max(STRAGGLERS_SECONDS, 3 * settings.statement_seconds)),
        housekeeping=housekeeping,
        unheard=Unheard(store, now_ms),
    )
    kick.append(relay)
    return Rooms(
        store,
        reader,
        actions,
        relay,
        cache,
        ids,
        timelines,
        fanout,
        inboxes,
        consumer,
        likes,
    )


@asynccontextmanager
async def opened(settings: Settings, where: Connection) -> AsyncIterator[Rooms]:
    """The rooms, for as long as this lasts."""
    rooms = furnish(settings, where)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(rooms.close)
        await rooms.open()
        yield rooms
