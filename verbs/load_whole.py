"""`amity load` of an empty graph in one piece: all files are read before anything is written."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

from graph.errors import AmityError
from graph.store import Capability, Store
from graph.stores.memory import MemoryStore
from graph.stores.offline import Admin, EndpointStore, OfflineError, OfflineStore
from graph.whole import Whole
from loaders.chunks import SourceError
from loaders.importing import Importer, Order, resumed
from loaders.piped import GivenUp
from loaders.progress import Reporter
from loaders.summary import DONE, STOPPED, Progress
from rooms import now_ms
from verbs.loading import asked_to_stop, foresee, tell, wrong


def offline(order: Order, home: Path, kind: str, *, dry: bool = False) -> int:
    """All or nothing: until the importer has run, there is no database."""
    admin = Admin(home)
    report = Reporter(sys.stderr, kind, order.sources)
    try:
        admin.check()
        if dry:
            return asyncio.run(foresee(cast(Store, MemoryStore()), order))
        with tempfile.TemporaryDirectory(prefix="amity-import-") as folder:
            store = OfflineStore(Path(folder))
            try:
                importer = Importer(cast(Store, store), now_ms, report)
                progress = asyncio.run(importer.run(order))
            finally:
                report.close()
            if progress.status == DONE:
                admin.run(*store.finish())
    except (OfflineError, SourceError) as refused:
        return wrong(f"{refused}", 1)
    return tell(progress, order, "begins again")


async def in_one_piece(order: Order, store: Store, kind: str) -> int:
    """Cut short it is worth nothing: the same command sweeps it away, and begins again."""
    if Capability.WHOLE not in store.capabilities:
        return wrong(
            "--bulk is for the embedded graph; --neo4j-home is for a Neo4j that was never started"
        )
    report = Reporter(sys.stderr, kind, order.sources)
    held = EndpointStore(cast(Whole, store))
    with closing(held), closing(report), asked_to_stop(order.stop):
        progress = await _run(order, held, report)
    return tell(progress, order, "begins again")


async def _run(order: Order, held: EndpointStore, report: Reporter) -> Progress:
    batch = await held.begin_import(order.name)
    if not batch.whole:
        try:
            progress = await resumed(order, batch, now_ms())
        except GivenUp:
            return replace(Progress.from_json(batch.state["progress"]), status=STOPPED)
        if progress.status != DONE:
            raise SourceError(
                f"The import {order.name} was begun without --bulk: go on without it."
            )
        return progress
    progress = await Importer(cast(Store, held), now_ms, report).run(order)
    if progress.status != DONE:
        await held.forget()
        return progress
    try:
        await held.finish(report.writing)
    except AmityError:
        print(
            "amity: nothing in the graph can be changed until the same command has done its work, "
            f"or `amity load undo {order.name}` has",
            file=sys.stderr,
        )
        raise
    return progress
