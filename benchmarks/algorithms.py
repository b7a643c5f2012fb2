"""Algorithms beside networkx, and beside igraph where somebody installed it for the comparison."""

from __future__ import annotations

import asyncio
import lzma
import os
import statistics
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
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
    "clustering",
    "degree",
    "personalised pagerank",
    "hits",
    "katz",
    "eigenvector",
    "closeness",
    "harmonic",
    "betweenness",
    "wcc",
    "scc",
    "labels",
    "leiden",
    "modularity",
    "kcore",
    "triangles",
    "transitivity",
    "adamic-adar",
    "jaccard",
    "resource-allocation",
    "preferential-attachment",
    "bfs",
    "paths",
    "diameter",
    "assortativity",
    "reciprocity",
)
# What one has no call for, or needs minutes for.
WITHOUT = {
    "networkx": ("leiden", "diameter"),
    "igraph": ("katz", "diameter", "jaccard", "resource-allocation", "preferential-attachment"),
}
ON_THE_LARGE = ("pagerank", "wcc", "kcore", "triangles", "louvain")
ROUNDS = 3
RUNS = 5  # a round, of what takes less than this
LONG_SECONDS = 1.0


@dataclass(slots=True)
class Taken:
    """What a library needed: a figure a round, the least of its runs."""

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    @property
    def text(self) -> str:
        middle = statistics.median(self.seconds)
        if middle >= 1:
            shown = f"{middle:.2f} s"
        else:
            shown = f"{middle * 1000:.3g} ms" if middle >= 0.001 else f"{middle * 1e6:.3g} µs"
        return f"{shown}, {self.megabytes:,.0f} MiB"


async def rows(quick: bool) -> AsyncIterator[Row]:
    with tempfile.TemporaryDirectory(prefix="amity-bench-") as folder:
        name, edges = _github()
        path = Path(folder) / "edges.npy"
        np.save(path, edges)
        for algorithm in ALGORITHMS:
            for row in await _compared(name, algorithm, path, 1 if quick else ROUNDS):
                yield row
        size = (100_000, 1_000_000) if quick else (1_000_000, 10_000_000)
        np.save(path, power_law(*size))
        name = f"power law, {size[0]:,} nodes, {size[1]:,} edges"
        for algorithm in ON_THE_LARGE:
            yield await _alone(name, algorithm, path)


async def _compared(name: str, algorithm: str, path: Path, rounds: int) -> list[Row]:
    there = [one for one in _libraries() if algorithm not in WITHOUT.get(one, ())]
    taken = await _take(there, algorithm, path, rounds)
    ours, found = taken["amity"], []
    for other in there[1:]:
        theirs = taken[other]
        detail = f"ours {ours.text}; {other} {theirs.text}"
        faster = list(zip(theirs.seconds, ours.seconds, strict=True))
        if other == "networkx":
            what = f"{algorithm}, times faster than networkx, {name}"
            ratios = [their / our for their, our in faster]
            found.append(Row(what, "none", ratios, detail, at_least=TARGETS.get(algorithm)))
        else:
            what = f"{algorithm}, our time in igraph's, {name}"
            ratios = [our / their for their, our in faster]
            found.append(Row(what, "none", ratios, detail, at_most=SLOWER_AT_MOST))
    return found


async def _alone(name: str, algorithm: str, path: Path) -> Row:
    there = [one for one in _libraries() if one != "networkx"]
    taken = await _take(there, algorithm, path, 1)
    detail = "; ".join(f"{'ours' if one == 'amity' else one} {taken[one].text}" for one in there)
    return Row(f"{algorithm}, {name}", "none", taken["amity"].seconds, detail, unit="s")


def _libraries() -> list[str]:
    return ["amity", "networkx", *(["igraph"] if find_spec("igraph") else [])]


async def _take(
    libraries: Sequence[str], algorithm: str, path: Path, rounds: int
) -> dict[str, Taken]:
    """All stand ready, each in its process; a round lets one after the other run."""
    taken = {library: Taken() for library in libraries}
    async with AsyncExitStack() as stack:
        started = {
            library: await stack.enter_async_context(_contender(library, algorithm, path))
            for library in libraries
        }
        for _ in range(rounds):
            for library, contender in started.items():
                taken[library].seconds.append(await _round(contender))
        for library, contender in started.items():
            taken[library].megabytes = await _end(contender)
    return taken


@asynccontextmanager
async def _contender(library: str, algorithm: str, path: Path) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.contender", library, algorithm, f"{path}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await _line(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _round(contender: Process) -> float:
    """The least of some runs; one that is long is run once."""
    least = await _run(contender)
    for _ in range(RUNS - 1 if least < LONG_SECONDS else 0):
        least = min(least, await _run(contender))
    return least


async def _run(contender: Process) -> float:
    assert contender.stdin
    contender.stdin.write(b"run\n")
    return float(await _line(contender))


async def _end(contender: Process) -> float:
    assert contender.stdin
    contender.stdin.close()
    return float(await _line(contender))


async def _line(process: Process) -> bytes:
    assert process.stdout
    said = await process.stdout.readline()
    if not said:
        raise RuntimeError("a library failed: what it said stands above")
    return said


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
