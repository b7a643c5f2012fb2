"""Files of rows that were given back, whatever was done to them since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.parsing import load_mapping
from loaders.sources import find_sources
from tests.loaders.loading import graph_of, load, order

pytestmark = pytest.mark.anyio


async def given_back(store: MemoryStore, folder: Path) -> bytes:
    path = folder / "follows.csv"
    path.write_text("alice,bob\ncarol\n#! dan,eve\n")
    done = await load(store, order([path], "follows", folder))
    assert (done.created, done.rejected) == (2, 1)
    assert ("#! dan", "eve") in await graph_of(store)
    return (folder / "rejects").read_bytes()


@pytest.mark.parametrize("saved", [b"%b", b"\xef\xbb\xbf%b"])
async def test_an_editor_may_say_how_it_saved_it(
    memory: MemoryStore, tmp_path: Path, saved: bytes
) -> None:
    back = await given_back(memory, tmp_path)
    mended = tmp_path / "mended"
    mended.write_bytes(saved % back.replace(b"\ncarol\n", b"\ncarol,dan\n#! eve,bob\n"))
    done = await load(memory, order([mended], "follows", tmp_path))
    assert (done.created, done.rejected) == (2, 0)
    assert {("carol", "dan"), ("#! eve", "bob")} <= set(await graph_of(memory))


ODD = [
    "[]",
    "7",
    "{}",
    "{",
    '{"name": 5}',
    '{"name": "a.csv", "delimiter": 5}',
    '{"name": "a.csv", "delimiter": ",,"}',
    '{"name": "a.csv", "columns": [1]}',
    '{"name": "a.csv", "header": "no"}',
    '{"name": "a.csv", "kind": "parquet"}',
    '{"name": "a.csv", "quote": 1}',
    '{"name": "a.csv", "notes": true}',
]


@pytest.mark.parametrize("odd", ODD)
async def test_a_section_that_says_odd_things(
    memory: MemoryStore, tmp_path: Path, odd: str
) -> None:
    back = await given_back(memory, tmp_path)
    title, _, rest = back.split(b"\n", 2)
    path = tmp_path / "mended"
    path.write_bytes(title + b"\n#! file " + odd.encode() + b"\n" + rest)
    with pytest.raises(SourceError, match="mended, line 2 does not say"):
        order([path], "follows", tmp_path)


async def test_a_row_of_no_file_is_told(memory: MemoryStore, tmp_path: Path) -> None:
    back = await given_back(memory, tmp_path)
    title, section, rest = back.split(b"\n", 2)
    path = tmp_path / "mended"
    path.write_bytes(title + b"\nalice,eve\n" + section + b"\n" + rest)
    with pytest.raises(SourceError, match="mended, line 2 is a row under the name of no file"):
        order([path], "follows", tmp_path)


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/f\xff.csv")
    Path(path).write_text("alice,bob\n")
    with pytest.raises(SourceError, match=r"f\\udcff.csv can't be read: its name is no UTF-8"):
        order([path], "follows", tmp_path)
    (tmp_path / "g.csv").write_text("alice,bob\n")
    found, left = find_sources([str(tmp_path)], load_mapping("follows"))
    assert [Path(one.path).name for one in found] == ["g.csv"]
    assert list(left.values()) == ["its name is no UTF-8"]
