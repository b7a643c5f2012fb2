"""The data set into a store, as `amity load --as ldbc-snb` does it, and the reads asked of it."""

from __future__ import annotations

import json
import os
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analysts.cypher.asking import Bounds, asked
from analysts.cypher.gate import judge
from benchmarks.snb import text_of
from graph.store import Store
from loaders.importing import Importer, Order
from loaders.parsing import load_mapping
from loaders.sources import find_sources
from loaders.summary import Progress

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("AMITY_TEST_DATA", BESIDE))


def now() -> int:
    return int(time.time() * 1000)


async def load(store: Store, folder: Path, rejects: Path) -> Progress:
    mapping = load_mapping("ldbc-snb")
    sources, left = find_sources([str(folder)], mapping)
    assert not [path for path in left if path.endswith("_0_0.csv")]
    return await Importer(store, now, lambda *_: None).run(Order("snb", sources, rejects))


async def answer(store: Store, read: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As `amity cypher --format json` prints it."""
    judged = judge(text_of(read), params, limit=10_001)
    async with asked(store, judged, Bounds(), now()) as found:
        rows = [dict(zip(found.columns, row, strict=True)) async for row in found]
    return [json.loads(json.dumps(row)) for row in rows]


def unpacked(name: str, to: Path) -> Path:
    """The folder with the data set's files; skips where it isn't."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no {name} beside the repository: AMITY_TEST_DATA says where")
    with tarfile.open(path) as archive:
        archive.extractall(to, filter="data")
    [places] = to.rglob("place_0_0.csv")
    return places.parent.parent if places.parent.name == "static" else places.parent
