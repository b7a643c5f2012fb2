"""The published answers, and the counts of everything that the files say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from graph.store import Store
from tests.snb.loading import DATA, answer, load, unpacked
from tests.snb.plain import settled

pytestmark = pytest.mark.anyio

ANSWERS = DATA / "snb-sf0.1-answers.jsonl"
# The largest that make test has time for is the smallest data set (test_reads.py).
SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))


@pytest.mark.skipif(not SOAK, reason="AMITY_TEST_SOAK loads the larger data set: some minutes")
@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_every_published_answer_is_ours(store: Store, tmp_path: Path) -> None:
    folder = unpacked("snb-sf0.1.tar.xz", tmp_path)
    done = await load(store, folder, tmp_path / "rejects")
    assert (done.read, done.created, done.rejected) == (1_805_553, 1_805_553, 0)
    published = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    assert len(published) == 56
    for one in published:
        expected = one["expected"] if isinstance(one["expected"], list) else [one["expected"]]
        found = await answer(store, one["query"].lower(), one["params"])
        assert exactly(found) == exactly(expected), (one["query"], one["params"])


def exactly(rows: list[dict[str, Any]]) -> str:
    """As JSON has it: the order of columns, and whether a number is whole, count too."""
    return json.dumps(settled(rows))
