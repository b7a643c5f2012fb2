"""`amity export`: the whole graph as files, or one person's data."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from graph.errors import NotFound
from graph.store import Store
from graph.usernames import username_key
from rooms import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms

FORMATS = ("parquet", "csv", "graphml")


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("folder", type=Path, metavar="DIR", help="a folder that is new, or empty")
    form.add_argument("--format", choices=FORMATS, default="parquet")
    form.add_argument("--user", metavar="USERNAME", help="only this person's data, as JSON")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        if any(args.folder.iterdir()):
            return _wrong(f"{args.folder} is not empty")
    except OSError as error:
        return _wrong(f"{args.folder} can't be used: {error.strerror}")

    async def work(rooms: Rooms) -> int:
        if args.user:
            return await one(rooms.store, args.user, args.folder)
        return await everything(rooms.store, args.folder, args.format)

    return in_rooms(settings, "export", work)


async def everything(store: Store, folder: Path, format: str) -> int:
    from graph.model import EDGES
    from graph.nodes import NODES
    from loaders import sinks
    from loaders.exporting import export, exported, mapping_text

    if format == "graphml":
        graphml = sinks.GraphMl(folder)
        nodes = {prop.name: prop for node in NODES for prop in exported(node.properties)}
        edges = {prop.name: prop for edge in EDGES for prop in exported(edge.properties)}
        graphml.declare(list(nodes.values()), list(edges.values()))
        try:
            counts = await export(store, graphml)
        finally:
            graphml.close()
    else:
        sink = sinks.Csv(folder) if format == "csv" else sinks.Parquet(folder)
        counts = await export(store, sink)
        (folder / "mapping.yaml").write_text(mapping_text(sink.suffix), encoding="utf-8")
    print(json.dumps(counts))
    return 0


async def one(store: Store, username: str, folder: Path) -> int:
    from loaders.exporting import export_person

    [person] = await store.find_people("usernameKey", [username_key(username)])
    if person is None:
        raise NotFound(f"There is nobody called {username}.")
    told = await export_person(store, person)
    path = folder / f"user_{person}.json"
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path)
    return 0


def _wrong(sentence: str) -> int:
    print(f"amity: {sentence}", file=sys.stderr)
    return 2


VERB = Verb("amity export backup --format csv", _arguments, _run)
