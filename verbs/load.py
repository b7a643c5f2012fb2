"""`amity load`: nodes and edges from files; the same command goes on where it was stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loaders.chunks import SourceError
from loaders.importing import Importer, Order
from loaders.mapping import MappingError
from loaders.parsing import load_mapping, shipped
from loaders.sources import batch_name, find_sources
from loaders.summary import DONE, Progress
from server import Rooms, now_ms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("source", nargs="*", metavar="SOURCE", help="files, globs, folders, or -")
    form.add_argument("--as", dest="mapping", metavar="MAPPING", help="a name of --list, or a file")
    form.add_argument("--list", action="store_true", help="the mappings that there are")
    form.add_argument("--batch", metavar="NAME", help="the name of this import")
    form.add_argument("--restart", action="store_true", help="from the beginning, though it began")
    form.add_argument("--rejects", type=Path, metavar="FILE", help="where rows are given back")
    form.add_argument("--tolerate", type=int, metavar="N", help="rejected rows; beyond, it stops")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        for name in shipped():
            print(f"{name}: {load_mapping(name).about}")
        return 0
    if not args.source or not args.mapping:
        return _wrong("a SOURCE and --as MAPPING are wanted; --list names the mappings")
    try:
        mapping = load_mapping(args.mapping)
        sources, left = find_sources(args.source, mapping)
    except (MappingError, SourceError) as wrong:
        return _wrong(f"{wrong}")
    for path in left:
        print(f"amity: {path} is left out: the mapping has no rule for it", file=sys.stderr)
    name = args.batch or batch_name(mapping, sources)

    async def work(rooms: Rooms) -> int:
        order = Order(
            name, sources, args.rejects or Path(f"{name}.rejects"), args.tolerate, args.restart
        )
        with _asked_to_stop(order.stop):
            try:
                progress = await Importer(rooms.store, now_ms, lambda *_: None).run(order)
            except SourceError as wrong:
                return _wrong(f"{wrong}", 1)
        return _tell(progress, order)

    return in_rooms(settings, "load", work)


def _tell(progress: Progress, order: Order) -> int:
    print(json.dumps(progress.summary(order.name)))
    if progress.rejected:
        print(f"amity: {progress.rejected} rows are given back in {order.rejects}", file=sys.stderr)
    if progress.status != DONE:
        print("amity: stopped; the same command goes on from here", file=sys.stderr)
    if order.stop.is_set() and progress.status != DONE:
        return 130
    return int(progress.rejected > 0 or progress.status != DONE)


@contextmanager
def _asked_to_stop(stop: asyncio.Event) -> Iterator[None]:
    """The first Ctrl-C lets the chunk at hand be finished; a second one ends at once."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        print("amity: stopping; once more ends at once", file=sys.stderr)
        stop.set()

    loop.add_signal_handler(signal.SIGINT, asked)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _wrong(sentence: str, code: int = 2) -> int:
    print(f"amity: {sentence}", file=sys.stderr)
    return code


VERB = Verb("amity load follows.csv --as follows", _arguments, _run)
