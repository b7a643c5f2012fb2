"""Many counters moved at once: what edges that came or went are worth.

Batches move the property on the node, huge or not: a counter is the sum of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Edge
from graph.model import counters
from graph.records import NO_PROPS, Ids, Props
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.counters import kept
from graph.stores.bolt.texts import text

Pairs = NDArray[np.int64]  # a row each


class Moves(NamedTuple):
    """Of nodes of one kind, each once and ascending: by counter, how far it moves at each."""

    kind: str
    ids: Ids
    deltas: Mapping[str, Ids]

    def names(self) -> list[str]:
        """Others are not even named: a counter that never moved takes no room."""
        return [name for name in counters(self.kind) if name in self.deltas]

    def lists(self) -> list[list[int]]:
        return [self.deltas[name].tolist() for name in self.names()]


def moves_of(
    edge: Edge,
    ends: Iterable[tuple[int, int, Props]],
    mutual: Iterable[tuple[int, int]],
    delta: int,
) -> list[Moves]:
    """`mutual`: pairs between which the edge came to stand, or ceases to stand, both ways."""
    each: dict[tuple[str, str], list[int]] = defaultdict(list)  # (kind, counter) → nodes
    for a, b, props in ends:
        if edge.out and (counter := edge.out.counts(props)):
            each[edge.source, counter].append(a)
        if edge.into and (counter := edge.into.counts(props)):
            each[edge.target, counter].append(b)
    if edge.mutual and edge.mutual.counter:
        pairs = {(min(a, b), max(a, b)) for a, b in mutual}
        each[edge.source, edge.mutual.counter] += [id for pair in pairs for id in pair]
    return _added_up([(*at, np.array(ids, np.int64)) for at, ids in each.items()], delta)


def moves_of_all(edge: Edge, ends: Pairs, delta: int) -> list[Moves]:
    """The same of many, each once, whose properties no counter asks for, at their own ends."""
    found = []
    for kind, side, ids in (
        (edge.source, edge.out, ends[:, 0]),
        (edge.target, edge.into, ends[:, 1]),
    ):
        if side and (counter := side.counts(NO_PROPS)):
            found.append((kind, counter, ids))
    return _added_up(found, delta)


def moves_of_mutual(edge: Edge, ends: Pairs, mutual: Pairs, delta: int) -> list[Moves]:
    """And what is counted where an edge stands both ways: `mutual` are those that saw the other."""
    if edge.mutual is None or edge.mutual.counter is None:
        return []
    # Both directions at once: whether each saw the other is the server's to choose.
    pairs, times = np.unique(np.sort(ends, axis=1), axis=0, return_counts=True)
    both = np.unique(np.concatenate([pairs[times == 2], np.sort(mutual, axis=1)]), axis=0)
    return _added_up([(edge.source, edge.mutual.counter, both.ravel())], delta)


def _added_up(found: Sequence[tuple[str, str, Ids]], delta: int) -> list[Moves]:
    moves = []
    for kind in dict.fromkeys(kind for kind, _, _ in found):
        some = [(counter, ids) for of, counter, ids in found if of == kind and len(ids)]
        if some:
            each = np.unique(np.concatenate([ids for _, ids in some]))
            deltas = {
                counter: np.bincount(np.searchsorted(each, ids), minlength=len(each)) * delta
                for counter, ids in some
            }
            moves.append(Moves(kind, each, deltas))
    return moves


async def move(
    transaction: Transaction[Any], moves: Iterable[Moves], crowd: int | None = None
) -> None:
    """Whoever has `crowd` followers then is marked as a celebrity."""
    for some in sorted(moves, key=lambda some: some.kind):
        statement = text("changes/move_counters", label=some.kind, moves=sums("n", some.names()))
        await transaction.value(statement, ids=some.ids.tolist(), deltas=some.lists())
        if some.kind == "User" and crowd is not None:
            await mark(transaction, some.ids, crowd)


async def mark(transaction: Transaction[Any], ids: Ids, crowd: int) -> None:
    statement = text("imports/mark", followers=kept("followers"))
    await transaction.value(statement, ids=ids.tolist(), crowd=crowd)


def sums(node: str, names: Sequence[str], deltas: str = "deltas") -> str:
    """What moves the counters of `node`, which is the one `at` in the lists of `deltas`."""
    return ", ".join(
        text("changes/move_one", node=node, property=kept(name), deltas=deltas, by=str(by))
        for by, name in enumerate(names)
    )
