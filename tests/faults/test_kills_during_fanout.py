"""Workers (with the relay in them), the API and the cache are killed while posts are fanned out.

After each kill every acknowledged post is in every feed where it belongs, once. Short here; whole
(twenty kills) with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest

from settings import Settings
from tests.faults.service import PATIENCE, Service

pytestmark = pytest.mark.anyio

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
ROUNDS = 5 if SOAK else 1
PEOPLE = 8
POSTERS = 3
BETWEEN_KILLS = 8  # acknowledged posts
CELEBRITY = 6  # one of them is followed by everybody

CREATE = "mutation($n: String!) { createProfile(input: {username: $n}) { id } }"
FOLLOW = "mutation($u: ID!) { follow(user: $u) { relationship { following } } }"
POST = "mutation($t: String!, $k: String!) { createPost(input: {text: $t}, key: $k) { id } }"
FEED = """query($a: String) { feed(ranker: CHRONOLOGICAL, first: 100, after: $a) {
    nodes { id } complete pageInfo { hasNextPage endCursor } } }"""


class Worker:
    """`amity worker` beside the service; whoever kills it has to start another."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "worker"],
            env={**os.environ, **self._service.settings.env()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def kill(self) -> None:
        assert self._process.poll() is None, "it had ended by itself"
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._process = self._started()


@dataclass
class Square:
    """People, whom they follow, and what was acknowledged to them."""

    service: Service
    client: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    follows: set[tuple[str, str]] = field(default_factory=set)
    posts: dict[str, str] = field(default_factory=dict)  # post → author
    tokens: dict[str, str] = field(default_factory=dict)

    async def gather(self) -> None:
        dice = random.Random(5)
        names = [f"person{n}" for n in range(PEOPLE)]
        self.tokens = {name: self.service.token(name) for name in names}
        for name in names:
            self.ids[name] = (await self.ask(name, CREATE, n=name))["createProfile"]["id"]
        pairs = {(a, names[0]) for a in names[1:]}
        pairs |= {(a, b) for a in names for b in names if a != b and dice.random() < 0.4}
        for a, b in sorted(pairs):
            await self.ask(a, FOLLOW, u=self.ids[b])
        self.follows = pairs

    async def ask(self, who: str, query: str, **variables: Any) -> Any:
        answer = await self.try_(who, query, **variables)
        assert answer is not None
        return answer

    async def try_(self, who: str, query: str, **variables: Any) -> Any | None:
        """None where no answer came, or one that says to come back."""
        try:
            response = await self.client.post(
                f"{self.service.url}/graphql",
                json={"query": query, "variables": variables},
                headers={"authorization": f"Bearer {self.tokens[who]}"},
            )
            answer = response.json()
        except (httpx.TransportError, ValueError):
            return None
        if "errors" in answer:
            code = answer["errors"][0]["extensions"]["code"]
            assert code in ("UNAVAILABLE", "TIMEOUT"), answer
            return None
        return answer["data"]

    async def write(self, part: int, until: asyncio.Event) -> None:
        """Posts, each sent again under its key until it is acknowledged."""
        names, number = sorted(self.ids), 0
        while not until.is_set():
            author, number = names[(part + number) % len(names)], number + 1
            key = f"{part}.{number}"
            made = await self.try_(author, POST, t=key, k=key)
            while made is None:
                await asyncio.sleep(0.05)
                made = await self.try_(author, POST, t=key, k=key)
            self.posts[made["createPost"]["id"]] = author
            await asyncio.sleep(0.01)

    async def look(self, until: asyncio.Event) -> None:
        """Readers come and go: timelines are there, and are built while posts arrive."""
        names = sorted(self.ids)
        while not until.is_set():
            await self.try_(random.choice(names), FEED)
            await asyncio.sleep(0.02)

    async def busy(self, posts: int) -> None:
        until = len(self.posts) + posts
        async with asyncio.timeout(PATIENCE):
            while len(self.posts) < until:  # noqa: ASYNC110 - writers tell nobody
                await asyncio.sleep(0.05)

    async def check(self) -> None:
        """What was acknowledged by now is in every feed where it belongs, once."""
        known = dict(self.posts)
        for name in sorted(self.ids):
            expected = {
                post
                for post, author in known.items()
                if author == name or (name, author) in self.follows
            }
            began = time.monotonic()
            missing = expected - set(await self.walk(name))
            while missing:
                assert time.monotonic() - began < PATIENCE, f"{name} misses {len(missing)} posts"
                await asyncio.sleep(0.1)
                missing = expected - set(await self.walk(name))

    async def walk(self, name: str) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            data = await self.try_(name, FEED, a=after)
            if data is None or not data["feed"]["complete"]:
                await asyncio.sleep(0.1)
                continue
            found += [node["id"] for node in data["feed"]["nodes"]]
            if not data["feed"]["pageInfo"]["hasNextPage"]:
                break
            after = data["feed"]["pageInfo"]["endCursor"]
        assert len(found) == len(set(found)), f"{name} sees a post twice"
        known = {name} | {b for a, b in self.follows if a == name}
        assert {self.posts.get(post, name) for post in found} <= known
        return found


@pytest.mark.server("embedded", "cache")
async def test_every_acknowledged_post_is_in_every_feed_where_it_belongs(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        graph_heap_mb=512,
        cache_mb=64,
        consume_events=False,
        celebrity_followers=CELEBRITY,
        timeline_posts=40,
    )
    with Service(settings) as service, Worker(service) as one, Worker(service) as other:
        (api,) = [name for name in service.names() if name.startswith("api")]
        kills = (one.kill, lambda: service.kill("cache"), other.kill, lambda: service.kill(api))
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            square = Square(service, client)
            await square.gather()
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                for part in range(POSTERS):
                    group.create_task(square.write(part, stop))
                group.create_task(square.look(stop))
                for _ in range(ROUNDS):
                    for kill in kills:
                        await square.busy(BETWEEN_KILLS)
                        await asyncio.to_thread(kill)
                        await square.busy(BETWEEN_KILLS)
                        await square.check()
                stop.set()
            await square.check()
        seen = service.doctor()
        assert seen.returncode == 0, seen.stdout + seen.stderr
        print(f"acknowledged {len(square.posts)} posts, {ROUNDS * len(kills)} kills")
