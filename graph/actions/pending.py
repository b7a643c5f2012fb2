"""Accepting what is pending at a profile that became public, a few at a time."""

from __future__ import annotations

from graph.actions.requests import decide_opened
from graph.actions.writer import Writer
from graph.records import Position


async def accept_some(writer: Writer, owner: int, limit: int) -> str | None:
    """Accepts the newest requests; the epoch of the last one."""
    epoch, _ = await _accept_page(writer, owner, limit, None)
    return epoch


async def accept_all(writer: Writer, owner: int, batch: int) -> None:
    """Walks all requests once. Begun anew after a crash, it finds only what is left."""
    after: Position | None = None
    while True:
        _, after = await _accept_page(writer, owner, batch, after)
        if after is None:
            return


async def _accept_page(
    writer: Writer, owner: int, limit: int, after: Position | None
) -> tuple[str | None, Position | None]:
    page = await writer.store.neighbours_page("requests", owner, limit, after)
    epoch: str | None = None
    for id in page.ids:
        epoch, _ = await writer.pair(owner, int(id), decide_opened)
    last = Position(int(page.at[-1]), int(page.ids[-1])) if len(page) == limit else None
    return epoch, last
