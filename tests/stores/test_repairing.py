"""A counter is repaired, or counted anew by an import, while somebody moves it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from graph.imports import EdgeStep
from graph.stores.bolt import BoltStore
from graph.stores.bolt.audit import Audit
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.importing import Imports
from tests.support.cast import T0, crowd
from tests.support.deciding import following
from tests.support.posting import edge, post
from tests.support.stores import SHARD_FROM

pytestmark = pytest.mark.anyio

# Beyond this, a server locks a node no more for each of its relationships.
DENSE = 60


class Pausing:
    """A transaction that lets something happen after one of its statements."""

    def __init__(
        self, inner: Transaction[Any], after: int, meanwhile: Callable[[], Awaitable[Any]]
    ):
        self._inner, self._left, self._meanwhile = inner, after, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def row(self, text: str, **params: Any) -> Any:
        found = await self._inner.row(text, **params)
        self._left -= 1
        if self._left == 0:
            await self._meanwhile()
        return found

    async def value(self, text: str, **params: Any) -> Any:
        found = await self.row(text, **params)
        return None if found is None else found[0]


class Interrupted:
    """A connection whose transactions pause. What happens then may wait for them in turn."""

    def __init__(
        self, bolt: BoltStore, after: int, meanwhile: Callable[[], Awaitable[Any]]
    ) -> None:
        self._connection: Connection = bolt._connection
        self._after, self._meanwhile = after, meanwhile
        self.task: asyncio.Task[Any] | None = None

    async def transact(self, work: Callable[[Any], Awaitable[Any]], **how: Any) -> Any:
        return await self._connection.transact(
            lambda inner: work(Pausing(inner, self._after, self._begin)), **how
        )

    async def _begin(self) -> None:
        if self.task is None:
            self.task = asyncio.ensure_future(self._meanwhile())
            await asyncio.wait({self.task}, timeout=0.5)


@pytest.mark.parametrize("after", [1, 2])
async def test_a_follow_in_the_middle_of_a_repair_is_counted_once(
    bolt: BoltStore, after: int
) -> None:
    """It counts on a shard that was not there when the repair began."""
    star, late, *fans = await crowd(bolt, SHARD_FROM + DENSE)
    await bolt.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans[:-1]])
    await bolt.change_pair(fans[-1], star, following(fans[-1], star))
    interrupted: Any = Interrupted(
        bolt, after, lambda: bolt.change_pair(late, star, following(late, star))
    )
    await Audit(interrupted).repair_counts(star)
    assert interrupted.task is not None
    await interrupted.task
    [counts] = await bolt.counts([star])
    assert counts["followers"] == len(fans) + 1
    assert [counts] == await bolt.true_counts([star])


@pytest.mark.parametrize("huge", [False, True])
@pytest.mark.parametrize("after", range(1, 7))
async def test_a_vote_in_the_middle_of_an_import_is_counted_once(
    bolt: BoltStore, after: int, huge: bool
) -> None:
    one, other, late, *voters = await crowd(bolt, 4 + 2 * SHARD_FROM)
    famous = await post(bolt, one)
    for voter in voters if huge else voters[:1]:
        await bolt.write(edge("VOTED", voter, famous, T0, value=1))
    number = (await bolt.begin_import("a")).number
    a, b = np.array([one, other]), np.array([famous, famous])
    step = EdgeStep(number, "1", "VOTED", a, b, {"value": [1, 1]}, fresh={"at": T0})
    interrupted: Any = Interrupted(
        bolt, after, lambda: bolt.write(edge("VOTED", late, famous, T0, value=1))
    )
    await Imports(interrupted, bolt.raise_generation).import_edges(step)  # it takes no number
    assert interrupted.task is not None
    await interrupted.task
    [counts], [truth] = await bolt.post_counts([famous]), await bolt.true_post_counts([famous])
    assert counts["ups"] == truth["ups"] == 3 + (len(voters) if huge else 1)
