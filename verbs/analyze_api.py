"""`amity analyze` through the API of a running Amity, with the rights of a token."""

from __future__ import annotations

import argparse
import asyncio
import base64
from collections.abc import Callable
from typing import Any

from analysts.plots import access_file
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.kinds import KINDS
from analysts.runs.ranking import COLUMNS
from analysts.runs.show import published, show_facts, show_rows
from analysts.runs.values import Values
from graph.upkeep import Published
from verbs import service

Note = Callable[[str], None]
ASKED = ("algorithm", "graph", "source", "target", "top", "samples", "seed", "resolution")
ALSO = ("summary", "estimate", "write", "rollback")


def ask(args: argparse.Namespace, note: Note) -> int:
    given = {name: getattr(args, name) for name in (*ASKED, *ALSO)}
    rows: list[list[Any]] = []
    end: dict[str, Any] = {}
    if args.plot:
        given["plot"] = access_file(args.plot)
    body = {name: value for name, value in given.items() if value not in (None, False)}
    for line in service.lines("/analyze", body):
        match line:
            case {"note": text}:
                note(text)
            case {"row": row}:
                rows.append([row[name] for name in COLUMNS])
            case {"end": said}:
                end = said
    if end["picture"]:
        args.plot.write_bytes(base64.b64decode(end["picture"]))
        note(f"drew {args.plot}")
    asyncio.run(_show(args, rows, end, note))
    return 0


async def _show(
    args: argparse.Namespace, rows: list[list[Any]], end: dict[str, Any], note: Note
) -> None:
    if end["written"]:
        stands, name = Published(**end["written"]), args.rollback or args.write
        note(published(KINDS[args.graph].edge.source, name, stands))
    if args.rollback:
        return
    if args.summary or args.estimate or ALGORITHMS[args.algorithm].values is Values.NONE:
        await show_facts(end["facts"], args.format)
    else:
        await show_rows(rows, args.format)
    cut = f", cut off after {end['rows']:,} rows" if end["cut"] else ""
    note(f"as of {end['asOf']}{cut}")
