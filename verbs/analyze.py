"""`amity analyze`: graph algorithms over a snapshot of the graph."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

from analysts.cypher.formats import MEDIA
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.estimate import Limits
from analysts.runs.kinds import KINDS
from analysts.runs.run import Question, Result, estimated, ranked, run
from analysts.runs.show import show_facts, show_rows
from analysts.runs.values import DEFAULT_SEED, Options, Values
from graph.errors import BadInput, NotFound, TooExpensive
from server import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


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
    form.add_argument("--estimate", action="store_true", help="say what it would cost, run nothing")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        return _list()
    if args.algorithm is None:
        print("amity: which algorithm? `amity analyze --list` names them", file=sys.stderr)
        return 2
    try:
        return in_rooms(settings, "analyze", _work(args, settings))
    except (BadInput, NotFound, TooExpensive) as wrong:
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
        return await _show(rooms, args, result)

    return work


def _question(args: argparse.Namespace) -> Question:
    options = Options(
        samples=args.samples, seed=args.seed, resolution=args.resolution, top=args.top
    )
    return Question(args.algorithm, args.graph, args.source, args.target, options)


async def _show(rooms: Rooms, args: argparse.Namespace, result: Result) -> int:
    if args.summary or result.question.about.values is Values.NONE:
        await show_facts(result.facts, args.format)
    else:
        await show_rows(await ranked(rooms.store, result, args.top), args.format)
    return 0


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
