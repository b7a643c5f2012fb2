"""What all ways to load tell whoever asked for it."""

from __future__ import annotations

import asyncio
import fcntl
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from graph.store import Store
from loaders.chunks import SourceError
from loaders.dryrun import DryRun
from loaders.importing import Order
from loaders.summary import DONE, Progress


def tell(progress: Progress, order: Order, goes_on: str = "goes on from here") -> int:
    """The summary, and the exit code; `goes_on`: what the same command does, if it was stopped."""
    print(json.dumps(progress.summary(order.name)))
    if progress.rejected:
        print(f"amity: {progress.rejected} rows are given back in {order.rejects}", file=sys.stderr)
    if progress.status != DONE and not order.stop.is_set():
        print(
            f"amity: more rows are rejected than --tolerate {order.tolerate} allows; "
            f"the same command with more of it {goes_on}",
            file=sys.stderr,
        )
        return 1
    if progress.status != DONE:
        print(f"amity: stopped; the same command {goes_on}", file=sys.stderr)
        return 130
    return int(progress.rejected > 0)


async def foresee(store: Store, order: Order) -> int:
    found = await DryRun(store, order.crowd or sys.maxsize).run(order.sources)
    print(json.dumps(found))
    return int(found["rejected"] > 0)


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Two that do the same import at once, or undo what the other does, are each in the other's
    way. Whoever is killed lets go of it."""
    folder.mkdir(parents=True, exist_ok=True)
    at = int.from_bytes(blake2b(name.encode("utf-8", "surrogateescape"), digest_size=6).digest())
    with (folder / "imports.lock").open("wb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
        except OSError as error:
            raise SourceError(
                f"Another process is at work on the import {name}; wait for its end, or stop it."
            ) from error
        yield


@contextmanager
def asked_to_stop(stop: asyncio.Event) -> Iterator[None]:
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


def wrong(sentence: str, code: int = 2) -> int:
    print(f"amity: {sentence}", file=sys.stderr)
    return code
