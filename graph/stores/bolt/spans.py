"""A page of a huge list, as the pieces of its index that hold it. Pure."""

from __future__ import annotations

from graph.records import Position
from graph.stores.bolt.dialects import Span

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def spans(after: Position | None, before: Position | None) -> list[Span]:
    """Newest first: entries as old as `after` but smaller, older ones, those as old as `before`.

    A time may be shared by a million edges (an import), so equal times are a piece of their own,
    cut by id: no piece reads more than it answers.
    """
    if after and before and after.at <= before.at:
        return [Span(before.id, after.id, tie=after.at)] if after.at == before.at else []
    pieces: list[Span] = []
    if after:
        pieces.append(Span(LOWEST, after.id, tie=after.at))
    pieces.append(Span(before.at if before else LOWEST, after.at if after else HIGHEST))
    if before:
        pieces.append(Span(before.id, HIGHEST, tie=before.at))
    return pieces
