"""What the Bolt store promises besides the contract, on both servers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from graph.deadline import deadline
from graph.errors import AmityError, BadInput, DeadlineExceeded, Unavailable
from graph.records import Position
from graph.stores.bolt import BoltStore
from tests.stores.conftest import Make
from tests.support.cast import T0, cast, crowd, follow
from tests.support.deciding import following, unfollowing

pytestmark = pytest.mark.anyio


async def kept(store: BoltStore, person: int) -> int | None:
    [row] = await store.cypher("MATCH (n:User {id: $id}) RETURN n._followers AS n", {"id": person})
    found: int | None = row["n"]
    return found


async def test_a_celebritys_node_is_left_alone_by_new_followers(
    bolt: BoltStore, shard_from: int
) -> None:
    star, *fans = await crowd(bolt, shard_from * 4)
    for fan in fans[:-1]:
        await bolt.change_pair(fan, star, following(fan, star))
    before = await kept(bolt, star)
    assert before is not None
    assert before < len(fans) - 1
    await bolt.change_pair(fans[-1], star, following(fans[-1], star))
    assert await kept(bolt, star) == before
    assert (await bolt.counts([star]))[0]["followers"] == len(fans)


async def test_lookups_at_once_are_one_or_two_statements(bolt: BoltStore) -> None:
    ids = list(await crowd(bolt, 60))
    before = bolt.trips
    people = await asyncio.gather(*(bolt.people([id]) for id in ids))
    assert [found.id for [found] in people if found] == ids
    assert bolt.trips - before <= 2


async def test_a_change_is_two_statements(bolt: BoltStore) -> None:
    alice, bob, *_ = await cast(bolt)
    before = bolt.trips
    await bolt.change_pair(alice, bob, following(alice, bob))
    assert bolt.trips - before == 2


async def test_equal_times_page_by_id_without_loss(bolt: BoltStore) -> None:
    star, *fans = await crowd(bolt, 40)
    await bolt.load_edges("FOLLOWS", [(fan, star, {"since": T0 + fan % 2}) for fan in fans])
    expected = sorted((Position(T0 + fan % 2, fan) for fan in fans), reverse=True)
    seen: list[Position] = []
    while page := await entries(bolt, star, after=seen[-1] if seen else None):
        seen += page
    assert seen == expected
    back: list[Position] = [expected[-1]]
    while page := await entries(bolt, star, before=back[0]):
        back = page + back
    assert back == expected


async def entries(bolt: BoltStore, owner: int, **bounds: Position | None) -> list[Position]:
    page = await bolt.neighbours_page("followers", owner, 7, **bounds)
    return [Position(int(at), int(id)) for at, id in zip(page.at, page.ids, strict=True)]


async def test_a_raw_statement_writes_nothing(bolt: BoltStore) -> None:
    alice, *_ = await cast(bolt)
    statement = "MATCH (n:User {id: $id}) SET n.bio = 'x' RETURN n.bio AS bio"
    with suppress(AmityError):  # refused, or undone
        await bolt.cypher(statement, {"id": alice})
    [found] = await bolt.people([alice])
    assert found is not None
    assert found.bio is None


async def test_a_broken_statement_is_bad_input(bolt: BoltStore) -> None:
    with pytest.raises(BadInput):
        await bolt.cypher("MATCH (n RETURN n", {})


ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS amity"


async def running(bolt: BoltStore) -> list[Any]:
    shown = await bolt.cypher("SHOW TRANSACTIONS", {})
    return [row for row in shown if "AS amity" in row["currentQuery"]]


async def test_what_nobody_waits_for_is_ended_on_the_server(bolt: BoltStore) -> None:
    with deadline(0.5), pytest.raises(DeadlineExceeded):
        await bolt.cypher(ENDLESS, {})
    for _ in range(40):
        if not await running(bolt):
            break
        await asyncio.sleep(0.1)
    assert await running(bolt) == []


async def test_a_statement_has_a_limit_of_its_own(make: Make) -> None:
    """However long its caller could wait."""
    store = make(None)
    await store.open()
    store._connection.statement_timeout = 0.5
    try:
        with deadline(3600), pytest.raises(DeadlineExceeded):
            async with asyncio.timeout(60):
                await store.cypher(ENDLESS, {})
    finally:
        await store.close()


async def test_readers_find_a_connection_however_many_write(bolt: BoltStore) -> None:
    """Writers that wait for one lock fill neither the pool nor the time of others."""
    alice, bob, *_ = await cast(bolt)
    with deadline(60):  # how long 200 take in turn says more about the machine than about us
        both = asyncio.gather(
            *(
                bolt.change_pair(alice, bob, (following if at % 2 else unfollowing)(alice, bob))
                for at in range(200)
            )
        )
    seen = 0
    while not both.done():
        await bolt.people([alice, bob])
        seen += 1
    await both
    assert seen > 1, "in the middle of it"
    assert await bolt.counts([alice, bob]) == await bolt.true_counts([alice, bob])


async def test_a_cancelled_caller_ends_its_statement_too(bolt: BoltStore) -> None:
    asking = asyncio.create_task(bolt.cypher(ENDLESS, {}))
    await asyncio.sleep(0.5)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    for _ in range(40):
        if not await running(bolt):
            break
        await asyncio.sleep(0.1)
    assert await running(bolt) == []


async def test_a_server_that_is_not_there_is_unavailable(make: Make) -> None:
    store = make("bolt://127.0.0.1:1")
    with pytest.raises(Unavailable) as told:
        await store.open()
    assert "127.0.0.1" not in told.value.message


async def test_a_closed_store_is_unavailable(make: Make) -> None:
    store = make(None)
    await store.open()
    await store.close()
    with pytest.raises(Unavailable):
        await store.people([1])
    with pytest.raises(Unavailable):
        await store.ping()


async def test_migrating_again_does_nothing(bolt: BoltStore) -> None:
    assert await bolt.migrate() == []


async def test_changes_of_one_pair_through_two_processes_see_each_other(
    bolt: BoltStore, make: Make
) -> None:
    alice, bob, *_ = await cast(bolt)
    other = make(None)
    await other.open()
    try:
        done = await asyncio.gather(
            *(store.change_pair(alice, bob, following(alice, bob)) for store in (bolt, other) * 8)
        )
    finally:
        await other.close()
    assert sum(1 for _, ops in done if ops) == 1
    assert await bolt.doubled([alice]) == []
    await follow(bolt, bob, alice)
    assert [counts["friends"] for counts in await bolt.counts([alice, bob])] == [1, 1]
