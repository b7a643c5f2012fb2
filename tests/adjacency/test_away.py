"""With the cache gone the store answers everything; when it returns, nothing stale is served."""

from __future__ import annotations

import asyncio

import pytest

from graph.adjacency.hot import Hot
from graph.errors import Unavailable
from tests.adjacency.gate import Gate
from tests.adjacency.valkeys import Valkey
from tests.adjacency.village import Village, first_piece, following_of, until, warm, whole
from tests.support.cast import T0, cast

pytestmark = pytest.mark.anyio


def live(hot: Hot) -> bool:
    assert hot.cache is not None
    return hot.cache.live


async def test_without_a_cache_the_store_answers(store: Gate) -> None:
    people = await cast(store)
    hot = Hot(store)
    await hot.start()
    assert await following_of(hot, people.alice) == []
    assert await whole(hot, "followers", people.alice) == []
    assert (await hot.viewer(people.alice)).friends.tolist() == []
    assert hot.trips == 0
    await hot.stop()


async def test_a_cache_that_was_never_there(store: Gate, valkey: Valkey) -> None:
    people = await cast(store)
    valkey.kill()
    hot = Hot(store, cache_url=valkey.url)
    await hot.start()
    assert await following_of(hot, people.alice) == []
    valkey.revive()
    await until(lambda: live(hot))
    assert await following_of(hot, people.alice) == []
    await hot.stop()


async def test_the_cache_dies_between_commit_and_invalidation(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    for hot in (village.here, village.there):
        await warm(hot, alice)
    village.valkey.kill()
    await village.follow(alice, bob, T0, by=village.here)
    assert village.here.tallies.generations == 1
    for hot in (village.here, village.there):
        assert await following_of(hot, alice) == [bob]
    village.valkey.revive()
    for hot in (village.here, village.there):
        await until(lambda hot=hot: live(hot))
        assert await following_of(hot, alice) == [bob]


async def test_one_process_is_cut_off_and_writes(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache keeps its values; who shows the epoch, or waits a second, does not see them."""
    alice, bob, carol = village.people.alice, village.people.bob, village.people.carol
    await warm(village.there, alice)
    await warm(village.there, carol)

    async def away(*_: object) -> None:
        return None

    monkeypatch.setattr(village.here.cache, "forget", away)
    epoch = await village.follow(alice, bob, T0, by=village.here)
    await village.there.catch_up(epoch)
    assert await following_of(village.there, alice) == [bob]
    await village.follow(carol, bob, T0, by=village.here)
    cleared = village.there.tallies.cleared
    await until(lambda: village.there.tallies.cleared > cleared)
    assert await following_of(village.there, carol) == [bob]


async def test_a_writer_that_lags_a_generation_behind_reaches_everybody(
    village: Village, store: Gate
) -> None:
    alice, bob = village.people.alice, village.people.bob
    await store.raise_generation()
    await village.there.catch_up("-.0.1")
    await warm(village.there, alice)
    epoch = await village.follow(alice, bob, T0, by=village.here)
    await village.there.catch_up(epoch)
    assert await following_of(village.there, alice) == [bob]
    assert await following_of(village.here, alice) == [bob]


async def test_the_generation_is_raised_once_for_many_and_until_it_succeeds(
    village: Village, store: Gate
) -> None:
    alice, bob = village.people.alice, village.people.bob
    village.valkey.kill()
    await until(lambda: not live(village.here))
    store.failing.add("raise_generation")
    writing = [asyncio.create_task(village.follow(alice, bob, T0)) for _ in range(20)]
    await until(lambda: store.calls["raise_generation"] >= 2)
    village.valkey.revive()
    await until(lambda: live(village.here))
    before = village.here.trips
    assert await following_of(village.here, alice) == [bob]
    assert village.here.trips == before  # an invalidation is owed: the cache is not asked
    store.failing.clear()
    await asyncio.gather(*writing)
    assert village.here.tallies.generations <= 2
    await until(lambda: village.here.tallies.generations >= 1)
    await following_of(village.here, alice)
    assert village.here.trips > before


async def test_a_lost_connection_ends_trust_at_once(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    await warm(village.there, alice)
    village.valkey.cut_connections()
    await until(lambda: village.there.cache.losses > 0)  # type: ignore[union-attr]
    assert len(village.there.local) == 0
    await village.follow(alice, bob, T0, by=village.here)
    assert await following_of(village.there, alice) == [bob]
    await until(lambda: live(village.there) and live(village.here))
    assert await following_of(village.there, alice) == [bob]


async def test_a_silent_cache_is_not_trusted(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    await warm(village.there, alice)
    village.valkey.freeze()
    try:
        await village.follow(alice, bob, T0, by=village.here)
        assert village.here.tallies.generations == 1
        await asyncio.sleep(0.1)
        assert await following_of(village.there, alice) == [bob]
        assert await following_of(village.here, alice) == [bob]
    finally:
        village.valkey.thaw()
    await until(lambda: live(village.there) and live(village.here))
    assert await following_of(village.there, alice) == [bob]


async def test_scripts_that_the_server_forgot_are_sent_again(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    village.valkey.client.script_flush()
    await village.follow(alice, bob, T0)
    assert await following_of(village.here, alice) == [bob]
    assert village.here.tallies.generations == 0
    assert village.here.tallies.refused == 0


async def test_stopping_leaves_nothing_behind(store: Gate, valkey: Valkey) -> None:
    people = await cast(store)
    before = asyncio.all_tasks()
    hot = Hot(store, cache_url=valkey.url)
    await hot.start()
    await following_of(hot, people.alice)
    await first_piece_or_none(hot, people.alice)
    await hot.stop()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def first_piece_or_none(hot: Hot, person: int) -> None:
    async for _ in hot.pieces("followers", person):
        return


async def test_pieces_without_the_cache(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    await village.follow(bob, alice, T0)
    village.valkey.kill()
    await until(lambda: not live(village.here))
    assert (await first_piece(village.here, "followers", alice)).ids.tolist() == [bob]


async def test_what_else_is_asked_of_it_fails_while_it_is_away(store: Gate, valkey: Valkey) -> None:
    hot = Hot(store, cache_url=valkey.url)
    await hot.start()
    assert hot.cache is not None
    assert await hot.cache.ask("EVAL", "return ARGV[1]", 0, "here") == b"here"
    valkey.kill()
    await until(lambda: not live(hot))
    with pytest.raises(Unavailable):
        await hot.cache.ask("PING")
    await hot.stop()
