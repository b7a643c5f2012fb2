"""A dry run says what a real one then does, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.dryrun import DryRun, distribution
from loaders.sources import find_sources
from tests.loaders.loading import graph_of, load, mapping_of, order

pytestmark = pytest.mark.anyio

TEXT = """
source: mine
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create, set: {since: at}}
"""


async def test_it_foresees_what_a_load_does(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = mapping_of(TEXT)
    first = tmp_path / "first.csv"
    first.write_text("who,whom,at\nalice,bob,5\nbob,alice,6\nbob,carol,7\n")
    await load(memory, order([first], mapping, tmp_path))
    before = await graph_of(memory)
    second = tmp_path / "second.csv"
    second.write_text(
        "who,whom,at\nalice,bob,9\nbob,alice,6\ndan,bob,1\ndan,bob,1\neve,bob,2\ndan,dan,3\nx\n"
    )
    sources, _ = find_sources([str(second)], mapping)
    found = await DryRun(memory, supernode=3).run(sources)
    assert await graph_of(memory) == before
    assert (found["read"], found["rejected"], found["selfLoops"]) == (7, 2, 1)
    assert found["nodes"] == {"User": {"new": 2, "there": 2}}
    edges = found["edges"]["FOLLOWS"]
    assert (edges["new"], edges["changed"], edges["same"], edges["duplicates"]) == (2, 1, 1, 1)
    assert edges["growing"] == {"bob": 2}
    assert edges["newSupernodes"] == ["bob"]
    assert edges["degreesBefore"] == {"1": 3}
    assert edges["degreesAfter"] == {"1": 2, "2-9": 1}
    done = await load(memory, order([second], mapping, tmp_path))
    assert (done.created, done.changed, done.same, done.rejected) == (2, 1, 2, 2)


async def test_ends_that_nobody_knows_are_counted(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1,2\n3,4\n")
    text = "files:\n  - {edge: FOLLOWS, from: '1', to: '2'}\n"
    sources, _ = find_sources([str(file)], mapping_of(text))
    found = await DryRun(memory, supernode=10).run(sources)
    assert (found["unknownEnds"], found["rejected"]) == (2, 2)


def test_a_distribution_leaves_nobody_out() -> None:
    assert distribution({1: 1, 2: 1, 3: 5, 4: 100_000, 5: 0}) == {"1": 2, "2-9": 1, "100000+": 1}
