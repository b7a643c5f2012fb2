"""Algorithms beside networkx, and beside igraph where somebody installed it for the comparison."""

from __future__ import annotations

import asyncio
import json
import lzma
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from analysts.runs.kinds import KINDS
from analysts.runs.snapshot import take_snapshot
from benchmarks.graph import BATCH, load_edges, person
from benchmarks.service import Service
from benchmarks.table import Row

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
GITHUB = Path(os.environ.get("AMITY_TEST_DATA", BESIDE)) / "graphs" / "musae_git_edges.csv.xz"
# What we hold ourselves to, against networkx.
TARGETS = {"pagerank": 10.0, "louvain": 100.0, "clustering": 35.0}
SLOWER_AT_MOST = 3.0  # than igraph
ALGORITHMS = (
    "pagerank",
    "louvain",
    "leiden",
    "clustering",
    "triangles",
    "wcc",
    "kcore",
    "betweenness",
    "closeness",
    "eigenvector",
    "bfs",
    "adamic-adar",
)
ON_THE_LARGE = ("pagerank", "wcc", "kcore", "triangles", "louvain")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    seconds: list[float]
    megabytes: float

    @property
    def text(self) -> str:
        middle = statistics.median(self.seconds)
        shown = f"{middle:.2f} s" if middle >= 1 else f"{middle * 1000:.3g} ms"
        return f"{shown}, {self.megabytes:,.0f} MiB"


async def rows(quick: bool) -> AsyncIterator[Row]:
    with tempfile.TemporaryDirectory(prefix="amity-bench-") as folder:
        name, edges = _github()
        path = Path(folder) / "edges.npy"
        np.save(path, edges)
        for algorithm in ALGORITHMS:
            async for row in _compared(name, algorithm, path, quick):
                yield row
        size = (100_000, 1_000_000) if quick else (1_000_000, 10_000_000)
        np.save(path, power_law(*size))
        name = f"power law, {size[0]:,} nodes, {size[1]:,} edges"
        for algorithm in ON_THE_LARGE:
            yield await _alone(name, algorithm, path)


async def _compared(name: str, algorithm: str, path: Path, quick: bool) -> AsyncIterator[Row]:
    """A round runs each library once, one after the other."""
    ours = await _take("amity", algorithm, path, 5)
    rounds = 1 if quick or algorithm == "louvain" else ROUNDS
    if algorithm != "leiden":
        theirs = await _take("networkx", algorithm, path, rounds)
        yield _ratio(name, algorithm, "networkx", theirs, ours, TARGETS.get(algorithm))
    if find_spec("igraph"):
        theirs = await _take("igraph", algorithm, path, 5)
        middle = statistics.median(theirs.seconds)
        yield Row(
            f"{algorithm}, igraph's time in ours, {name}",
            "none",
            [one / middle for one in ours.seconds],
            f"ours {ours.text}; igraph {theirs.text}",
            at_most=SLOWER_AT_MOST,
        )


def _ratio(
    name: str, algorithm: str, library: str, theirs: Taken, ours: Taken, target: float | None
) -> Row:
    middle = statistics.median(ours.seconds)
    return Row(
        f"{algorithm}, times faster than {library}, {name}",
        "none",
        [one / middle for one in theirs.seconds],
        f"ours {ours.text}; {library} {theirs.text}",
        at_least=target,
    )


async def _alone(name: str, algorithm: str, path: Path) -> Row:
    ours = await _take("amity", algorithm, path, 1)
    detail = f"ours {ours.text}"
    if find_spec("igraph"):
        detail += f"; igraph {(await _take('igraph', algorithm, path, 1)).text}"
    return Row(f"{algorithm}, {name}", "none", ours.seconds, detail, unit="s")


async def _take(library: str, algorithm: str, path: Path, runs: int) -> Taken:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.contender",
        library,
        algorithm,
        f"{path}",
        f"{runs}",
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{library} failed at {algorithm}")
    return Taken(**json.loads(said))


def _github() -> tuple[str, Any]:
    """The network of developers, where it lies beside; else one of its size."""
    if not GITHUB.exists():
        return "a power law of musae-git's size", power_law(37_700, 289_003)
    with lzma.open(GITHUB, "rt") as lines:
        return "musae-git", np.loadtxt(lines, np.int64, delimiter=",", skiprows=1)


def power_law(nodes: int, edges: int, seed: int = 3) -> Any:
    """Undirected, each pair once, no loops: degrees fall off as a power of their rank."""
    dice = np.random.default_rng(seed)
    heavy = (np.arange(nodes) + 10.0) ** -0.6
    place = np.cumsum(heavy / heavy.sum())
    found = np.empty(0, np.int64)
    while len(found) < edges:
        ends = np.searchsorted(place, dice.random((2, edges // 2))).clip(max=nodes - 1)
        low, high = np.minimum(*ends), np.maximum(*ends)
        fresh = (low * nodes + high)[low != high]
        found = np.unique(np.concatenate([found, fresh]))
    kept = dice.permutation(found)[:edges]
    names = dice.permutation(nodes)
    return names[np.stack([kept // nodes, kept % nodes], axis=1)]


async def snapshot(service: Service, quick: bool, now: int) -> AsyncIterator[Row]:
    """Reading all follows into arrays, from a store that has nothing else to do."""
    nodes, edges = (10_000, 100_000) if quick else (50_000, 1_000_000)
    store = service.store
    await store.wipe()
    first = await store.take_ids(nodes)
    people = [person(first + at, now, service.settings.jwt_issuer) for at in range(nodes)]
    for start in range(0, nodes, BATCH):
        await store.load_people(people[start : start + BATCH])
    pairs = power_law(nodes, edges) + first
    await load_edges(store, "FOLLOWS", [(a, b, {"since": now}) for a, b in pairs.tolist()])
    seconds = []
    for _ in range(ROUNDS):
        began = asyncio.get_running_loop().time()
        taken = await take_snapshot(store, KINDS["follows"])
        seconds.append(asyncio.get_running_loop().time() - began)
        if taken.graph.edges != edges:
            raise RuntimeError(f"{taken.graph.edges:,} of {edges:,} edges were read")
    yield Row(
        f"snapshot of {edges:,} edges",
        service.name,
        seconds,
        "all follows, read into arrays",
        unit="s",
        at_most=None if quick else 10.0,
    )
    yield Row(
        "bytes an edge of that snapshot",
        service.name,
        [taken.bytes / edges],
        "ids and rows",
        unit="bytes",
        at_most=16.0,
    )
