"""Values of JSON lines, Parquet and Arrow: the same thing means the same, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from graph.stores.memory import MemoryStore
from loaders.summary import Progress
from tests.loaders.loading import graph_of, load, mapping_of, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

PAIRS = "source: mine\nfiles:\n  - {edge: FOLLOWS, from: a, to: b, unknown: create}\n"
NAMES = "source: mine\nfiles:\n  - {node: User, id: a, set: {name: b}}\n"


async def from_lines(store: MemoryStore, folder: Path, text: str, mapping: str) -> Progress:
    path = folder / "a.jsonl"
    path.write_text(text)
    return await load(store, order([path], mapping_of(mapping), folder))


async def from_table(
    store: MemoryStore, folder: Path, table: Any, mapping: str, name: str = "a.parquet"
) -> Progress:
    path = folder / name
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(table, path)
    else:
        with pa.ipc.new_file(str(path), table.schema) as file:
            file.write_table(table)
    return await load(store, order([path], mapping_of(mapping), folder))


async def names_of(store: MemoryStore) -> list[str | None]:
    found = [props async for chunk in store.scan_nodes("User") for props in chunk]
    return [props.get("name") for props in sorted(found, key=lambda one: one["id"])]


async def test_numbers_of_json_keep_their_digits(memory: MemoryStore, tmp_path: Path) -> None:
    written = ["100000000000000000001", "100000000000000000002", "0.10", "7.0", "-0.0", "1e3"]
    written += ["12345678901234567890.5", "1e400", "18446744073709551616"]
    text = "".join(f'{{"a": {one}, "b": "bob"}}\n' for one in written)
    done = await from_lines(memory, tmp_path, text.replace("1e400", "1.5e300"), PAIRS)
    assert (done.created, done.rejected) == (len(written), 0)
    kept = [*written[:3], "7", "0", "1000", written[6], "1.5e300", written[8]]
    assert sorted(a for a, _ in await graph_of(memory)) == sorted(kept)


async def test_whole_numbers_are_the_same_in_every_format(
    memory: MemoryStore, tmp_path: Path
) -> None:
    await from_lines(memory, tmp_path, '{"a": 7.0, "b": 1e17}\n', PAIRS)
    table = pa.table({"a": [7.0, float("nan")], "b": [1e17, 1.0]})
    done = await from_table(memory, tmp_path, table, PAIRS)
    assert (done.same, done.rejected) == (1, 1)
    assert await graph_of(memory) == [("7", "100000000000000000")]
    assert "a is empty, and should be an id" in (tmp_path / "rejects").read_text()
    table = pa.table({"a": [Decimal("7.00")], "b": [Decimal("100000000000000000.00")]})
    assert (await from_table(memory, tmp_path, table, PAIRS)).same == 1


async def test_a_name_may_end_in_a_question(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = NAMES.replace("name: b", 'name: "b?"')
    await from_lines(memory, tmp_path, '{"a": 1, "b?": "Alice"}\n{"a": 2, "b": "Bob"}\n', mapping)
    assert await names_of(memory) == ["Alice", "Bob"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
async def test_times_of_every_unit_are_rounded_down(
    memory: MemoryStore, tmp_path: Path, unit: str
) -> None:
    finest = {"s": 0, "ms": 999_000}.get(unit, 999_999)
    moments = [dt.datetime(2024, 5, 1, 9, 0, 0, finest), dt.datetime(1969, 12, 31, 23, 59, 59)]
    table = pa.table({"a": ["x", "y"], "b": ["z", "z"], "t": pa.array(moments, pa.timestamp(unit))})
    mapping = PAIRS.replace("create}", "create, set: {since: t}}")
    done = await from_table(memory, tmp_path, table, mapping)
    assert (done.created, done.rejected) == (2, 0)
    kept = 1714554000000 + finest // 1000
    assert sorted(at for _, _, at in await rows(memory, "FOLLOWS")) == [-1000, kept]
    path = tmp_path / "b.csv"
    path.write_text(f"a,b,t\nx,z,{moments[0].isoformat()}\ny,z,1969-12-31T23:59:59\n")
    again = await load(memory, order([path], mapping_of(mapping), tmp_path))
    assert again.same == 2


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary(3)], ids=str)
async def test_bytes_that_are_no_text_are_given_back(
    memory: MemoryStore, tmp_path: Path, kind: Any, name: str
) -> None:
    values = [b"\xff\xff\xff", b"\xfe\xff\xff", b"bob", None]
    table = pa.table({"a": pa.array(values, kind), "b": ["carol"] * 4})
    done = await from_table(memory, tmp_path, table, PAIRS, name)
    assert (done.created, done.rejected) == (1, 3)
    assert await graph_of(memory) == [("bob", "carol")]
    text = (tmp_path / "rejects").read_text()
    assert '#! line 1: a is no UTF-8 at byte 1\n{"a":"\\\\xff\\\\xff\\\\xff","b":"carol"}' in text
    assert "#! line 4: a is empty" in text


async def test_strings_that_are_no_text_are_given_back(memory: MemoryStore, tmp_path: Path) -> None:
    wrong = pa.array([b"\xff", b"bob"], pa.binary()).view(pa.string())
    done = await from_table(memory, tmp_path, pa.table({"a": wrong, "b": ["carol"] * 2}), PAIRS)
    assert (done.created, done.rejected) == (1, 1)


async def test_sixteen_bytes_are_an_id(memory: MemoryStore, tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([bytes(range(16))], pa.binary(16)), "b": ["bob"]})
    await from_table(memory, tmp_path, table, PAIRS)
    assert await graph_of(memory) == [("00010203-0405-0607-0809-0a0b0c0d0e0f", "bob")]


VALUES = {
    "list of bytes": (pa.array([[b"x"]]), '["x"]'),
    "list of wrong bytes": (pa.array([[b"\xff"]]), None),
    "list of decimals": (pa.array([[Decimal("1.50")]]), '["1.50"]'),
    "struct": (pa.array([{"x": b"y", "at": dt.date(2024, 5, 1)}]), '{"x":"y","at":"2024-05-01"}'),
    "time": (pa.array([dt.time(1, 2)]), "01:02:00"),
    "duration": (pa.array([dt.timedelta(1)]), "1 day, 0:00:00"),
    "large string": (pa.array(["x"], pa.large_string()), "x"),
    "dictionary": (pa.array(["x"]).dictionary_encode(), "x"),
    "half": (pa.array([1.5], pa.float32()), "1.5"),
    "nothing": (pa.nulls(1), ""),
    "flag": (pa.array([True]), "true"),
    "date": (pa.array([dt.date(2024, 5, 1)]), "1714521600000"),
}


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize("what", VALUES)
async def test_every_type_is_text_or_given_back(
    memory: MemoryStore, tmp_path: Path, what: str, name: str
) -> None:
    column, text = VALUES[what]
    done = await from_table(memory, tmp_path, pa.table({"a": ["1"], "b": column}), NAMES, name)
    assert done.read == 1
    assert await names_of(memory) == ([] if text is None else [text or None])


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
async def test_columns_of_one_name(memory: MemoryStore, tmp_path: Path, name: str) -> None:
    three = [pa.array(["alice"]), pa.array(["bob"]), pa.array(["carol"])]
    table = pa.Table.from_arrays(three, ["a", "a", "b"])
    await from_table(memory, tmp_path, table, PAIRS.replace("to: b", 'to: "a#2"'), name)
    assert await graph_of(memory) == [("alice", "bob")]
