"""`make bench`: one table of ratios, taken in one run. Nothing in the tests depends on it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest

from benchmarks import (
    algorithms,
    analysts,
    fanout,
    feed,
    followers,
    follows,
    footprint,
    graph,
    lifecycle,
    live,
    loading,
    reach,
)
from benchmarks.service import service
from benchmarks.snb import timing
from benchmarks.table import Row, machine, render
from tests.servers.neo4j import neo4j_server

GROUPS = {
    "start": "starting and stopping (embedded)",
    "reach": "mutual friends and friends of friends against Cypher",
    "hello": "a small question against a bare answer",
    "memory": "bytes a cached edge",
    "follows": "follows of a celebrity",
    "feed": "pages of the home feed",
    "fanout": "a post on its way to many (embedded)",
    "analysts": "fifty analysts beside a frontend",
    "load": "importing edges, beside what else there is",
    "load-memory": "memory of an import of one and of five million edges (embedded, ten minutes)",
    "live": "sockets that listen (embedded)",
    "algorithms": "algorithms against networkx (and igraph, where it is installed)",
    "snapshot": "all follows read into arrays",
    "million": "a user with a million followers (embedded)",
    "snb": "the reads of the LDBC social network",
}


def main() -> int:
    args = _parser().parse_args()
    chosen = set(args.only or GROUPS)
    print(f"Amity's benchmarks. {machine()}.", flush=True)
    began = time.perf_counter()
    rows = asyncio.run(collect(chosen, args.store or ["embedded", "neo4j"], args.quick))
    print(render(rows))
    kind = "quick, figures are rough" if args.quick else "whole"
    print(f"One run ({kind}), {time.perf_counter() - began:.0f} s. A ratio is A / B, one a round.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller and rougher: about a minute")
    parser.add_argument("--only", action="append", choices=GROUPS, help="may be repeated")
    parser.add_argument(
        "--store", action="append", choices=("embedded", "neo4j"), help="may be repeated"
    )
    return parser


async def collect(chosen: set[str], stores: list[str], quick: bool) -> list[Row]:
    rows: list[Row] = []
    async for row in _all(chosen, stores, quick):
        print(f"  {row.name} [{row.store}]: {row.cells()[2]} {row.verdict}", file=sys.stderr)
        rows.append(row)
    return rows


async def _all(chosen: set[str], stores: list[str], quick: bool) -> AsyncIterator[Row]:
    if "start" in chosen and "embedded" in stores:
        async for row in lifecycle.start_and_stop(quick):
            yield row
    if chosen & {"load", "load-memory"}:
        async for row in loading.of_stores(chosen, stores, quick):
            yield row
    if "algorithms" in chosen:
        async for row in algorithms.rows(quick):
            yield row
    for name in stores:
        with ExitStack() as resources:
            external = resources.enter_context(_external(name))
            if external is not None and chosen - {"start", "algorithms", "load", "load-memory"}:
                async for row in _of_store(name, external, chosen, quick):
                    yield row


async def _of_store(
    name: str, external: Mapping[str, str], chosen: set[str], quick: bool
) -> AsyncIterator[Row]:
    now = int(time.time() * 1000)
    async with service(name, external) as running:
        if chosen & {"reach", "hello", "memory", "follows", "feed", "analysts"}:
            issuer = running.settings.jwt_issuer
            ids = await graph.load(running.store, graph.plan(), now, issuer)
            if "reach" in chosen:
                # Cypher has every core to itself; so have we.
                await running.restart(workers=os.cpu_count() or 1)
                async for row in reach.rows(running, ids, quick):
                    yield row
                await running.restart(workers=1)
            if "hello" in chosen and not external:
                async for row in lifecycle.hello(running, ids[0], quick):
                    yield row
            if "memory" in chosen and not external:
                async for row in footprint.rows(running, ids):
                    yield row
            if "follows" in chosen:
                async for row in follows.rows(running, ids, quick):
                    yield row
            if "feed" in chosen:
                async for row in feed.rows(running, ids, now, quick):
                    yield row
            if "analysts" in chosen:
                async for row in analysts.rows(running, ids, quick):
                    yield row
        if "fanout" in chosen and not external:
            async for row in fanout.rows(running, quick, now):
                yield row
        if "live" in chosen and not external:
            async for row in live.rows(running, quick):
                yield row
        if "snapshot" in chosen:
            async for row in algorithms.snapshot(running, quick, now):
                yield row
        if "million" in chosen and not external:
            async for row in followers.rows(running, quick, now):
                yield row
        if "snb" in chosen:
            async for row in timing.rows(running, quick):
                yield row


@contextmanager
def _external(name: str) -> Iterator[Mapping[str, str] | None]:
    """Settings for a graph that is not Amity's own; None where it can't be had."""
    if name == "embedded":
        yield {}
        return
    with ExitStack() as resources:
        try:
            server = resources.enter_context(neo4j_server())
        except pytest.skip.Exception as skipped:
            print(f"neo4j: left out, {skipped}", flush=True)
            yield None
            return
        given = {
            "AMITY_GRAPH_URL": server.url,
            "AMITY_GRAPH_USER": server.user,
            "AMITY_GRAPH_PASSWORD": server.password,
            "AMITY_GRAPH_DATABASE": server.database,
        }
        yield {name: value for name, value in given.items() if value}


if __name__ == "__main__":
    sys.exit(main())
