"""How long each read of the LDBC social network takes, asked as `amity cypher` asks it.

Not a benchmark run as LDBC audits them: one reader, a warm store, a few parameters. The whole
group takes the data set of scale 0.1 and the parameters of its published answers, the quick one
the smallest data set.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from analysts.cypher.asking import Bounds, asked
from analysts.cypher.gate import Judged, judge
from benchmarks.service import Service
from benchmarks.snb import COMPLEX, SHORT, text_of
from benchmarks.table import Row
from graph.store import Store
from tests.snb.choosing import Choosing
from tests.snb.files import read
from tests.snb.loading import DATA, load, unpacked

SETS = 8  # of parameters, where none are published
ROUNDS, QUICK_ROUNDS = 7, 3

Params = Mapping[str, Any]


async def rows(service: Service, quick: bool) -> AsyncIterator[Row]:
    scale = "0.003" if quick else "0.1"
    archive = "snb-sf0.003-v1.tar.xz" if quick else "snb-sf0.1.tar.xz"
    with tempfile.TemporaryDirectory(prefix="amity-snb-") as name:
        try:
            folder = unpacked(archive, Path(name))
        except pytest.skip.Exception as skipped:
            print(f"LDBC social network: left out, {skipped}", flush=True)
            return
        began = time.perf_counter()
        done = await load(service.store, folder, Path(name) / "rejects")
        seconds = time.perf_counter() - began
        rate = f"{done.created:,} rows, {done.created / seconds:,.0f} a second"
        yield Row(f"LDBC network, scale {scale}: load", service.name, [seconds], rate, unit="s")
        choosing = Choosing(read(folder), seed=14)
        published = {} if quick else _published()
        for one in (*COMPLEX, *SHORT):
            params = published.get(one) or [choosing.of(one) for _ in range(SETS)]
            yield await _row(service, one, params, QUICK_ROUNDS if quick else ROUNDS)


def _published() -> dict[str, list[Params]]:
    found: dict[str, list[Params]] = {}
    for line in (DATA / "snb-sf0.1-answers.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        found.setdefault(one["query"].lower(), []).append(one["params"])
    return found


async def _row(service: Service, name: str, params: Sequence[Params], rounds: int) -> Row:
    """The median of each round; the first round only warms up."""
    judged = [judge(text_of(name), one, limit=10_001) for one in params]
    medians, slowest, answered = [], 0.0, 0
    for turn in range(rounds + 1):
        times = []
        for one in judged:
            began = time.perf_counter()
            found = await _answered(service.store, one)
            times.append((time.perf_counter() - began) * 1000)
            answered += found if turn == 0 else 0
        if turn:
            medians.append(statistics.median(times))
            slowest = max(slowest, *times)
    detail = f"{answered} rows for {len(params)} sets of parameters, slowest {slowest:.3g} ms"
    return Row(f"LDBC network: {name.upper()}", service.name, medians, detail, unit="ms")


async def _answered(store: Store, judged: Judged) -> int:
    async with asked(store, judged, Bounds(), 0) as answer:
        return sum([1 async for _ in answer])
