"""Consumers of the stream: at least once, together, and never behind its end without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from graph.changes import Event
from graph.errors import Unavailable
from graph.events import consumer as module
from graph.events.consumer import Consumer
from graph.events.stream import STREAM, RedisStream, encode
from graph.stores.memory import MemoryStore
from tests.support.living import flush, hot

pytestmark = pytest.mark.anyio


class Consuming:
    """A consumer, what it was handed, and what it is to fail on."""

    def __init__(self, ask: Any) -> None:
        self.seen: list[int] = []
        self.fails: dict[int, list[Exception]] = {}
        self.losses = 0
        self.consumer = Consumer(ask, "tests", self._handle, lost=self._lost)
        self.stream = RedisStream(ask, [self.consumer.kick])

    async def _handle(self, events: Sequence[Event]) -> None:
        for event in events:
            if self.fails.get(event.id):
                raise self.fails[event.id].pop()
        self.seen += [event.id for event in events]

    async def _lost(self) -> None:
        self.losses += 1

    async def publish(self, *ids: int) -> None:
        await self.stream.publish([encode(Event(id, "followed", 1, {})) for id in ids])

    async def until(self, *ids: int) -> None:
        async with asyncio.timeout(30):
            while sorted(set(self.seen)) != sorted(ids):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def consuming(cache_url: str) -> AsyncIterator[Consuming]:
    async with hot(MemoryStore(), cache_url) as reader:
        assert reader.cache is not None
        made = Consuming(reader.cache.ask)
        await made.consumer.start()
        try:
            yield made
        finally:
            await made.consumer.stop()


@pytest.fixture
async def fresh(cache_url: str) -> str:
    await flush(cache_url)
    return cache_url


async def test_every_event_comes_once_where_nothing_fails(fresh: str) -> None:
    async with consuming(fresh) as one:
        await one.publish(1, 2)
        await one.publish(3)
        await one.until(1, 2, 3)
        assert one.seen == [1, 2, 3]
        assert one.consumer.stats.consumed == 3


async def test_consumers_of_one_group_share_the_work(fresh: str) -> None:
    async with consuming(fresh) as one, consuming(fresh) as other:
        await one.publish(*range(1, 41))
        async with asyncio.timeout(30):
            while len(one.seen + other.seen) < 40:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert sorted(one.seen + other.seen) == list(range(1, 41))


async def test_what_fails_is_tried_again_and_holds_up_nobody_for_ever(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    async with consuming(fresh) as one:
        one.fails = {
            2: [KeyError("once")],
            3: [KeyError("always")] * 50,
            4: [Unavailable("away")] * 3,  # nobody's fault: waited for
        }
        await one.publish(1, 2, 3, 4, 5)
        await one.until(1, 2, 4, 5)
        assert one.consumer.stats.dropped == 1


async def test_what_a_dead_consumer_had_taken_is_taken_over(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLAIM_AFTER_MS", 100)
    monkeypatch.setattr(module, "OBSERVE_SECONDS", 0.05)
    async with consuming(fresh) as one:
        await one.publish(1)
        await one.until(1)
        await one.consumer.stop()
        await one.publish(2)
        async with Redis.from_url(fresh) as redis:
            await redis.xreadgroup("tests", "dead", {STREAM: ">"})
        async with consuming(fresh) as other:
            await other.until(2)


async def test_a_stream_that_was_lost_begins_again(fresh: str) -> None:
    async with consuming(fresh) as one:
        await one.publish(1)
        await one.until(1)
        await flush(fresh)
        await one.publish(2)
        await one.until(1, 2)


async def test_falling_behind_the_end_of_the_stream_is_noticed(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OBSERVE_SECONDS", 0.0)
    async with consuming(fresh) as one:
        await one.publish(1)
        await one.until(1)
        await one.consumer.stop()
        await one.publish(2, 3, 4)
        async with Redis.from_url(fresh) as redis:
            await redis.xtrim(STREAM, maxlen=1, approximate=False)
        await one.consumer.start()
        await one.until(1, 4)
        assert one.losses == 1
