"""`amity analyze` as it is typed, against a real server."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import networkx as nx
import numpy as np
import pytest

from graph.store import Store
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


def started(embedded: EmbeddedServers, *words: str) -> subprocess.Popen[str]:
    """In a process group of its own, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "analyze", *words],
        env={**os.environ, **embedded.settings.env()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


async def village(stores: Stores) -> tuple[Store, range]:
    store = await stores.empty("embedded")
    ids = await crowd(store, 5)
    await store.load_people([{"id": ids[0], "externalId": "first"}])
    await store.load_edges("FOLLOWS", [(ids[a], ids[b], {"since": T0}) for a, b in FOLLOWS])
    return store, ids


async def test_pagerank_of_a_real_graph(stores: Stores, embedded: EmbeddedServers) -> None:
    _, ids = await village(stores)
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


async def test_results_are_written_replaced_and_taken_back(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    store, ids = await village(stores)
    for algorithm, expected in (("wcc", [0] * 5), ("scc", [0, 0, 1, 0, 0])):
        done = analyze(embedded, algorithm, "--write", "community", "--top", "1")
        assert done.returncode == 0, done.stderr
        assert "User.community is version" in done.stderr
        assert await store.results("User", "community", ids) == expected
    back = analyze(embedded, "--rollback", "community")
    assert (back.returncode, back.stdout) == (0, "")
    assert '"algorithm":"wcc"' in back.stderr
    assert await store.results("User", "community", ids) == [0] * 5
    for name in ("username", "Community", "_x", "id"):
        assert analyze(embedded, "wcc", "--write", name).returncode == 2
    assert analyze(embedded, "--rollback", "nothing").returncode == 2


async def test_an_interrupt_ends_it_at_once(stores: Stores, embedded: EmbeddedServers) -> None:
    store = await stores.empty("embedded")
    ids = await crowd(store, 1_500)
    ends = np.random.default_rng(1).integers(0, 1_500, (8_000, 2)).tolist()
    await store.load_edges("FOLLOWS", [(ids[a], ids[b], {"since": T0}) for a, b in ends if a != b])
    words = ("random-walk", "--source", f"p{ids[0]}", "--samples", f"{10**12}")
    process = started(embedded, *words)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()  # it computes
        assert line.startswith("amity: random-walk: "), line
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        until = time.monotonic() + PATIENCE
        assert process.wait(until - time.monotonic()) == 130
        rest = process.stderr.read()
        assert "Interrupted" in rest
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.communicate()
