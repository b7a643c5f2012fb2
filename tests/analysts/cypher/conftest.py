"""Both servers, with a small graph of everything that analysts may ask for."""

from __future__ import annotations

import pytest

from graph.stores.bolt import BoltStore
from tests.support.cast import Cast, befriend, block, cast, follow
from tests.support.stores import Stores


@pytest.fixture(params=["embedded", "neo4j"])
async def bolt(request: pytest.FixtureRequest, stores: Stores) -> BoltStore:
    store = await stores.empty(request.param)
    assert isinstance(store, BoltStore)
    return store


@pytest.fixture
async def people(bolt: BoltStore) -> Cast:
    """alice and bob are friends, bob follows carol, who blocks eve."""
    found = await cast(bolt, alice={"country": "CH", "bio": "Draws."}, bob={"country": "CH"})
    await befriend(bolt, found.alice, found.bob)
    await follow(bolt, found.bob, found.carol)
    await block(bolt, found.carol, found.eve)
    return found
