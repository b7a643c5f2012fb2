"""Look-ups of concurrent callers share a batch; one caller's trouble is nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from graph.deadline import deadline
from graph.errors import DeadlineExceeded, Unavailable
from graph.gather import Gatherer

pytestmark = pytest.mark.anyio


class Source:
    """Doubles even numbers, knows no odd ones; waits for `gate` where it is closed."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False

    async def fetch(self, keys: list[int]) -> Mapping[int, int]:
        self.asked.append(keys)
        await self.gate.wait()
        if self.broken:
            raise Unavailable("away")
        return {key: 2 * key for key in keys if key % 2 == 0}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def gatherer(source: Source) -> AsyncIterator[Gatherer[int, int]]:
    gatherer: Gatherer[int, int] = Gatherer(source.fetch, lambda key: -key, max_batch=6)
    yield gatherer
    await gatherer.close()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_in_one_turn_shares_a_batch(
    source: Source, gatherer: Gatherer[int, int]
) -> None:
    answers = await asyncio.gather(gatherer.many([2, 3]), gatherer.many([4, 2]), gatherer.many([]))
    assert answers == [[4, -3], [8, 4], []]
    assert source.asked == [[2, 3, 4]]


async def test_no_more_than_two_batches_are_in_flight(
    source: Source, gatherer: Gatherer[int, int]
) -> None:
    source.gate.clear()
    asking = []
    for key in range(0, 12, 2):
        asking.append(asyncio.create_task(gatherer.many([key])))
        await settled()
    assert source.asked == [[0], [2]]
    source.gate.set()
    assert await asyncio.gather(*asking) == [[2 * key] for key in range(0, 12, 2)]
    # What was asked meanwhile went together.
    assert source.asked[2:] == [[4, 6, 8, 10]]


async def test_a_batch_has_a_limit_and_a_long_question_goes_whole(
    source: Source, gatherer: Gatherer[int, int]
) -> None:
    long = list(range(0, 20, 2))
    await asyncio.gather(
        gatherer.many([2, 4, 6, 8]), gatherer.many([10, 12, 14]), gatherer.many(long)
    )
    assert source.asked == [[2, 4, 6, 8], [10, 12, 14], long]


async def test_a_caller_whose_time_is_up_does_not_end_the_others(
    source: Source, gatherer: Gatherer[int, int]
) -> None:
    source.gate.clear()
    patient = asyncio.create_task(gatherer.many([2]))
    with deadline(0.01), pytest.raises(DeadlineExceeded):
        await gatherer.many([4])
    source.gate.set()
    assert await patient == [4]
    assert [sorted(batch) for batch in source.asked] == [[2, 4]]


async def test_nobody_asks_for_those_who_left(source: Source, gatherer: Gatherer[int, int]) -> None:
    source.gate.clear()
    staying = []
    for key in (2, 4, 6):  # two in flight, one waits
        staying.append(asyncio.create_task(gatherer.many([key])))
        await settled()
    leaving = asyncio.create_task(gatherer.many([8]))
    await settled()
    leaving.cancel()
    await settled()
    source.gate.set()
    await asyncio.gather(*staying)
    assert source.asked == [[2], [4], [6]]


async def test_a_failure_reaches_everyone_in_its_batch_and_nobody_after(
    source: Source, gatherer: Gatherer[int, int]
) -> None:
    source.broken = True
    told = await asyncio.gather(gatherer.many([2]), gatherer.many([4]), return_exceptions=True)
    assert [type(one) for one in told] == [Unavailable, Unavailable]
    source.broken = False
    assert await gatherer.many([2]) == [4]


async def test_closing_tells_those_who_wait(source: Source, gatherer: Gatherer[int, int]) -> None:
    source.gate.clear()
    waiting = asyncio.create_task(gatherer.many([2]))
    await settled()
    await gatherer.close()
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await gatherer.many([2])
