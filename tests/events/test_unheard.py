"""Of an import that was killed the relay tells: twice, and not again before it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.events.unheard import QUIET_MS, Unheard
from graph.imports import HEARD
from graph.store import Store
from tests.support.cast import T0

pytestmark = pytest.mark.anyio


async def test_a_killed_import_is_told_of(store: Store) -> None:
    now = [T0]
    look = Unheard(store, lambda: now[0])

    async def raised(at: int) -> int:
        now[0] = T0 + at
        before = await store.generation()
        await look()
        return await store.generation() - before

    await store.begin_import("begun")
    batch = await store.begin_import("killed")
    await store.save_import(replace(batch, state={HEARD: T0}))
    done = await store.begin_import("done")
    await store.save_import(replace(done, state={HEARD: None}))
    first, last = QUIET_MS
    assert [await raised(at) for at in (0, first - 1, first, first + 1)] == [0, 0, 1, 0]
    assert [await raised(at) for at in (last - 1, last, 2 * last)] == [0, 1, 0]
    await store.save_import(replace(batch, state={HEARD: T0 + 2 * last}))
    assert [await raised(2 * last + at) for at in (1, first, last, 2 * last)] == [0, 1, 1, 0]
    await store.save_import(replace(batch, state={HEARD: None}))
    assert await raised(9 * last) == 0
