"""Everything between a post and a screen, in one process: outbox, relay, queue, workers, timelines.

Nothing runs by itself: `settle` is the time that everything needs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from graph.adjacency.cache import Cache
from graph.adjacency.hot import Hot
from graph.adjacency.tether import PATIENCE, Patience
from graph.events.fanout import Fanout
from graph.events.jobs import jobs
from graph.events.queue import Queue, WithFanout
from graph.events.relay import Relay
from graph.events.stream import RedisStream
from graph.store import Store
from graph.timelines.timelines import Timelines
from resolvers.feed.feeds import Feeds
from resolvers.snapshots import Snapshots
from tests.support.asking import Client
from tests.support.cast import Cast, cast
from tests.support.living import hot

CELEBRITY = 4
LONGEST = 5

PAGE = """query($ranker: Ranker, $first: Int, $after: String) {
  feed(ranker: $ranker, first: $first, after: $after) {
    edges { cursor score node { id text author { username } shares { id } replyTo { id } } }
    pageInfo { hasNextPage endCursor } newer complete } }"""


class Ticking(Client):
    """Time passes with every change, so that nothing happens at once."""

    still = False

    def clock(self) -> int:
        self.now += not self.still
        return self.now


@dataclass
class Running:
    client: Ticking
    reader: Hot
    timelines: Timelines
    relay: Relay
    fanout: Fanout
    queue: Queue

    @property
    def store(self) -> Store:
        return self.client.store

    @property
    def cache(self) -> Cache:
        assert self.reader.cache is not None
        return self.reader.cache

    async def settle(self) -> None:
        """Until every event went its whole way."""
        while await self.relay.sweep():
            pass
        await self.relay.idle()
        await self.relay.sweep()
        while await self.fanout.turn():
            pass

    async def post(self, author: int, text: str | None = "hello", **given: Any) -> int:
        done = await self.client.actions.create_post(author, {"text": text, **given})
        return done.post

    async def flush(self) -> None:
        await self.cache.ask("FLUSHALL")

    async def page(self, as_: str, **variables: Any) -> dict[str, Any]:
        data = await self.client.ask(PAGE, as_, **variables)
        feed: dict[str, Any] = data["feed"]
        return feed

    async def walk(self, as_: str, ranker: str = "CHRONOLOGICAL", first: int = 3) -> list[int]:
        """Every page, to the end."""
        found: list[int] = []
        after = None
        while True:
            page = await self.page(as_, ranker=ranker, first=first, after=after)
            assert page["complete"]
            found += ids(page)
            if not page["pageInfo"]["hasNextPage"]:
                return found
            assert len(page["edges"]) == first, "a page is full while there is more"
            after = page["pageInfo"]["endCursor"]


def ids(page: dict[str, Any]) -> list[int]:
    return [int(edge["node"]["id"].removeprefix("post_")) for edge in page["edges"]]


def pid(post: int) -> str:
    return f"post_{post}"


@asynccontextmanager
async def running(
    store: Store,
    cache_url: str,
    *,
    longest: int = LONGEST,
    celebrity: int = CELEBRITY,
    slice_: int = 2,
    abandoned_ms: int = 5_000,
    patience: Patience = PATIENCE,
) -> AsyncIterator[Running]:
    """One process of a service."""
    async with hot(store, cache_url, patience) as reader:
        client = Ticking(store, reader=reader)
        cache = reader.cache
        assert cache is not None
        timelines = Timelines(cache, client.clock, longest)
        client.feeds = Feeds(timelines)
        client.snapshots = Snapshots(cache)
        queue = Queue(cache, abandoned_ms)
        stream = WithFanout(RedisStream(cache.ask), cache, lambda: None)

        async def distrust() -> None:
            cache.adopt(await store.raise_generation())

        it = Running(
            client,
            reader,
            timelines,
            Relay(store, reader, stream, jobs(client.actions, stragglers=0)),
            Fanout(
                queue,
                timelines,
                reader,
                celebrity,
                client.actions.mark_celebrity,
                distrust,
                slice_=slice_,
            ),
            queue,
        )
        await it.fanout.turn()  # the queues are made, which nothing was in before
        yield it


async def a_cast(it: Running, *more: str, **props: dict[str, Any]) -> Cast:
    return await cast(it.store, *more, **props)
