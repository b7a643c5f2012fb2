"""How delimited text is told apart: quotes, line ends, headers, and what is no record."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.summary import Progress
from tests.loaders.loading import load, mapping_of, order

pytestmark = pytest.mark.anyio

POSTS = "source: mine\nfiles:\n  - {node: Post, id: id, set: {text: text}}\n"


async def loaded(store: MemoryStore, folder: Path, text: bytes | str, mapping: str) -> Progress:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return await load(store, order([path], mapping_of(mapping), folder))


async def texts_of(store: MemoryStore) -> list[str]:
    return [props["text"] async for chunk in store.scan_nodes("Post") for props in chunk]


async def test_a_carriage_return_is_wrong_only_outside_of_quotes(
    memory: MemoryStore, tmp_path: Path
) -> None:
    text = b'id,text\r\n1,"a\r\nb"\r\n2,"c\rd"\r\n3,e\rf\r\n'
    done = await loaded(memory, tmp_path, text, POSTS)
    assert (done.created, done.rejected) == (2, 1)
    assert sorted(await texts_of(memory)) == ["a\r\nb", "c\rd"]
    given_back = (tmp_path / "rejects").read_bytes()
    assert b"a carriage return within the line\n3,e\rf\n" in given_back
