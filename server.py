"""The front door: settings in, a running service out. The only file that knows concrete stores."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from starlette.applications import Starlette

from analysts.cypher.asking import Bounds
from analysts.cypher.desk import Desk
from analysts.cypher.saved import Saved, read_saved
from analysts.cypher.turns import Turns
from analysts.runs.estimate import Limits
from analysts.runs.served import Runs
from graph.actions import Actions
from graph.adjacency.cache import Cache
from graph.adjacency.hot import Hot
from graph.errors import BadInput
from graph.events.consumer import Consumer
from graph.events.fanout import Fanout
from graph.events.housekeeping import Housekeeping
from graph.events.inboxes import Inboxes
from graph.events.jobs import STRAGGLERS_SECONDS, jobs
from graph.events.posting import Posting
from graph.events.queue import Queue, WithFanout
from graph.events.relay import Relay
from graph.events.stream import RedisStream
from graph.ids import TimeIds, UserIds
from graph.store import Store
from graph.stores.bolt import BoltStore
from graph.stores.embedded import Connection, connection
from graph.timelines.timelines import Timelines
from keys import Keys, load_keys
from resolvers.cursors import Cursors
from resolvers.feed.feeds import Feeds
from resolvers.snapshots import Snapshots
from schema.execute import schema
from settings import Settings, SettingsError, read_settings
from web import logs
from web.app import build_app
from web.budget import SPEND, Script
from web.execution import graphql_schema, preparer
from web.health import Check
from web.jwks import PublishedKeys, over_http
from web.saved import with_saved
from web.services import Numbers, Services
from web.tokens import KeySource, SharedSecret, Tokens
from web.tracing import tracing_from

# Of one analyst: so many questions run at once, so many more wait.
EACH_RUNS, EACH_WAITS = 1, 10
# Algorithms of analysts take memory: in each process one at once, and one more waits of each.
RUN_AT_ONCE, EACH_WAITS_TO_RUN = 1, 1
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


def app() -> Starlette:
    """What uvicorn runs in each API process."""
    settings = read_settings()
    logs.configure(settings.log_level, settings.log_format)
    return build_app(services(settings, furnish(settings, connection(settings))))


def services(settings: Settings, rooms: Rooms) -> Services:
    keys = load_keys(settings)
    desk = _desk(settings, rooms, keys)
    served = with_saved(graphql_schema(schema), desk)
    return Services(
        store=rooms.store,
        reader=rooms.reader,
        actions=rooms.actions,
        cursors=Cursors(keys.cursors),
        snapshots=Snapshots(rooms.cache),
        feeds=Feeds(rooms.timelines),
        schema=served,
        prepare=preparer(served),
        tokens=Tokens(_token_keys(settings, keys), settings.jwt_audience, settings.jwt_issuer),
        now=now_ms,
        checks={
            "graph": Check(rooms.store.ping),
            "cache": Check(lambda: rooms.cache.ask("PING"), vital=False),
        },
        counters={
            "adjacency": lambda: _adjacency_counters(rooms.reader),
            "relay": lambda: _relay_counters(rooms.relay),
            "fanout": lambda: _fanout_counters(rooms),
            "inboxes": lambda: _consumer_counters(rooms.consumer),
            "likes": lambda: _consumer_counters(rooms.likes),
        },
        script=_spend_on(rooms.cache),
        inboxes=rooms.inboxes,
        numbers=Numbers.of(settings),
        tracing=tracing_from(os.environ),
        desk=desk,
        runs=_runs(settings, desk),
        on_start=(rooms.open, rooms.consume) if settings.consume_events else (rooms.open,),
        on_stop=(rooms.close, rooms.stop_consuming),
    )


def _desk(settings: Settings, rooms: Rooms, keys: Keys) -> Desk:
    return Desk(
        store=rooms.store,
        new_id=rooms.ids.new,
        now=now_ms,
        key=keys.pseudonyms,
        turns=Turns(settings.analyst_running, EACH_RUNS, EACH_WAITS, settings.analyst_seconds),
        bounds=Bounds(settings.analyst_rows, settings.analyst_mb << 20, settings.analyst_seconds),
        smallest=settings.analyst_smallest,
        saved=_saved(settings),
    )


def _runs(settings: Settings, desk: Desk) -> Runs:
    return Runs(
        desk,
        Limits(settings.analyze_memory_mb, settings.analyze_seconds),
        Turns(RUN_AT_ONCE, EACH_RUNS, EACH_WAITS_TO_RUN, settings.analyze_seconds),
    )


def _saved(settings: Settings) -> Mapping[str, Saved]:
    try:
        return read_saved(settings.analyst_queries)
    except (BadInput, OSError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"AMITY_ANALYST_QUERIES can't be used: {wrong}") from wrong


def _token_keys(settings: Settings, keys: Keys) -> KeySource:
    if settings.jwt_jwks_url is None:
        return SharedSecret(keys.tokens)
    return PublishedKeys(over_http(settings.jwt_jwks_url))


def _adjacency_counters(reader: Hot) -> Mapping[str, float]:
    found = reader.tallies
    return {
        "local_hits": found.local.total(),
        "cache_hits": found.cache.total(),
        "store_reads": found.store.total(),
        "refused": found.refused,
        "invalidations": found.invalidations,
        "generations": found.generations,
        "cleared": found.cleared,
        "trips": reader.trips,
        "bytes": reader.local.bytes,
    }


def _relay_counters(relay: Relay) -> Mapping[str, float]:
    stats = relay.stats
    return {
        "published": stats.published,
        "failed": stats.failed,
        "buried": stats.buried,
        "repeated": stats.repeated,
        "waiting": stats.backlog.waiting,
        "dead": stats.backlog.dead,
        "lag_seconds": stats.lag_ms(now_ms()) / 1000,
    }


def _fanout_counters(rooms: Rooms) -> Mapping[str, float]:
    stats, timelines = rooms.fanout.stats, rooms.timelines
    return {
        "posts": stats.posts,
        "offered": stats.offered,
        "pushed": stats.pushed,
        "pulled": stats.pulled,
        "slices": stats.slices,
        "cancelled": stats.cancelled,
        "failed": stats.failed,
        "buried": stats.buried,
        "lost": stats.lost,
        "waiting": stats.waiting.small,
        "waiting_large": stats.waiting.large,
        "dead": stats.waiting.dead,
        "lag_seconds": stats.lag_ms(now_ms()) / 1000,
        "timelines_read": timelines.read_whole,
        "timelines_built": timelines.built,
        "timelines_refused": timelines.refused,
    }


def _consumer_counters(consumer: Consumer) -> Mapping[str, float]:
    stats = consumer.stats
    return {
        "consumed": stats.consumed,
        "failed": stats.failed,
        "dropped": stats.dropped,
        "waiting": stats.waiting,
    }


def _spend_on(cache: Cache) -> Script:
    async def spend(keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        return await cache.ask("EVAL", SPEND, len(keys), *keys, *arguments)

    return spend
