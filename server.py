"""The front door: settings in, a running service out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.applications import Starlette

from analysts.cypher.asking import Bounds
from analysts.cypher.desk import Desk
from analysts.cypher.saved import Saved, read_saved
from analysts.cypher.turns import Turns
from analysts.runs.estimate import Limits
from analysts.runs.served import Runs
from graph.adjacency.cache import Cache
from graph.adjacency.hot import Hot
from graph.errors import BadInput
from graph.events.consumer import Consumer
from graph.events.relay import Relay
from graph.stores.embedded import connection
from keys import Keys, load_keys
from resolvers.cursors import Cursors
from resolvers.feed.feeds import Feeds
from resolvers.snapshots import Snapshots
from rooms import Rooms, furnish, now_ms
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
