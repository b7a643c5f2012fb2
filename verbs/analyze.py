"""`amity analyze`: graph algorithms over a snapshot of the graph."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from analysts.cypher.formats import MEDIA
from analysts.plots import access_file
from analysts.plots.chosen import nodes_to_name
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.estimate import Limits
from analysts.runs.kinds import KINDS
from analysts.runs.run import Question, Result, estimated, names, ranked, run
from analysts.runs.show import published, show_facts, show_rows
from analysts.runs.values import DEFAULT_SEED, Options, Values
from analysts.runs.writing import access_property, write
from graph.errors import BadInput, Conflict, NotFound, TooExpensive
from graph.upkeep import Published
from rooms import Rooms
from settings import Settings
from verbs import Verb, analyze_api, service
from verbs.rooms import in_rooms

NOTE_NODES = 50_000


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("algorithm", nargs="?", choices=sorted(ALGORITHMS), metavar="ALGORITHM")
    form.add_argument("--list", action="store_true", help="name the algorithms and the graphs")
    form.add_argument(
        "--graph", choices=sorted(KINDS), default="follows", help="which edges; follows if left out"
    )
    form.add_argument("--source", help="the username or id of the node that it is about")
    form.add_argument("--target", help="the same of the node that paths lead to")
    form.add_argument("--top", type=_count, help="only so many rows, the best first")
    form.add_argument("--samples", type=_count, help="search from so many nodes only")
    form.add_argument("--seed", type=_seed, default=DEFAULT_SEED, help="of everything random; 1")
    form.add_argument(
        "--resolution", type=_positive, default=1.0, help="above 1: more, smaller communities"
    )
    form.add_argument("--format", choices=sorted(MEDIA), default="table")
    form.add_argument("--summary", action="store_true", help="numbers of the whole graph instead")
    form.add_argument("--plot", type=Path, metavar="FILE", help="a picture: .png or .svg")
    form.add_argument("--write", metavar="PROPERTY", help="keep the results on the nodes")
    form.add_argument("--rollback", metavar="PROPERTY", help="what stood there before --write")
    form.add_argument("--estimate", action="store_true", help="say what it would cost, run nothing")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        return _list()
    if args.algorithm is None and args.rollback is None:
        print("amity: which algorithm? `amity analyze --list` names them", file=sys.stderr)
        return 2
    try:
        if args.plot:
            access_file(args.plot)
        kind = KINDS[args.graph].edge.source
        for name in filter(None, (args.write, args.rollback)):
            access_property(kind, name)
        if service.is_wanted():
            return analyze_api.ask(args, _note)
        work = _work(args, settings) if args.rollback is None else _restore(kind, args.rollback)
        return in_rooms(settings, "analyze", work)
    except (BadInput, Conflict, NotFound, TooExpensive) as wrong:
        _note(f"{wrong}")
        return 2


def _work(args: argparse.Namespace, settings: Settings) -> Callable[[Rooms], Awaitable[int]]:
    limits = Limits(settings.analyze_memory_mb, settings.analyze_seconds)
    question = _question(args)

    async def work(rooms: Rooms) -> int:
        if args.estimate:
            found = await estimated(rooms.store, question, limits)
            await show_facts(found.as_json(), args.format)
            return 0
        result = await run(rooms.store, question, limits, _note)
        if args.plot:
            await _plot(rooms, args.plot, result)
        if args.write:
            written = await write(rooms.store, result, args.write, _staged)
            _published(question.kind.edge.source, args.write, written)
        return await _show(rooms, args, result)

    return work


def _question(args: argparse.Namespace) -> Question:
    options = Options(
        samples=args.samples, seed=args.seed, resolution=args.resolution, top=args.top
    )
    return Question(args.algorithm, args.graph, args.source, args.target, options)


async def _plot(rooms: Rooms, path: Path, result: Result) -> None:
    from analysts.plots.plot import plot  # matplotlib is heavy

    called = await names(rooms.store, result, nodes_to_name(result))
    await asyncio.to_thread(path.write_bytes, plot(access_file(path), result, called))
    _note(f"drew {path}")


def _restore(kind: str, name: str) -> Callable[[Rooms], Awaitable[int]]:
    async def work(rooms: Rooms) -> int:
        _published(kind, name, await rooms.store.restore_result(kind, name))
        return 0

    return work


def _published(kind: str, name: str, found: Published) -> None:
    _note(published(kind, name, found))


async def _show(rooms: Rooms, args: argparse.Namespace, result: Result) -> int:
    if args.summary or result.question.about.values is Values.NONE:
        await show_facts(result.facts, args.format)
    else:
        rows = await ranked(rooms.store, result, args.top)
        await show_rows((row.cells() for row in rows), args.format)
    return 0


def _staged(count: int) -> None:
    if count % NOTE_NODES == 0:
        _note(f"wrote {count:,} …")


def _note(text: str) -> None:
    print(f"amity: {text}", file=sys.stderr, flush=True)


def _list() -> int:
    for name, algorithm in ALGORITHMS.items():
        print(f"{name:<24}{algorithm.about}")
    print()
    for name, kind in KINDS.items():
        print(f"{'--graph ' + name:<24}{kind.about}")
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number, at least 1, is wanted")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a whole number is wanted")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("a number above 0 is wanted")
    return value


VERB = Verb("amity analyze pagerank --graph follows --top 10", _arguments, _run)
