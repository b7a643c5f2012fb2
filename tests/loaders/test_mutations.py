"""Files damaged in every way there is: never a traceback, never a row without a trace.

A few of each kind here; a thousand with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import gzip
import lzma
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from tests.loaders.loading import assert_sound, load, mapping_of, order

pytestmark = pytest.mark.anyio

EACH = 1_000 // 25 + 1 if os.environ.get("AMITY_TEST_SOAK") else 4
CHUNK = 600
MAPPING = """
source: mutated
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create, set: {since: at}}
"""
Damage = Callable[[random.Random, bytes], bytes]


def lines(dice: random.Random, count: int = 60) -> bytes:
    rows = [
        f"p{dice.randrange(20)},p{dice.randrange(20)},{dice.randrange(2**40)}" for _ in range(count)
    ]
    return ("who,whom,at\n" + "\n".join(rows) + "\n").encode()


def _at(dice: random.Random, data: bytes) -> int:
    """Behind the header."""
    return dice.randrange(data.index(b"\n") + 1, len(data))


def _put(new: bytes) -> Damage:
    def damage(dice: random.Random, data: bytes) -> bytes:
        at = _at(dice, data)
        return data[:at] + new + data[at:]

    return damage


def _flip(dice: random.Random, data: bytes) -> bytes:
    at = _at(dice, data)
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def _drop(dice: random.Random, data: bytes) -> bytes:
    first = _at(dice, data)
    return data[:first] + data[first + dice.randrange(1, 60) :]


def _newlines(dice: random.Random, data: bytes) -> bytes:
    return b"".join(
        line + dice.choice((b"\n", b"\r\n", b"\r", b"\n\n")) for line in data.split(b"\n")
    )


def _number(dice: random.Random, data: bytes) -> bytes:
    rows = data.split(b"\n")
    at = dice.randrange(1, len(rows) - 1)
    bad = (b"9" * 30, b"-1e400", b"nan", b"2024-13-45", b"0x10", b"\xd9\xa1", b"-99999999999999999")
    rows[at] = rows[at].rsplit(b",", 1)[0] + b"," + dice.choice(bad)
    return b"\n".join(rows)


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(1, len(data))]


def _stretched(size: int) -> Damage:
    def damage(dice: random.Random, data: bytes) -> bytes:
        at = _at(dice, data)
        return data[:at] + bytes([dice.choice(b'x",\xff')]) * size + data[at:]

    return damage


DAMAGES: dict[str, Damage] = {
    "a flipped bit": _flip,
    "a dropped piece": _drop,
    "cut off": _cut,
    "mixed newlines": _newlines,
    "a number out of range": _number,
    "a NUL": _put(b"\0"),
    "a quote": _put(b'"'),
    "two quotes": _put(b'""'),
    "a comma": _put(b","),
    "a carriage return": _put(b"\r"),
    "bad UTF-8": _put(b"\xc3\x28"),
    "half a surrogate": _put(b"\xed\xa0\x80"),
    "a note": _put(b"\n#! \n"),
    "a mark": _put(b"\xef\xbb\xbf"),
    "a long field": _stretched(3_000),
    "a gigantic field": _stretched(40_000),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstandard.compress(data),
}


async def taken(folder: Path, name: str, data: bytes) -> None:
    """Loaded, or refused in a sentence; and every row of the text is accounted for."""
    store = MemoryStore()
    file = folder / name
    file.write_bytes(data)
    (folder / "rejects").unlink(missing_ok=True)
    what = order([file], mapping_of(MAPPING), folder)
    try:
        done = await load(store, what)
    except SourceError as refused:
        said = str(refused)
        done = None
    await assert_sound(store)
    if done is None:
        assert str(file) in said
        return
    back = folder / "rejects"
    told = back.read_bytes().count(b"#! line ") if back.exists() else 0
    assert told >= done.rejected
    if not name.endswith(tuple(PACKED)):
        text = data.split(b"\n")[name.endswith(".csv") :]
        records = sum(1 for line in text if line.removesuffix(b"\r"))
        # A quoted field may hold line ends: fewer rows than lines, never more.
        assert done.read <= records
        if b'"' not in data:
            assert done.read == records


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_text_is_loaded_or_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    for module in ("delimited", "jsonl"):
        monkeypatch.setattr(f"loaders.{module}.CHUNK_BYTES", CHUNK)
    for module in ("delimited", "records"):
        monkeypatch.setattr(f"loaders.{module}.LONGEST_RECORD", 4_000)
    for seed in range(EACH):
        dice = random.Random(f"{damage} {seed}")
        data = DAMAGES[damage](dice, lines(dice))
        await taken(tmp_path, f"{seed}.csv", data)


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("damage", ["a flipped bit", "cut off", "a dropped piece"])
async def test_damaged_archives_are_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, damage: str
) -> None:
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", CHUNK)
    for seed in range(EACH):
        dice = random.Random(f"{kind} {damage} {seed}")
        data = PACKED[kind](lines(dice)) + b"\n"
        await taken(tmp_path, f"{seed}.csv.{kind}", DAMAGES[damage](dice, b"\n" + data)[1:])


@pytest.mark.parametrize(
    "damage", ["a flipped bit", "cut off", "bad UTF-8", "a NUL", "a long field"]
)
async def test_damaged_json_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr("loaders.jsonl.CHUNK_BYTES", CHUNK)
    for seed in range(EACH):
        dice = random.Random(f"json {damage} {seed}")
        rows = b"".join(b'{"who":"a%d","whom":"b","at":%d}\n' % (n, n) for n in range(30))
        await taken(tmp_path, f"{seed}.jsonl", DAMAGES[damage](dice, b"\n" + rows)[1:])
