"""Steps that are written at once, and the graph that they make: the one that one lane makes."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from graph.store import Store
from graph.stores.memory import MemoryStore
from loaders.lanes import EVERY_GROUP, NO_GROUPS, Groups, Lanes, Stopped, settled
from tests.loaders.loading import assert_sound, graph_of, load, order

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_lanes_make_the_same_graph(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.writing.WORTH_LANES", 10)
    dice = random.Random(4)
    people = 120
    rows = [f"{dice.randrange(people)},{dice.randrange(people)}" for _ in range(3_000)]
    file = tmp_path / "follows.csv"
    file.write_text("\n".join(rows) + "\n")
    wanted = MemoryStore()
    expected = await load(wanted, order([file], "follows", tmp_path, name="wanted"))
    done = await load(store, order([file], "follows", tmp_path, name="lanes"))
    assert done.summary("x") == expected.summary("x")
    assert await graph_of(store) == await graph_of(wanted)
    await assert_sound(store)


class Works:
    """Steps in the order of their groups, which run until they are told to end."""

    def __init__(self, lanes: int, groups: list[Groups]) -> None:
        self.stop = asyncio.Event()
        self._lanes = Lanes(lanes, self.stop)
        self.running: set[int] = set()
        self._ends = [asyncio.Event() for _ in groups]
        self.failing: set[int] = set()
        self.tasks = [
            self._lanes.begin(some, partial(self._work, number))
            for number, some in enumerate(groups)
        ]

    async def _work(self, number: int) -> int:
        self.running.add(number)
        await self._ends[number].wait()
        self.running.remove(number)
        if number in self.failing:
            raise ValueError(number)
        return number

    async def seen(self) -> set[int]:
        for _ in range(5):
            await asyncio.sleep(0)
        return set(self.running)

    async def end(self, number: int) -> set[int]:
        self._ends[number].set()
        return await self.seen()


def groups(*some: int) -> Groups:
    return frozenset(some)


async def test_steps_without_a_group_in_common_run_at_once() -> None:
    works = Works(2, [groups(0, 1), groups(0, 2), groups(2, 3), groups(1)])
    assert await works.seen() == {0, 2}
    assert await works.end(0) == {2, 3}
    assert await works.end(2) == {1, 3}
    assert await works.end(3) == {1}
    assert await works.end(1) == set()
    assert await settled(works.tasks) == [0, 1, 2, 3]


async def test_of_one_pair_no_later_step_goes_first() -> None:
    works = Works(3, [groups(0, 1), EVERY_GROUP, groups(2, 3), groups(0, 1), NO_GROUPS])
    assert await works.seen() == {0, 4}
    assert await works.end(4) == {0}
    assert await works.end(0) == {1}
    assert await works.end(1) == {2, 3}
    assert await works.end(2) == {3}
    assert await works.end(3) == set()
    assert await settled(works.tasks) == [0, 1, 2, 3, 4]


async def test_a_step_that_is_dropped_before_it_begins_keeps_no_lane() -> None:
    works = Works(1, [groups(0), groups(0), groups(1)])
    works.tasks[0].cancel()
    works.tasks[1].cancel()
    assert await works.seen() == {2}
    await works.end(2)
    assert await works.tasks[2] == 2


@pytest.mark.parametrize("ticks", range(4))
async def test_a_step_that_is_dropped_while_it_waits_is_passed_over(ticks: int) -> None:
    works = Works(1, [groups(0), groups(0), groups(0)])
    await works.seen()
    ended = asyncio.create_task(works.end(0))
    for _ in range(ticks):
        await asyncio.sleep(0)
    works.tasks[1].cancel()
    await ended
    assert await works.seen() == {2}
    await works.end(2)
    assert await works.tasks[2] == 2


async def test_nothing_begins_behind_a_failure_which_is_what_is_told() -> None:
    works = Works(2, [groups(0), groups(1), groups(0), groups(1)])
    works.failing = {1}
    assert await works.seen() == {0, 1}
    assert await works.end(1) == {0}
    assert await works.end(0) == set()
    with pytest.raises(ValueError, match="1"):
        await settled(works.tasks[::-1])


async def test_nothing_begins_when_somebody_asked_to_stop() -> None:
    works = Works(1, [groups(0), groups(1)])
    assert await works.seen() == {0}
    works.stop.set()
    assert await works.end(0) == set()
    assert await works.tasks[0] == 0
    with pytest.raises(Stopped):
        await works.tasks[1]


async def test_a_failure_is_told_when_all_have_ended() -> None:
    ended = []

    async def fail() -> None:
        raise ValueError("a")

    async def work() -> None:
        await asyncio.sleep(0.01)
        ended.append(1)

    with pytest.raises(ValueError, match="a"):
        await settled([asyncio.create_task(fail()), asyncio.create_task(work())])
    assert ended == [1]
