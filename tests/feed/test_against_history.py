"""A service lives through random days; after each look, every feed is what the history says.

Timelines are cut at 5, read in heads of 3, and lost at random; authors of four followers are
celebrities. Short here; long with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graph.actions import ProfileInput
from graph.declaring import Visibility
from graph.errors import Forbidden, NotFound
from graph.stores.memory import MemoryStore
from resolvers.feed import chronological, sources
from tests.feed.history import History, Post
from tests.feed.running import Running, a_cast, pid, running
from tests.support.cast import NAMES
from tests.support.living import flush

pytestmark = pytest.mark.server("cache")

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
EXAMPLES, STEPS = (200, 100) if SOAK else (25, 40)

T = TypeVar("T")
who = st.sampled_from(NAMES)
pick = st.integers(0, 50)
visibilities = st.sampled_from(["PUBLIC", "PUBLIC", "FOLLOWERS", "FRIENDS", "PRIVATE"])

WHY_NOT = (
    """query($post: ID!) { whyNot(post: $post, ranker: CHRONOLOGICAL) { shown stage rule } }"""
)


class Service(RuleBasedStateMachine):
    cache_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.it: Running
        self.history: History
        self.ids: dict[str, int] = {}

    def do(self, work: Awaitable[T]) -> T:
        async def waited() -> T:
            return await work

        return self.runner.run(waited())

    @initialize()
    def begin(self) -> None:
        self.do(self._begin())

    async def _begin(self) -> None:
        await flush(self.cache_url)
        entered = running(MemoryStore(), self.cache_url)
        self.it = await self.stack.enter_async_context(entered)
        self.people = await a_cast(self.it)
        self.ids = dict(self.people.ids)
        self.history = History(tuple(self.people))

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.runner.close()

    @property
    def actions(self) -> Any:
        return self.it.client.actions

    def attempt(self, work: Awaitable[Any]) -> bool:
        """False where a rule said no."""
        try:
            self.do(work)
        except (Forbidden, NotFound):
            return False
        return True

    # --- what people do

    @rule(a=who, b=who)
    def follow(self, a: str, b: str) -> None:
        one, other, it = self.ids[a], self.ids[b], self.history
        if a == b or it.apart(one, other):
            return
        if self.attempt(self.actions.follow(one, other)) and (one, other) not in it.follows:
            asked = it.private.get(other) == "PRIVATE"
            (it.requests if asked else it.follows).add((one, other))

    @rule(a=who)
    def accept(self, a: str) -> None:
        for one, other in sorted(self.history.requests):
            if other == self.ids[a]:
                self.do(self.actions.accept_follow(other, one))
                self.history.requests.remove((one, other))
                self.history.follows.add((one, other))

    @rule(a=who, b=who)
    def unfollow(self, a: str, b: str) -> None:
        if a != b and self.attempt(self.actions.unfollow(self.ids[a], self.ids[b])):
            self.history.follows.discard((self.ids[a], self.ids[b]))
            self.history.requests.discard((self.ids[a], self.ids[b]))

    @rule(a=who, b=who)
    def block(self, a: str, b: str) -> None:
        one, other, it = self.ids[a], self.ids[b], self.history
        if a != b and self.attempt(self.actions.block(one, other)):
            it.blocks.add((one, other))
            both = {(one, other), (other, one)}
            it.follows -= both
            it.requests -= both

    @rule(a=who, b=who)
    def unblock(self, a: str, b: str) -> None:
        if a != b and self.attempt(self.actions.unblock(self.ids[a], self.ids[b])):
            self.history.blocks.discard((self.ids[a], self.ids[b]))

    @rule(a=who, b=who, ends=st.booleans())
    def mute(self, a: str, b: str, ends: bool) -> None:
        until = self.it.client.now + 10_000_000 if ends else None
        if a != b and self.attempt(self.actions.mute(self.ids[a], self.ids[b], until)):
            self.history.mutes.add((self.ids[a], self.ids[b]))

    @rule(a=who, b=who)
    def unmute(self, a: str, b: str) -> None:
        if a != b and self.attempt(self.actions.unmute(self.ids[a], self.ids[b])):
            self.history.mutes.discard((self.ids[a], self.ids[b]))

    @rule(a=who, privacy=st.sampled_from(["PUBLIC", "PRIVATE", "FRIENDS"]))
    def set_privacy(self, a: str, privacy: str) -> None:
        given: ProfileInput = {"privacy": privacy}  # type: ignore[typeddict-item]
        self.do(self.actions.update_profile(self.ids[a], given))
        self.history.private[self.ids[a]] = privacy
        if privacy == "PUBLIC":  # what was pending is accepted, in the long wake of it
            self.do(self.it.settle())
            for one, other in sorted(self.history.requests):
                if other == self.ids[a]:
                    self.history.requests.remove((one, other))
                    self.history.follows.add((one, other))

    @rule(a=who, visibility=visibilities)
    def post(self, a: str, visibility: str) -> None:
        self._post(a, visibility=visibility)

    @rule(a=who, count=st.integers(2, 8))
    def post_a_lot(self, a: str, count: int) -> None:
        for _ in range(count):
            self._post(a)

    @precondition(lambda self: self.history.posts)
    @rule(a=who, at=pick)
    def reply(self, a: str, at: int) -> None:
        self._post(a, reply_to=self._some(at))

    @precondition(lambda self: self.history.posts)
    @rule(a=who, at=pick, text=st.sampled_from([None, "so it is"]))
    def share(self, a: str, at: int, text: str | None) -> None:
        original = self.history.posts[self._some(at)]
        of = original.shares if original.is_plain_share else original.id
        mine = self.history.posts.values()
        again = any(
            p.author == self.ids[a] and p.shares == of and p.is_plain_share and not p.gone
            for p in mine
        )
        if text is None and again:
            return
        self._post(a, text=text, shares=original.id)

    @precondition(lambda self: self.history.posts)
    @rule(at=pick)
    def delete(self, at: int) -> None:
        post = self.history.posts[self._some(at)]
        if not post.gone:
            self.do(self.actions.delete_post(post.author, post.id))
            post.gone = True

    @precondition(lambda self: self.history.posts)
    @rule(at=pick, visibility=visibilities)
    def edit(self, at: int, visibility: str) -> None:
        post = self.history.posts[self._some(at)]
        if not post.gone:
            given = {"visibility": Visibility(visibility)}
            self.do(self.actions.edit_post(post.author, post.id, given))
            post.visibility = visibility

    def _some(self, at: int) -> int:
        return list(self.history.posts)[at % len(self.history.posts)]

    def _post(
        self,
        a: str,
        text: str | None = "hello",
        visibility: str = "PUBLIC",
        reply_to: int | None = None,
        shares: int | None = None,
    ) -> None:
        given = {"reply_to": reply_to, "shares": shares, "visibility": Visibility(visibility)}
        try:
            id = self.do(self.it.post(self.ids[a], text, **given))
        except (Forbidden, NotFound):
            return
        if shares is not None and self.history.posts[shares].is_plain_share:
            shares = self.history.posts[shares].shares
        self.history.posts[id] = Post(id, self.ids[a], visibility, reply_to, shares, text)

    # --- what happens to the service

    @rule()
    def lose_the_cache(self) -> None:
        self.do(self.it.flush())

    @rule(a=who)
    def grow_cold(self, a: str) -> None:
        self.do(self.it.timelines.drop(self.ids[a]))

    @rule()
    def raise_the_generation(self) -> None:
        self.it.cache.adopt(self.do(self.it.store.raise_generation()))

    @rule()
    def work(self) -> None:
        self.do(self.it.settle())

    # --- looks

    @rule(a=who, first=st.integers(1, 7))
    def look(self, a: str, first: int) -> None:
        self.do(self.it.settle())
        walked = self.do(self.it.walk(a, first=first))
        assert walked == self.history.feed(self.ids[a]), a

    @rule(a=who)
    def look_early(self, a: str) -> None:
        """What is not fanned out yet may be missing: nothing of one's own, and nothing is wrong."""
        walked = self.do(self.it.walk(a, first=4))
        expected = self.history.feed(self.ids[a])
        assert [id for id in expected if id in set(walked)] == walked
        own = {id for id in expected if self.history.posts[id].author == self.ids[a]}
        assert own <= set(walked)

    @rule(a=who, ranker=st.sampled_from(["RELEVANCE", "HOT", "ENGAGEMENT", "EDGERANK"]))
    def look_ranked(self, a: str, ranker: str) -> None:
        """Every original once, whichever share of it was chosen."""
        self.do(self.it.settle())
        walked = self.do(self.it.walk(a, ranker, first=4))
        posts = [self.history.posts[id] for id in walked]
        viewer = self.ids[a]
        contents = [
            p.shares
            if p.is_plain_share and self.history.seen(viewer, self.history.posts[p.shares or 0])
            else p.id
            for p in posts
        ]
        assert sorted(contents) == self.history.originals(viewer)  # type: ignore[type-var]

    @precondition(lambda self: self.history.posts)
    @rule(a=who, at=pick)
    def ask_why_not(self, a: str, at: int) -> None:
        self.do(self.it.settle())
        post = self._some(at)
        data = self.do(self.it.client.ask(WHY_NOT, a, post=pid(post)))
        assert data["whyNot"]["shown"] == (post in self.history.feed(self.ids[a]))

    @invariant()
    def nothing_failed(self) -> None:
        if self.ids:
            assert self.it.fanout.stats.failed == 0


def test_feeds_are_what_the_history_says(cache_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "HEAD", 3)
    monkeypatch.setattr(sources, "YOUNG", 1)
    monkeypatch.setattr(sources, "SKEW_MS", 20)
    monkeypatch.setattr(chronological, "FIRST_PAGE", 4)
    monkeypatch.setattr(chronological, "SPARE", 1)
    Service.cache_url = cache_url
    run_state_machine_as_test(
        Service,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
