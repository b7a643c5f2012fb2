"""`amity load`: nodes and edges from files; the same command goes on where it was stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from graph.imports import Import
from graph.store import Store
from graph.stores.offline import Admin, OfflineError, OfflineStore
from loaders.chunks import SourceError
from loaders.dryrun import DryRun
from loaders.importing import Importer, Order
from loaders.mapping import Mapping, MappingError
from loaders.parsing import load_mapping, shipped
from loaders.progress import AUTO, LINES, NONE, Reporter
from loaders.sources import Source, batch_name, find_sources
from loaders.summary import DONE, Progress
from loaders.undoing import undo
from rooms import Rooms, now_ms
from settings import Settings
from verbs import Verb
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
    form.add_argument("--progress", choices=(AUTO, LINES, NONE), default=AUTO, help="on stderr")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.list:
        for name in shipped():
            print(f"{name}: {load_mapping(name).about}")
        return 0
    if args.mapping is None and args.source[:1] == ["status"] and len(args.source) == 1:
        return in_rooms(settings, "load", lambda rooms: status(rooms.store))
    if args.mapping is None and args.source[:1] == ["undo"] and len(args.source) == 2:
        return in_rooms(settings, "load", lambda rooms: take_back(rooms.store, args.source[1]))
    if not args.source or not args.mapping:
        return _wrong("a SOURCE and --as MAPPING are wanted; --list names the mappings")
    try:
        mapping = load_mapping(args.mapping)
        sources, left = find_sources(args.source, mapping)
    except (MappingError, SourceError) as wrong:
        return _wrong(f"{wrong}")
    for path in left:
        print(f"amity: {path} is left out: the mapping has no rule for it", file=sys.stderr)

    crowd = settings.celebrity_followers
    if args.neo4j_home is not None:
        return load_offline(args, mapping, sources, crowd)

    async def work(rooms: Rooms) -> int:
        try:
            if args.dry_run:
                return await foresee(rooms.store, sources, crowd)
            return await load(rooms.store, args, mapping, sources, crowd)
        except SourceError as wrong:
            return _wrong(f"{wrong}", 1)

    return in_rooms(settings, "load", work)


async def load(
    store: Store,
    args: argparse.Namespace,
    mapping: Mapping,
    sources: list[Source],
    crowd: int,
) -> int:
    name = args.batch or batch_name(mapping, sources)
    rejects = args.rejects or Path(f"{name}.rejects")
    order = Order(name, sources, rejects, args.tolerate, args.restart, crowd)
    report = Reporter(sys.stderr, args.progress, sources)
    with _asked_to_stop(order.stop):
        try:
            progress = await Importer(store, now_ms, report).run(order)
        finally:
            report.close()
    return _tell(progress, order)


def load_offline(
    args: argparse.Namespace, mapping: Mapping, sources: list[Source], crowd: int
) -> int:
    """All or nothing: until the importer has run, there is no database."""
    admin = Admin(args.neo4j_home.absolute())
    name = args.batch or batch_name(mapping, sources)
    rejects = args.rejects or Path(f"{name}.rejects")
    try:
        admin.check()
        with tempfile.TemporaryDirectory(prefix="amity-import-") as folder:
            store = OfflineStore(Path(folder))
            order = Order(name, sources, rejects, args.tolerate, crowd=crowd)
            report = Reporter(sys.stderr, args.progress, sources)
            try:
                importer = Importer(cast(Store, store), now_ms, report)
                progress = asyncio.run(importer.run(order))
            finally:
                report.close()
            if progress.status == DONE:
                admin.run(*store.finish())
    except (OfflineError, SourceError) as wrong:
        return _wrong(f"{wrong}", 1)
    return _tell(progress, order)


async def foresee(store: Store, sources: list[Source], supernode: int) -> int:
    found = await DryRun(store, supernode).run(sources)
    print(json.dumps(found))
    return int(found["rejected"] > 0)


async def status(store: Store) -> int:
    for one in await store.imports():
        print(_line(one))
    return 0


async def take_back(store: Store, name: str) -> int:
    taken = await undo(store, name)
    print(json.dumps({"batch": name, "removed": taken.removed, "kept": taken.kept}))
    return 0


def _line(one: Import) -> str:
    if not one.state:
        return f"{one.name}: begun, nothing read"
    progress = Progress.from_json(one.state["progress"])
    since = datetime.fromtimestamp(progress.began / 1000, UTC).isoformat(timespec="seconds")
    return (
        f"{one.name}: {progress.status}, began {since.replace('+00:00', 'Z')}; "
        f"{progress.read} read, {progress.created} created, {progress.changed} changed, "
        f"{progress.same} the same, {progress.rejected} rejected"
    )


def _tell(progress: Progress, order: Order) -> int:
    print(json.dumps(progress.summary(order.name)))
    if progress.rejected:
        print(f"amity: {progress.rejected} rows are given back in {order.rejects}", file=sys.stderr)
    if progress.status != DONE:
        print("amity: stopped; the same command goes on from here", file=sys.stderr)
        return 130 if order.stop.is_set() else 1
    return int(progress.rejected > 0)


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
