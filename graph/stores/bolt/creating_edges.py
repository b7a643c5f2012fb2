"""Edges of one step that are not there, created in one statement, counters and all.

The counters of both ends are moved as if every edge were new, with the nodes in hand; what is
moved too far goes back in the same transaction. A step whose edges seem to stand already moves
them afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from graph.declaring import Edge
from graph.imports import EdgeStep
from graph.records import Ids
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.counters import kept
from graph.stores.bolt.moves import (
    Moves,
    Pairs,
    mark,
    move,
    moves_of_all,
    moves_of_mutual,
    sums,
)
from graph.stores.bolt.presence import alive, are_there, where_alive
from graph.stores.bolt.texts import text
from graph.stores.bolt.walks import between, finding

BATCH = "_batch"
BACK = ", EXISTS { (b)-[:%s]->(a) } AS back"
BACKS = "collect(CASE WHEN back THEN %s END)"
CROWDED = (
    ", count(CASE WHEN n.{followers} >= $crowd AND coalesce(n.celebrity, false) = false "
    "THEN 1 END) AS crowded"
)
# So many of a step's edges are looked for, to guess whether it is about new ones.
PROBED = 10


class Created(NamedTuple):
    """Positions in the step: edges that are new, and those whose other direction stands."""

    made: Ids
    back: Ids


async def create_edges(transaction: Transaction[Any], edge: Edge, step: EdgeStep, rows: Ids) -> Ids:
    """Which of these rows of the step are new edges. Others have an end that is gone, or stand."""
    split = edge.into is not None and edge.into.split is not None
    ahead = not split and await _seem_new(transaction, edge, step, rows)
    ends = _ends(step, rows)
    moves = moves_of_all(edge, ends, 1) if ahead else []
    created, crowded = await _create(transaction, edge, step, rows, moves)
    if split:
        return created.made  # what an edge counts for is not known from its ends: see `recount`
    crowd = step.crowd if edge.fanned_out and edge.into else None
    if not ahead:
        await move(transaction, moves_of_all(edge, _ends(step, created.made), 1), crowd)
    elif len(created.made) < len(rows):
        rest = moves_of_all(edge, _ends(step, np.setdiff1d(rows, created.made)), -1)
        if not len(created.made):
            sources = await are_there(transaction, edge.source, step.a[rows])
            if not sources.all():  # the statement ended before it came to targets of another kind
                rest = [some for some in rest if some.kind == edge.source]
        await move(transaction, rest)
    if crowded and crowd is not None:
        await mark(transaction, np.unique(step.b[created.made]), crowd)
    made, back = _ends(step, created.made), _ends(step, created.back)
    await move(transaction, moves_of_mutual(edge, made, back, 1))
    return created.made


def _ends(step: EdgeStep, rows: Ids) -> Pairs:
    return np.stack([step.a[rows], step.b[rows]], 1)


async def _seem_new(transaction: Transaction[Any], edge: Edge, step: EdgeStep, rows: Ids) -> bool:
    some = rows[np.linspace(0, len(rows) - 1, min(PROBED, len(rows)), dtype=np.int64)]
    ends = _ends(step, some).tolist()
    statement = text("imports/standing_edges", finding=finding(edge), given="")
    return not await transaction.value(statement, rows=[[*row, 0] for row in ends])


async def _create(
    transaction: Transaction[Any], edge: Edge, step: EdgeStep, rows: Ids, moves: Sequence[Moves]
) -> tuple[Created, bool]:
    """And whether somebody came to be followed by a crowd."""
    order = rows[np.argsort(step.b[rows], kind="stable")]
    a, b = step.a[order], step.b[order]
    targets, starts = np.unique(b, return_index=True)
    one_kind = edge.source == edge.target
    ids = np.unique(np.concatenate([a, b])) if one_kind else np.unique(a)
    watched = edge.fanned_out and bool(moves) and step.crowd is not None
    by_kind = {some.kind: some for some in moves}
    # What every row has the same is said once.
    same = {BATCH: step.batch, **step.fresh}
    columns = {name: _filled(said, same.pop(name, None)) for name, said in step.columns.items()}
    row = await transaction.row(
        _text(edge, _props(edge, same, columns), by_kind, watched),
        ids=ids.tolist(),
        targets=(np.searchsorted(ids, targets) if one_kind else targets).tolist(),
        starts=[*starts.tolist(), len(b)],
        sources=np.searchsorted(ids, a).tolist(),
        same=same,
        columns=[[column[at] for at in order.tolist()] for column in columns.values()],
        crowd=step.crowd,
        deltas=_deltas(by_kind.get(edge.source), ids),
        others=[] if one_kind else _deltas(by_kind.get(edge.target), targets),
    )
    if row is None:
        return Created(rows[:0], rows[:0]), False
    made, back, crowded = row
    return Created(order[sorted(set(made))], order[sorted(set(back))]), bool(crowded)


def _filled(column: Sequence[Any], otherwise: Any) -> Sequence[Any]:
    if otherwise is None:
        return column
    return [otherwise if value is None else value for value in column]


def _props(edge: Edge, same: Mapping[str, Any], columns: Mapping[str, Any]) -> str:
    props = [f"{name}: $same.{name}" for name in same]
    props += [f"{name}: $columns[{at}][at]" for at, name in enumerate(columns)]
    if edge.carries_ends:
        to = "$ids[$targets[t]]" if edge.source == edge.target else "$targets[t]"
        props += ["_from: $ids[$sources[at]]", f"_to: {to}"]
    return ", ".join(props)


def _deltas(moves: Moves | None, ids: Ids) -> list[list[int]]:
    """By counter, how far it moves at each of these nodes."""
    if moves is None:
        return []
    each = np.zeros((len(moves.names()), len(ids)), np.int64)
    each[:, np.searchsorted(ids, moves.ids)] = moves.lists()
    found: list[list[int]] = each.tolist()
    return found


def _text(edge: Edge, props: str, moves: Mapping[str, Moves], watched: bool) -> str:
    carried = ", crowded" if watched else ""
    if edge.source == edge.target:
        target = text("imports/target_listed", carried=carried)
    else:
        counted = _counted(moves.get(edge.target), "b", "others").replace("[at]", "[t]")
        target = text(
            "imports/target_found",
            target=edge.target,
            counted=counted,
            carried=carried,
            alive=where_alive(edge.target, "b"),
        )
    condition = alive(edge.source, "n")
    return text(
        "imports/create_edges",
        source=edge.source,
        edge=edge.name,
        counted=_counted(moves.get(edge.source), "n", "deltas"),
        alive=f"CASE WHEN {condition} THEN 1 END" if condition else "n",
        crowded=CROWDED.format(followers=kept("followers")) if watched else "",
        target=target,
        carried=carried,
        between=between(edge),
        back=BACK % edge.name if edge.mutual else "",
        props=props,
        backs=BACKS % "at" if edge.mutual else "[]",
        crowd="max(crowded)" if watched else "0",
    )


def _counted(moves: Moves | None, node: str, deltas: str) -> str:
    return "" if moves is None else f"SET {sums(node, moves.names(), deltas)}"
