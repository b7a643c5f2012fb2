"""Who is remembered, who is forgotten, and who is asked for again: no row depends on it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.imports import NodeStep, Results
from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.undoing import undo
from tests.loaders.loading import graph_of, load, mapping_of, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

FOLLOWS = """
source: mine
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: %s}
"""
PEOPLE, ROWS = 60, 500


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.known.MOST_NUMBERS", 10)
    monkeypatch.setattr("loaders.known.MOST_TEXTS", 10)
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", 400)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("unknown", ["create", "reject"])
@pytest.mark.parametrize("name", ["%d", "p%d", "mixed"])
async def test_more_people_than_are_remembered(tmp_path: Path, name: str, unknown: str) -> None:
    dice = random.Random(6)
    names = [(("%d", "p%d")[n % 2] if name == "mixed" else name) % n for n in range(1, PEOPLE + 1)]
    pairs = sorted({tuple(dice.sample(names, 2)) for _ in range(ROWS)})
    dice.shuffle(pairs)
    path, everyone = tmp_path / "follows.csv", tmp_path / "people.csv"
    path.write_text("who,whom\n" + "".join(f"{a},{b}\n" for a, b in pairs))
    store = MemoryStore()
    if unknown == "reject":
        everyone.write_text("id\n" + "".join(f"{one}\n" for one in names))
        people = mapping_of("source: mine\nfiles:\n  - {node: User, id: id}\n")
        await load(store, order([everyone], people, tmp_path))
    done = await load(store, order([path], mapping_of(FOLLOWS % unknown), tmp_path))
    assert (done.created, done.rejected) == (len(pairs), 0)
    assert await graph_of(store) == sorted(pairs)


TWO_KINDS = """
source: mine
files:
  - {edge: MEMBER_OF, from: a, to: b, unknown: create}
"""
TWO_SPACES = """
source: here
files:
  - {edge: FOLLOWS, from: a, to: {column: b, source: there}, unknown: create}
"""


@pytest.mark.parametrize(("mapping", "edge"), [(TWO_KINDS, "MEMBER_OF"), (TWO_SPACES, "FOLLOWS")])
async def test_two_ends_with_the_same_ids_are_two(tmp_path: Path, mapping: str, edge: str) -> None:
    path, store = tmp_path / "rows.csv", MemoryStore()
    path.write_text("a,b\n1,1\n2,2\n")
    done = await load(store, order([path], mapping_of(mapping), tmp_path))
    assert (done.created, done.rejected, sum(done.nodes.values())) == (2, 0, 4)
    assert len(await rows(store, edge)) == 2


class Overtaken:
    """Between a look-up and the step behind it, another one does the same import."""

    def __init__(self, other: Callable[[Any], Awaitable[Any]]) -> None:
        self._inner, self._other = MemoryStore(), other
        self._first = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def import_nodes(self, step: NodeStep) -> Results:
        if self._first:
            self._first = False
            await self._other(self)
        return await self._inner.import_nodes(step)


async def test_ids_of_somebody_who_came_first_are_taken(tmp_path: Path) -> None:
    path, mapping = tmp_path / "rows.csv", mapping_of(FOLLOWS % "create")
    path.write_text("who,whom\nalice,bob\nbob,carol\n")
    (tmp_path / "other").mkdir()

    async def other(store: Any) -> None:
        await load(store, order([path], mapping, tmp_path / "other", name="same"))

    store: Any = Overtaken(other)
    done = await load(store, order([path], mapping, tmp_path, name="same"))
    assert (done.read, done.rejected) == (2, 0)
    assert await graph_of(store) == [("alice", "bob"), ("bob", "carol")]


DELETED = """
source: mine
files:
  - {match: a.csv, edge: FOLLOWS, from: who, to: whom, unknown: create}
  - {match: b.csv, edge: FOLLOWS, from: who, to: whom, mode: delete}
  - {match: c.csv, node: User, id: who, mode: delete}
  - {match: d.csv, edge: FOLLOWS, from: who, to: whom, unknown: create}
"""


async def test_whoever_was_deleted_is_made_anew(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "d.csv"):
        (tmp_path / name).write_text("who,whom\nalice,bob\n")
    (tmp_path / "c.csv").write_text("who\nalice\n")
    store, paths = MemoryStore(), [tmp_path / f"{name}.csv" for name in "abcd"]
    done = await load(store, order(paths, mapping_of(DELETED), tmp_path))
    assert (done.read, done.rejected) == (4, 0)
    assert await graph_of(store) == [("alice", "bob")]


LOOPS = """
source: mine
files:
  - {edge: FOLLOWS, from: who, to: whom, mode: create, unknown: create,
     loops: true, both_ways: true}
"""


async def test_what_leads_to_itself_both_ways_does_so_once(tmp_path: Path) -> None:
    path, store = tmp_path / "rows.csv", MemoryStore()
    path.write_text("who,whom\nalice,alice\nbob,carol\ndan,dan\n")
    done = await load(store, order([path], mapping_of(LOOPS), tmp_path))
    assert (done.created, done.rejected) == (3, 0)
    pairs = [("alice", "alice"), ("bob", "carol"), ("carol", "bob"), ("dan", "dan")]
    assert await graph_of(store) == sorted(pairs)


async def test_half_taken_back_is_not_loaded_on(tmp_path: Path) -> None:
    path, store = tmp_path / "rows.csv", MemoryStore()
    path.write_text("who,whom\nalice,bob\n")
    what = order([path], mapping_of(FOLLOWS % "create"), tmp_path, name="mine")
    await load(store, what)

    class Cut(Exception):
        pass

    class Away:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        async def undo_part(self, number: int) -> None:
            await store.undo_part(number)
            raise Cut

    away: Any = Away()
    with pytest.raises(Cut):
        await undo(away, "mine")
    for restart in (False, True):
        with pytest.raises(SourceError, match="amity load undo mine"):
            await load(store, replace(what, restart=restart))
    await undo(store, "mine")
    assert await graph_of(store) == []
    done = await load(store, what)
    assert (done.created, await graph_of(store)) == (1, [("alice", "bob")])
