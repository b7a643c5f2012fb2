"""People, their counts, flags and keys."""

from __future__ import annotations

import pytest

from graph.store import Store
from tests.support.cast import cast

pytestmark = pytest.mark.anyio


async def test_people_come_in_the_order_asked_with_none_for_nobody(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    found = await store.people([bob, 999_999, alice, bob])
    assert [p and p.username for p in found] == ["bob", None, "alice", "bob"]
