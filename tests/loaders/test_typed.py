"""Words of files and of mappings as values of the registry's types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.summary import Progress
from tests.loaders.loading import load, mapping_of, order

pytestmark = pytest.mark.anyio

MAY_1 = 1_714_521_600_000


async def loaded(store: MemoryStore, folder: Path, text: str, set: str, kind: str) -> Progress:
    path = folder / "a.csv"
    path.write_text(text)
    mapping = f"source: mine\nfiles:\n  - {{node: {kind}, id: id, set: {{{set}}}}}\n"
    return await load(store, order([path], mapping_of(mapping), folder))


async def only(store: MemoryStore, kind: str = "User") -> dict[str, Any]:
    [found] = [dict(props) async for chunk in store.scan_nodes(kind) for props in chunk]
    return found


# What a mapping says of a row, and what becomes of it: 1,2024-05-01,09:00,a@x,b@x,no
MEANT: dict[str, dict[str, Any]] = {
    "createdAt: {columns: [d, t], join: T}": {"createdAt": MAY_1 + 9 * 3_600_000},
    "emails: {columns: [e, f]}": {"emails": ["a@x", "b@x"]},
    "name: {columns: [e, f]}": {"name": "a@x b@x"},
    "createdAt: {value: 2024-05-01}": {"createdAt": MAY_1},
    "createdAt: {value: 1714521600, unit: s}": {"createdAt": MAY_1},
    "name: {value: 7}": {"name": "7"},
    "name: {value: null}": {"name": None},
    "verified: {value: 'no'}": {"verified": False},
    "emails: {value: [a@b, c@d]}": {"emails": ["a@b", "c@d"]},
    "emails: {value: a@b}": {"emails": ["a@b"]},
    "verified: {column: n, values: {yes: yes, no: 'f'}}": {"verified": False},
    "name: {column: n, values: {no: 7}}": {"name": "7"},
    "name: {columns: [n, t], join: '-', values: {'no-09:00': late}}": {"name": "late"},
    "createdAt: {column: n, values: {no: 2024-05-01}}": {"createdAt": MAY_1},
    "privacy: {column: n, values: {no: private}}": {"privacy": "PRIVATE"},
}


@pytest.mark.parametrize("set", MEANT)
async def test_whatever_a_property_comes_from_it_has_its_type(
    memory: MemoryStore, tmp_path: Path, set: str
) -> None:
    text = "id,d,t,e,f,n\n1,2024-05-01,09:00,a@x,b@x,no\n"
    done = await loaded(memory, tmp_path, text, set, "User")
    assert (done.created, done.rejected) == (1, 0)
    found = await only(memory)
    assert {name: found.get(name) for name in MEANT[set]} == MEANT[set]


async def test_joined_columns_that_are_no_time_are_given_back(
    memory: MemoryStore, tmp_path: Path
) -> None:
    set = "createdAt: {columns: [d, t], join: T}"
    done = await loaded(memory, tmp_path, "id,d,t\n1,2024-05-01,never\n", set, "User")
    assert (done.created, done.rejected) == (0, 1)
    assert 'd, t is "2024-05-01Tnever", which is no time' in (tmp_path / "rejects").read_text()


@pytest.mark.parametrize(
    ("kind", "name", "right"),
    [("User", "privacy", "friends"), ("Post", "visibility", "Followers"), ("Post", "type", "LINK")],
)
async def test_a_word_that_nobody_could_read_is_given_back(
    memory: MemoryStore, tmp_path: Path, kind: str, name: str, right: str
) -> None:
    done = await loaded(memory, tmp_path, f"id,w\n1,{right}\n2,secret\n", f"{name}: w", kind)
    assert (done.created, done.rejected) == (1, 1)
    assert (await only(memory, kind))[name] == right.upper()
    text = (tmp_path / "rejects").read_text()
    assert '#! line 3: w is "secret", which is none of P' in text or "none of TEXT, IMAGE" in text


NUMBERS = {
    "7": 7, "007": 7, "+7": 7, " 7 ": 7, "-7": -7, "9223372036854775807": 2**63 - 1,
    "1_000": None, "٣": None, "7.0": None, "9223372036854775808": None, "0x7": None,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
async def test_whole_numbers_are_digits(memory: MemoryStore, tmp_path: Path, text: str) -> None:
    done = await loaded(memory, tmp_path, f"id,n\n1,{text}\n", "lastActiveDay: n", "User")
    assert done.rejected == int(NUMBERS[text] is None)
    if NUMBERS[text] is not None:
        assert (await only(memory))["lastActiveDay"] == NUMBERS[text]


async def test_an_id_space_of_a_header_is_a_name_space(memory: MemoryStore, tmp_path: Path) -> None:
    for space in ("a:b", "*"):
        path = tmp_path / "nodes.csv"
        path.write_text(f"id:ID({space}),:LABEL\n1,User\n")
        with pytest.raises(SourceError, match=r"has ids of .* in its header"):
            order([path], "neo4j-admin", tmp_path)
