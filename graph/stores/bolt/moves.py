"""Many counters moved at once: what edges that came or went are worth.

Batches move the property on the node, huge or not: a counter is the sum of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Edge
from graph.model import counters
from graph.records import NO_PROPS, Props
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.counters import kept
from graph.stores.bolt.texts import text

Pairs = NDArray[np.int64]  # a row each
Moves = dict[tuple[str, int], dict[str, int]]  # (kind, id) → counter → delta


def moves_of(
    edge: Edge,
    ends: Iterable[tuple[int, int, Props]],
    mutual: Iterable[tuple[int, int]],
    delta: int,
) -> Moves:
    """`mutual`: pairs between which the edge came to stand, or ceases to stand, both ways."""
    moves: Moves = defaultdict(lambda: defaultdict(int))
    for a, b, props in ends:
        if edge.out and (counter := edge.out.counts(props)):
            moves[edge.source, a][counter] += delta
        if edge.into and (counter := edge.into.counts(props)):
            moves[edge.target, b][counter] += delta
    if edge.mutual and edge.mutual.counter:
        for pair in {(min(a, b), max(a, b)) for a, b in mutual}:
            for id in pair:
                moves[edge.source, id][edge.mutual.counter] += delta
    return moves


def moves_of_all(edge: Edge, ends: Pairs, mutual: Pairs, delta: int) -> Moves:
    """The same of many, each once, whose properties no counter asks for."""
    moves: Moves = defaultdict(lambda: defaultdict(int))
    sides = [(edge.source, edge.out, ends[:, 0]), (edge.target, edge.into, ends[:, 1])]
    if edge.mutual:
        # Both directions at once: whether each saw the other is the server's to choose.
        pairs, times = np.unique(np.sort(ends, axis=1), axis=0, return_counts=True)
        both = np.unique(np.concatenate([pairs[times == 2], np.sort(mutual, axis=1)]), axis=0)
        sides.append((edge.source, edge.mutual, both.ravel()))
    for kind, side, ids in sides:
        if side and (counter := side.counts(NO_PROPS)):
            each, times = np.unique(ids, return_counts=True)
            for id, count in zip(each.tolist(), times.tolist(), strict=True):
                moves[kind, id][counter] += delta * count
    return moves


async def move(transaction: Transaction[Any], moves: Moves, crowd: int | None = None) -> None:
    """Whoever has `crowd` followers then is marked as a celebrity."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, id in sorted(moves):
        by_kind[kind].append(id)
    for kind, ids in by_kind.items():
        moved = {name for id in ids for name, delta in moves[kind, id].items() if delta}
        # Others are not even named: a counter that never moved takes no room.
        names = [name for name in counters(kind) if name in moved]
        if not names:
            continue
        rows = [[id, *(moves[kind, id].get(name, 0) for name in names)] for id in ids]
        if kind == "User" and crowd is not None:
            statement = text(
                "imports/count_and_mark", moves=_sums(names), followers=kept("followers")
            )
            await transaction.value(statement, rows=rows, crowd=crowd)
        else:
            statement = text("changes/move_counters", label=kind, moves=_sums(names))
            await transaction.value(statement, rows=rows)


def _sums(names: Iterable[str]) -> str:
    return ", ".join(
        text("changes/move_one", property=kept(name), at=str(at))
        for at, name in enumerate(names, 1)
    )
