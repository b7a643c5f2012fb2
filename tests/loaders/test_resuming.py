"""An import that is stopped behind any of its pieces goes on with the very next row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.importing import Importer, Order
from loaders.mapping import Mapping
from loaders.sources import LOOKED_AT
from loaders.summary import Progress
from tests.loaders.loading import graph_of, load, mapping_of, order
from tests.support.cast import T0

pytestmark = pytest.mark.anyio

ROWS = 400
# Of one byte to four in UTF-8, and of others in what they are written in.
WORDS = ("bob", "älä", "çéîõ", "你好吗", "𝄞𝄞")
IN = {
    "utf-8": WORDS,
    "latin-1": WORDS[:3],
    "utf-16": ("bob", "你好吗" * 5),
    "utf-16-be": WORDS,
    "shift-jis": ("bob", "ありがとう"),
}
FOLLOWS = """
source: mine
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create, format: {encoding: %s}}
"""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("delimited", "jsonl"):
        monkeypatch.setattr(f"loaders.{module}.CHUNK_BYTES", 1_500)


def written(path: Path, encoding: str) -> Path:
    words = IN[encoding]
    pairs = [(f"{words[n % len(words)]}{n}", f"{words[-1]}{n + 1}") for n in range(ROWS)]
    if path.suffix == ".jsonl":
        lines = [json.dumps({"who": a, "whom": b}, ensure_ascii=False) for a, b in pairs]
    else:
        lines = ["who,whom", *(f"{a},{b}" for a, b in pairs)]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


async def stopped(store: MemoryStore, what: Order, pieces: int) -> Progress:
    """Behind so many of them."""
    seen: list[Progress] = []

    def report(progress: Progress, *_: object) -> None:
        seen.append(progress)
        if len(seen) == pieces:
            what.stop.set()

    return await Importer(store, lambda: T0, report).run(what)


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
@pytest.mark.parametrize("encoding", IN)
async def test_behind_any_piece_of_any_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    path, mapping = written(tmp_path / name, encoding), mapping_of(FOLLOWS % encoding)
    whole = MemoryStore()
    undisturbed = await load(whole, order([path], mapping, tmp_path))
    assert undisturbed.created == ROWS
    pieces, done = 0, False
    while not done:
        pieces += 1
        store = MemoryStore()
        first = await stopped(store, order([path], mapping, tmp_path), pieces)
        done = first.status == "done"
        told = await load(store, order([path], mapping, tmp_path))
        assert (told.read, told.created) == (ROWS, ROWS), pieces
        assert await graph_of(store) == await graph_of(whole)
    assert pieces > 5


HALVES = [b"x", b"\x00\xd8\n\x00", "y,\ud800\n".encode("utf-16-le", "surrogatepass")]


@pytest.mark.parametrize("tail", HALVES)
async def test_half_a_character_is_given_back(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("who,whom\nalice,bob\n".encode("utf-16") + tail)
    done = await load(MemoryStore(), order([path], mapping_of(FOLLOWS % "utf-16"), tmp_path))
    assert (done.read, done.created, done.rejected) == (2, 1, 1)


async def test_rows_that_can_not_be_given_back_are_not_passed_over(tmp_path: Path) -> None:
    path, mapping = tmp_path / "rows.csv", mapping_of(FOLLOWS % "utf-8")
    rows = [f"a{n},b{n}" for n in range(ROWS)]
    path.write_text("\n".join(["who,whom", "nobody", *rows]))
    store = MemoryStore()
    (tmp_path / "there").mkdir()
    what = order([path], mapping, tmp_path / "there")
    (tmp_path / "there").rmdir()
    with pytest.raises(SourceError, match="can't be written"):
        await load(store, what)
    [batch] = await store.imports()
    assert batch.state["progress"]["status"] == "stopped"
    told = await load(store, order([path], mapping, tmp_path))
    assert (told.read, told.created, told.rejected) == (ROWS + 1, ROWS, 1)
    assert "\nnobody\n" in (tmp_path / "rejects").read_text()


async def test_a_mapping_that_was_mended_is_another_import(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", "utf-8")
    wrong, right = (mapping_of(FOLLOWS % "utf-8" + more) for more in ("\n# wrong", ""))
    store = MemoryStore()
    before = order([path], wrong, tmp_path)
    assert order([path], right, tmp_path).name != before.name
    await load(store, before)
    with pytest.raises(SourceError, match="another mapping"):
        await load(store, order([path], right, tmp_path, name=before.name))


async def test_rows_that_were_mended_far_behind_the_first_are_another_import(
    tmp_path: Path,
) -> None:
    path, mapping = tmp_path / "rows.csv", mapping_of(FOLLOWS % "utf-8")
    path.write_text("who,whom\n" + "".join(f"a{n};b\n" for n in range(LOOKED_AT // 8)))
    store = MemoryStore()
    await load(store, order([path], mapping, tmp_path))
    back = tmp_path / "back.csv"
    (tmp_path / "rejects").rename(back)
    seen = []
    for _ in range(2):
        seen.append(await load(store, order([back], mapping, tmp_path)))
        head, _, tail = back.read_text().rpartition(";")
        back.write_text(f"{head},{tail}")
    assert [one.created for one in seen] == [0, 1]


async def test_what_was_given_back_is_no_part_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "rows.csv").write_text("who,whom\nalice,bob\nalice\n")
    store, mapping = MemoryStore(), mapping_of(FOLLOWS % "utf-8")
    for _ in range(2):
        told = await load(store, order([folder], mapping, folder))
        assert (told.created, told.rejected) == (1, 1)
    assert (folder / "rejects").exists()
    assert len(await store.imports()) == 1


def with_kind(kind: str) -> Mapping:
    return mapping_of((FOLLOWS % "utf-8").replace("encoding: utf-8", f"kind: {kind}"))


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_what_has_to_be_read_from_its_end_is_not_piped(tmp_path: Path, kind: str) -> None:
    (tmp_path / "-").touch()
    with pytest.raises(SourceError, match="not from standard input"):
        order(["-"], with_kind(kind), tmp_path)
