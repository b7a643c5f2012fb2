"""A chunk that is begun before the last one has ended changes nothing of what comes of them."""

from __future__ import annotations

import asyncio
import gzip
import random
from pathlib import Path
from typing import Any

import pytest

from graph.errors import Internal
from graph.imports import EdgeStep, NodeStep, Results
from graph.store import Capability
from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from tests.loaders.loading import graph_of, load, mapping_of, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

DATED = "files:\n  - {edge: FOLLOWS, from: who, to: whom, unknown: create, set: {since: at}}\n"
EARLY, LATE = 1_700_000_001_000, 1_700_000_002_000


class Slow:
    """A store whose edges take their time; one of its steps fails once, where it is told to."""

    def __init__(self, *, lanes: bool = True) -> None:
        self._inner = MemoryStore()
        more = {Capability.LANES} if lanes else set()
        self.capabilities = self._inner.capabilities | more
        self.failing = False
        self.made: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def import_edges(self, step: EdgeStep) -> Results:
        await asyncio.sleep(0.01)
        if self.failing and EARLY in step.columns.get("since", ()):
            self.failing = False
            raise Internal("It fails once.")
        return await self._inner.import_edges(step)

    async def import_nodes(self, step: NodeStep) -> Results:
        results = await self._inner.import_nodes(step)
        self.made |= {row["externalId"] for row in step.rows}
        return results


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.writing.WORTH_LANES", 4)
    monkeypatch.setattr("loaders.writing.LANE_STEP", 4)
    monkeypatch.setattr("loaders.writing.STEP", 4)
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", 800)


@pytest.mark.parametrize("lanes", [True, False])
async def test_later_rows_of_a_pair_count_though_a_step_failed_before(
    tmp_path: Path, lanes: bool
) -> None:
    store: Any = Slow(lanes=lanes)
    pairs = [f"p{n:02d},q{n:02d}" for n in range(40)]
    lines = ["who,whom,at", *(f"{pair},{at}" for at in (EARLY, LATE) for pair in pairs)]
    file = tmp_path / "f.csv"
    file.write_text("\n".join(lines) + "\n")
    what = order([file], mapping_of(DATED), tmp_path, name="x")
    store.failing = True
    with pytest.raises(Internal):
        await load(store, what)
    await load(store, what)
    assert {since for _, _, since in await rows(store, "FOLLOWS")} == {LATE}


@pytest.mark.parametrize("mode", ["create", "upsert"])
async def test_rows_come_to_the_same_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The first chunk looks for somebody whom the second one makes."""
    monkeypatch.setattr("loaders.writing.LANES", 8)  # nobody waits for a lane
    mapping = mapping_of(
        "files:\n  - {match: people.csv, node: User, id: id}\n"
        "  - {match: f.csv, edge: FOLLOWS, from: {column: who, unknown: create}, to: whom, "
        f"mode: {mode}}}\n"
    )
    people = [f"q{n:02d}" for n in range(120)]
    (tmp_path / "people.csv").write_text("\n".join(["id", *people]) + "\n")
    lines = ["who,whom", "p00,late", *(f"p{n:03d},q{n:02d}" for n in range(100))]
    lines += [f"late,{name}" for name in people]
    (tmp_path / "f.csv").write_text("\n".join(lines) + "\n")
    files = [tmp_path / "people.csv", tmp_path / "f.csv"]
    undisturbed: Any = Slow()
    whole = await load(undisturbed, order(files, mapping, tmp_path, name="whole"))
    store: Any = Slow()
    what = order(files, mapping, tmp_path, name="x")
    task = asyncio.create_task(load(store, what))
    while "late" not in store.made:
        assert not task.done()
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    done = await load(store, what)
    assert done.summary("x") == whole.summary("x")
    assert await graph_of(store) == await graph_of(undisturbed)


async def test_what_was_read_before_a_source_breaks_off_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", 20_000)
    monkeypatch.setattr("loaders.writing.LANE_STEP", 1_000)
    dice = random.Random(1)
    lines = [f"{dice.randrange(10**9)},{dice.randrange(10**9)}\n" for _ in range(8_000)]
    file = tmp_path / "f.csv.gz"
    file.write_bytes(gzip.compress("".join(lines).encode())[:-20_000])
    created = []
    for ahead in (0, 1):
        monkeypatch.setattr("loaders.importing.AHEAD", ahead)
        store: Any = Slow()
        with pytest.raises(SourceError, match="cut off"):
            await load(store, order([file], "follows", tmp_path, name="x"))
        [batch] = await store.imports()
        created.append(batch.state["progress"]["rows"]["created"])
        assert created[-1] == len(await rows(store, "FOLLOWS")) > 1_000
    assert created[0] == created[1]
