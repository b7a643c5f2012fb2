"""Edges that are written in lanes make the graph that one lane makes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graph.store import Store
from graph.stores.memory import MemoryStore
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
