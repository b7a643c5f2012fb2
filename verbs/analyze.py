"""`amity analyze`: graph algorithms over a snapshot of the graph."""

from __future__ import annotations

import argparse
import sys

from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.kinds import KINDS
from analysts.runs.run import Question, run
from analysts.runs.show import FORMATS, show
from server import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("algorithm", nargs="?", choices=sorted(ALGORITHMS), metavar="ALGORITHM")
    form.add_argument("--list", action="store_true", help="name the algorithms and the graphs")
    form.add_argument(
        "--graph", choices=sorted(KINDS), default="follows", help="follows if left out"
    )
    form.add_argument("--top", type=_count, help="only so many, the best first")
    form.add_argument("--format", choices=FORMATS, default="table")
    form.add_argument("--summary", action="store_true", help="numbers of the whole graph instead")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        _list()
        return 0
    if args.algorithm is None:
        print("amity: which algorithm? `amity analyze --list` names them", file=sys.stderr)
        return 2
    question = Question(args.algorithm, args.graph, args.top, args.summary)

    async def work(rooms: Rooms) -> int:
        answer = await run(rooms.store, question, settings.analyze_seconds, _note)
        show(answer, args.format)
        return 0

    return in_rooms(settings, "analyze", work)


def _note(text: str) -> None:
    print(f"amity: {text}", file=sys.stderr, flush=True)


def _list() -> None:
    for name, algorithm in ALGORITHMS.items():
        print(f"{name:<16} {algorithm.about}")
    print()
    for name, kind in KINDS.items():
        print(f"--graph {name:<16} {kind.about}")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number, at least 1, is wanted")
    return int(text)


VERB = Verb("amity analyze pagerank --graph follows --top 10", _arguments, _run)
