"""A step of an import that never gets through whole is done by halves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from graph.errors import Unavailable
from graph.imports import EdgeStep, Result
from graph.stores.bolt import BoltStore
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.importing import ATTEMPTS, Imports
from tests.support.cast import T0, crowd
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

PAIRS = 27


class Refusing:
    """A connection on which some attempts at steps fail. Others stand for what came before them."""

    def __init__(self, bolt: BoltStore, refused: int, cut: int | None = None) -> None:
        self._connection: Connection = bolt._connection
        self._refused, self._cut = refused, cut
        self.steps = 0

    async def transact(self, work: Callable[[Any], Awaitable[Any]], **how: Any) -> Any:
        if how.get("attempts") == ATTEMPTS:
            self.steps += 1
            if self.steps <= self._refused:
                raise Unavailable("Somebody is always in the way.")
            if self.steps == self._cut:
                raise KeyboardInterrupt
        return await self._connection.transact(work, **{"seconds": 5.0, **how})


async def both_ways(bolt: BoltStore) -> EdgeStep:
    """Each row there and back."""
    number = (await bolt.begin_import("a")).number
    people = np.array(await crowd(bolt, 2 * PAIRS)).reshape(-1, 2)
    a, b = people.ravel(), people[:, ::-1].ravel()
    return EdgeStep(number, "1", "FOLLOWS", a, b, fresh={"since": T0})


def through(connection: Refusing, bolt: BoltStore) -> Imports:
    return Imports(connection, bolt.raise_generation)  # type: ignore[arg-type]


async def test_it_may_be_marked_before(bolt: BoltStore) -> None:
    step = await both_ways(bolt)
    for refused in (1, 1, 0):
        connection = Refusing(bolt, refused)
        results = await through(connection, bolt).import_edges(step)
        assert results.tolist() == [Result.CREATED] * 2 * PAIRS
        assert connection.steps == 3
    assert len(await rows(bolt, "FOLLOWS")) == 2 * PAIRS
    assert await bolt.created_by(step.batch) == {"FOLLOWS": 2 * PAIRS}


async def test_it_may_be_done_after_all(bolt: BoltStore) -> None:
    """Its own commit, of which nothing was heard, or whoever came for it too."""
    step = await both_ways(bolt)
    await bolt.import_edges(step)
    connection = Refusing(bolt, 1)
    results = await through(connection, bolt).import_edges(step)
    assert results.tolist() == [Result.CREATED] * 2 * PAIRS
    assert connection.steps == 1


async def test_a_friendship_is_in_one_half(bolt: BoltStore) -> None:
    step = await both_ways(bolt)
    with pytest.raises(KeyboardInterrupt):
        await through(Refusing(bolt, 1, cut=3), bolt).import_edges(step)
    made = {(a, b) for a, b, _ in await rows(bolt, "FOLLOWS")}
    assert made == {(b, a) for a, b in made}
    assert 0 < len(made) < 2 * PAIRS
    results = await bolt.import_edges(step)
    assert results.tolist() == [Result.CREATED] * 2 * PAIRS
