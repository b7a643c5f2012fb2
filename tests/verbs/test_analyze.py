"""`amity analyze` as it is typed, against a real server."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import networkx as nx
import pytest

from tests.servers.embedded import EmbeddedServers
from tests.support.cast import T0, crowd
from tests.support.stores import Stores

pytestmark = [pytest.mark.anyio, pytest.mark.server("embedded", "cache")]

PATIENCE = 120
FOLLOWS = [(0, 1), (1, 0), (2, 0), (3, 0), (3, 1), (4, 3), (1, 4)]


def analyze(embedded: EmbeddedServers, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "analyze", *words],
        env={**os.environ, **embedded.settings.env()},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


async def village(stores: Stores) -> range:
    store = await stores.empty("embedded")
    ids = await crowd(store, 5)
    await store.load_people([{"id": ids[0], "externalId": "first"}])
    await store.load_edges("FOLLOWS", [(ids[a], ids[b], {"since": T0}) for a, b in FOLLOWS])
    return ids


async def test_pagerank_of_a_real_graph(stores: Stores, embedded: EmbeddedServers) -> None:
    ids = await village(stores)
    expected = nx.pagerank(nx.DiGraph(FOLLOWS))
    done = analyze(embedded, "pagerank", "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["id"] for row in rows] == [
        ids[node] for node in sorted(expected, key=lambda node: -expected[node])
    ]
    names = {row["id"]: row["externalId"] for row in rows}
    assert names == dict.fromkeys(ids) | {ids[0]: "first"}
    assert {row["id"]: row["value"] for row in rows} == pytest.approx(
        {ids[node]: value for node, value in expected.items()}
    )
    table = analyze(embedded, "pagerank", "--top", "2", "--format", "csv").stdout
    shown = [line[0] for line in csv.reader(io.StringIO(table))]
    assert shown == ["id", *(f"{row['id']}" for row in rows[:2])]


async def test_a_summary_is_one_object(stores: Stores, embedded: EmbeddedServers) -> None:
    await village(stores)
    done = analyze(embedded, "degree", "--graph", "friends", "--summary", "--format", "json")
    assert json.loads(done.stdout) == {"nodes": 2, "edges": 1, "largest": 1, "average": 1.0}
