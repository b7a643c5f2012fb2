"""Huge lists cut into tiny segments, changed at random: every walk is what the store says."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.adjacency import huge, segments
from graph.adjacency.hot import Hot
from graph.records import Position
from graph.stores.memory import MemoryStore
from tests.adjacency.gate import Gate
from tests.adjacency.valkeys import Valkey
from tests.adjacency.village import Village, whole
from tests.support.cast import T0, crowd
from tests.support.reading import entries

FANS = 40

STEP = st.tuples(
    st.sampled_from(["add", "add", "add", "remove", "read", "middle", "during", "flush"]),
    st.integers(0, FANS - 1),
    st.integers(0, 60),  # when; many at once, and not always the newest
    st.booleans(),
)


@pytest.fixture(autouse=True)
def tiny_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "HEAD", 2)
    monkeypatch.setattr(huge, "HEAD", 2)
    monkeypatch.setattr(segments, "SEGMENT", 8)
    monkeypatch.setattr(huge, "LAST_PAGE", 4)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=10, max_size=80))
def test_any_walk_of_a_huge_list(valkey: Valkey, steps: list[tuple[str, int, int, bool]]) -> None:
    valkey.client.flushall()
    asyncio.run(_play(valkey, steps))


async def _play(valkey: Valkey, steps: list[tuple[str, int, int, bool]]) -> None:
    async with Village(Gate(MemoryStore()), valkey) as village:
        alice = village.people.alice
        fans = list(await crowd(village.store, FANS))
        for what, number, when, side in steps:
            hot, other = (village.here, village.there) if side else (village.there, village.here)
            fan = fans[number]
            if what == "add":
                await other.catch_up(await village.follow(fan, alice, T0 + when, hot))
            elif what == "remove":
                await other.catch_up(await village.unfollow(fan, alice, hot))
            elif what == "middle":
                await _from_the_middle(village, hot, Position(T0 + when, fan))
            elif what == "during":
                await _while_it_changes(village, hot, other, fan, T0 + when)
            elif what == "flush":
                valkey.client.flushall()
            await _same(village, hot)
            await _same(village, other)


async def _truth(village: Village) -> list[Position]:
    links = await village.store.neighbours_page("followers", village.people.alice, 1000)
    return entries(links)


async def _same(village: Village, hot: Hot) -> None:
    assert await whole(hot, "followers", village.people.alice) == await _truth(village)


async def _from_the_middle(village: Village, hot: Hot, place: Position) -> None:
    truth, alice = await _truth(village), village.people.alice
    pieces = [entries(links) async for links in hot.pieces("followers", alice, before=place)]
    assert [e for piece in reversed(pieces) for e in piece] == [e for e in truth if e > place]
    older = [
        e async for links in hot.pieces("followers", alice, after=place) for e in entries(links)
    ]
    assert older == [e for e in truth if e < place]


async def _while_it_changes(village: Village, hot: Hot, other: Hot, fan: int, since: int) -> None:
    """What is there throughout is seen once."""
    alice, before = village.people.alice, set(await _truth(village))
    seen: list[Position] = []
    async for links in hot.pieces("followers", alice):
        seen += entries(links)
        epoch = await village.unfollow(fan, alice, other)
        epoch = await village.follow(fan, alice, since, other)
    if before:
        await hot.catch_up(epoch)
    throughout = before & set(await _truth(village))
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert {place for place in throughout if place.id != fan} <= set(seen)
