"""Sixty-four callers follow, unfollow and block the same few pairs: the graph stays sound."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest

from graph.errors import DeadlineExceeded, Forbidden, NotFound, Unavailable
from graph.store import Store
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, cast

pytestmark = pytest.mark.anyio

CALLERS = 64
CHANGES_EACH = 200 if os.environ.get("AMITY_TEST_SOAK") else 8


async def test_no_edge_is_doubled_and_counters_are_exact(store: Store) -> None:
    people = await cast(store, dan={"privacy": "PRIVATE"})
    it = acting(store)
    changed = await asyncio.gather(*[caller(it, people, seed) for seed in range(CALLERS)])
    assert sum(changed) > CALLERS, "many calls are allowed"

    await assert_sound(store, list(people))
    events = await store.take_events(CALLERS * CHANGES_EACH)
    assert len(events) == len({event.id for event in events})
    assert {event.id for event in events} >= set(it.kicked), "an event for each change"


async def assert_sound(store: Store, ids: list[int]) -> None:
    assert await store.doubled(ids) == []
    assert await store.counts(ids) == await store.true_counts(ids)
    for a, b in permutations(ids, 2):
        (pair,) = await store.pairs(a, [b])
        if "BLOCKS" in pair.out:
            assert {*pair.out, *pair.back} <= {"BLOCKS"}, "a block ends everything else"
        assert not {"FOLLOWS", "REQUESTED"} <= set(pair.out), "a request ends with its answer"


async def caller(it: Acting, people: Cast, seed: int) -> int:
    """How many calls were allowed. One that waits too long in the queue may be done, or not."""
    dice, ids, allowed = random.Random(seed), list(people), 0
    for _ in range(CHANGES_EACH):
        viewer, user = dice.sample(ids, 2)
        try:
            await dice.choice(choices(it))(viewer, user)
            allowed += 1
        except (NotFound, Forbidden, DeadlineExceeded, Unavailable):
            pass  # blocked, one way or the other; nothing was asked for; or the queue was long
    return allowed


def choices(it: Acting) -> list[Callable[..., Awaitable[object]]]:
    actions = it.actions
    # Blocks are rare, and taken back often: else they would soon be all there is.
    often = [actions.follow] * 6 + [actions.unfollow] * 3 + [actions.accept_follow] * 2
    return [*often, actions.block, *[actions.unblock] * 4]
