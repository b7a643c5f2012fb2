"""`amity load`: nodes and edges from files; the same command goes on where it was stopped."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from graph.imports import Import
from graph.store import Store
from loaders.chunks import SourceError
from loaders.importing import Importer, Order
from loaders.mapping import MappingError
from loaders.parsing import load_mapping, shipped
from loaders.progress import AUTO, LINES, NONE, Reporter
from loaders.reading import look_at
from loaders.rejects import place_fault
from loaders.sources import batch_name, find_sources
from loaders.summary import Progress
from loaders.undoing import UNDOING, undo
from rooms import Rooms, now_ms
from settings import Settings
from verbs import Verb
from verbs.load_whole import in_one_piece, offline
from verbs.loading import alone, asked_to_stop, foresee, tell, wrong
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument(
        "source",
        nargs="*",
        metavar="SOURCE",
        help="files, globs, folders, or -; or `status`; or `undo` and the NAME of an import",
    )
    form.add_argument("--as", dest="mapping", metavar="MAPPING", help="a name of --list, or a file")
    form.add_argument("--list", action="store_true", help="the mappings that there are")
    form.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
    form.add_argument("--batch", metavar="NAME", help="the name of this import")
    form.add_argument("--restart", action="store_true", help="from the beginning, though it began")
    form.add_argument("--rejects", type=Path, metavar="FILE", help="where rows are given back")
    form.add_argument("--tolerate", type=int, metavar="N", help="rejected rows; beyond, it stops")
    form.add_argument(
        "--neo4j-home",
        type=Path,
        metavar="DIR",
        help="into a Neo4j that was never started, through its offline importer",
    )
    form.add_argument(
        "--bulk",
        action="store_true",
        help="into an empty embedded graph, through its bulk endpoint: all or nothing, and "
        "nobody can follow anybody while it writes",
    )
    form.add_argument("--progress", choices=(AUTO, LINES, NONE), default=AUTO, help="on stderr")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        for name in shipped():
            print(f"{name}: {load_mapping(name).about}")
        return 0
    if args.mapping is None and args.source[:1] == ["status"] and len(args.source) == 1:
        return in_rooms(settings, "load", lambda rooms: status(rooms.store))
    if args.mapping is None and args.source[:1] == ["undo"] and len(args.source) == 2:
        return in_rooms(
            settings,
            "load",
            lambda rooms: take_back(rooms.store, args.source[1], settings.data_dir),
        )
    if not args.source or not args.mapping:
        return wrong("a SOURCE and --as MAPPING are wanted; --list names the mappings")
    if args.bulk and (args.dry_run or args.restart or args.neo4j_home is not None):
        return wrong("--bulk goes with none of --dry-run, --restart and --neo4j-home")
    if args.rejects is not None and not args.rejects.absolute().parent.is_dir():
        return wrong(f"--rejects {args.rejects}: there is no such folder")
    try:
        mapping = load_mapping(args.mapping)
        sources, left = find_sources(args.source, mapping)
        look_at(sources)
    except (MappingError, SourceError) as refused:
        return wrong(f"{refused}")
    for path, reason in left.items():
        print(f"amity: {path} is left out: {reason}", file=sys.stderr)

    crowd = settings.celebrity_followers
    order = Order(
        name := args.batch or batch_name(mapping, sources),
        sources,
        args.rejects or Path(f"{name}.rejects"),
        args.tolerate,
        args.restart,
        crowd,
    )
    if not args.dry_run and (fault := place_fault(order.rejects, _read(order, args.mapping))):
        return wrong(
            f"rows can't be given back in {order.rejects}: {fault}; name another --rejects"
        )
    if args.neo4j_home is not None:
        return offline(order, args.neo4j_home.absolute(), args.progress, dry=args.dry_run)

    async def work(rooms: Rooms) -> int:
        try:
            if args.dry_run:
                return await foresee(rooms.store, order)
            with alone(settings.data_dir, name):
                if args.bulk:
                    return await in_one_piece(order, rooms.store, args.progress)
                if args.rejects is not None and await _anothers(rooms.store, order):
                    return wrong(
                        f"--rejects {order.rejects}: it has rows that another import gave back; "
                        "move it away, or name another file"
                    )
                return await load(rooms.store, order, args.progress)
        except SourceError as refused:
            return wrong(f"{refused}", 1)

    return in_rooms(settings, "load", work)


def _read(order: Order, mapping: str) -> list[str | int]:
    """Whatever is read: nothing may be written there."""
    read: list[str | int] = [sys.stdin.fileno() if one.pipe else one.path for one in order.sources]
    return [*read, mapping]


async def _anothers(store: Store, order: Order) -> bool:
    """Whether there is a file of given-back rows that is not what this import began with."""
    if not order.rejects.exists() or not order.rejects.stat().st_size:
        return False
    began = [one.state for one in await store.imports() if one.name == order.name and one.state]
    return all(state.get("rejects") != str(order.rejects) for state in began)


async def load(store: Store, order: Order, kind: str) -> int:
    report = Reporter(sys.stderr, kind, order.sources)
    with asked_to_stop(order.stop):
        try:
            progress = await Importer(store, now_ms, report).run(order)
        finally:
            report.close()
    return tell(progress, order)


async def status(store: Store) -> int:
    for one in await store.imports():
        print(_line(one))
    return 0


async def take_back(store: Store, name: str, folder: Path) -> int:
    try:
        with alone(folder, name):
            taken = await undo(store, name)
    except SourceError as refused:
        return wrong(f"{refused}", 1)
    print(json.dumps({"batch": name, "removed": taken.removed, "kept": taken.kept}))
    return 0


def _line(one: Import) -> str:
    if "progress" not in one.state:
        return f"{one.name}: begun, nothing read"
    if one.state.get(UNDOING):
        return f"{one.name}: being taken back; the same `amity load undo` goes on with it"
    progress = Progress.from_json(one.state["progress"])
    since = datetime.fromtimestamp(progress.began / 1000, UTC).isoformat(timespec="seconds")
    return (
        f"{one.name}: {progress.status}, began {since.replace('+00:00', 'Z')}; "
        f"{progress.read} read, {progress.created} created, {progress.changed} changed, "
        f"{progress.same} the same, {progress.rejected} rejected"
    )


VERB = Verb("amity load follows.csv --as follows", _arguments, _run)
