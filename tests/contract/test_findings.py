"""What algorithms found: seen whole or not at all, replaced by a later run, and taken back."""

from __future__ import annotations

import pytest

from graph.errors import Conflict, NotFound
from graph.store import Store
from graph.upkeep import Published
from tests.support.cast import cast, crowd

pytestmark = pytest.mark.anyio


async def seen(store: Store, ids: list[int]) -> list[float | int | None]:
    return await store.results("User", "community", ids)


async def publish(store: Store, rows: list[tuple[int, float | int]], about: str) -> Published:
    version = await store.begin_result("User", "community")
    await store.stage_result("User", "community", version, rows)
    return await store.publish_result("User", "community", version, about)


async def test_staged_values_are_seen_by_nobody(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    ids = [alice, bob, carol]
    version = await store.begin_result("User", "community")
    await store.stage_result("User", "community", version, [(alice, 1), (bob, 2)])
    assert await seen(store, ids) == [None, None, None]
    await store.stage_result("User", "community", version, [(bob, 3), (999_999, 7)])
    published = await store.publish_result("User", "community", version, "louvain")
    assert published == Published(version, 2, "louvain")
    assert await seen(store, [carol, bob, 999_999, alice]) == [None, 3, None, 1]


async def test_a_later_run_replaces_and_can_be_taken_back(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    ids = [alice, bob, carol]
    first = await publish(store, [(alice, 1), (bob, 2)], "one")
    second = await publish(store, [(bob, 5), (carol, 4)], "two")
    assert (second.version or 0) > (first.version or 0)
    assert await seen(store, ids) == [None, 5, 4]
    back = await store.restore_result("User", "community")
    assert back == Published(first.version, 2, "one")
    assert await seen(store, ids) == [1, 2, None]
    forth = await store.restore_result("User", "community")
    assert forth == Published(second.version, 2, "two")
    assert await seen(store, ids) == [None, 5, 4]


async def test_the_first_run_is_taken_back_to_nothing(store: Store) -> None:
    people = await cast(store)
    with pytest.raises(NotFound):
        await store.restore_result("User", "community")
    await publish(store, [(people.alice, 1)], "one")
    assert await store.restore_result("User", "community") == Published(None, 0, None)
    assert await seen(store, list(people)) == [None] * 5


async def test_what_a_lost_run_staged_is_never_published(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    lost = await store.begin_result("User", "community")
    await store.stage_result("User", "community", lost, [(alice, 1)])
    await publish(store, [(bob, 2)], "two")
    assert await seen(store, [alice, bob]) == [None, 2]


async def test_of_two_runs_at_once_the_later_wins(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    early = await store.begin_result("User", "community")
    late = await store.begin_result("User", "community")
    with pytest.raises(Conflict):
        await store.stage_result("User", "community", early, [(alice, 1)])
    with pytest.raises(Conflict):
        await store.publish_result("User", "community", early, "early")
    await store.stage_result("User", "community", late, [(bob, 2)])
    await store.publish_result("User", "community", late, "late")
    assert await seen(store, [alice, bob]) == [None, 2]
    with pytest.raises(Conflict):
        await store.stage_result("User", "community", late, [(alice, 1)])


async def test_properties_do_not_meet(store: Store) -> None:
    people = await cast(store)
    await publish(store, [(people.alice, 1)], "one")
    other = await store.begin_result("User", "rank")
    await store.stage_result("User", "rank", other, [(people.alice, 0.25)])
    await store.publish_result("User", "rank", other, "pagerank")
    assert await store.results("User", "rank", [people.alice]) == [0.25]
    assert await seen(store, [people.alice]) == [1]


async def test_many_batches(store: Store) -> None:
    ids = await crowd(store, 6_000)
    published = await publish(store, [(id, id % 7) for id in ids], "one")
    assert published.nodes == 6_000
    assert await seen(store, [ids[0], ids[-1]]) == [ids[0] % 7, ids[-1] % 7]
