"""Edges of one step: those that are not there are created, the others compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.declaring import Edge
from graph.imports import EdgeStep, Mode, Result, Results, Undone
from graph.records import Ids
from graph.stores.bolt.audit import lock_split, recount
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.counters import pair_locks
from graph.stores.bolt.creating_edges import BACK, BACKS, BATCH, create_edges
from graph.stores.bolt.locking import lock_all
from graph.stores.bolt.moves import move, moves_of_all, moves_of_mutual
from graph.stores.bolt.parts import Written
from graph.stores.bolt.presence import have_both_ends
from graph.stores.bolt.shares import key_shares
from graph.stores.bolt.texts import text
from graph.stores.bolt.walks import finding
from graph.stores.bolt.wanted import LOCKS


async def write_edges(transaction: Transaction[Any], edge: Edge, step: EdgeStep) -> Written:
    await _lock(transaction, edge, step.a, step.b)
    if step.mode is Mode.DELETE:
        return await _delete(transaction, edge, step)
    results = np.full(len(step.a), Result.UNKNOWN, np.uint8)
    made = await _create(transaction, edge, step, results)
    a, b = step.a[made], step.b[made]
    if _is_split(edge):
        await recount(transaction, edge, np.unique(b).tolist())
    await _key_shares(transaction, edge, a, b)
    return Written(results, np.concatenate([a, b]))


async def _create(
    transaction: Transaction[Any], edge: Edge, step: EdgeStep, results: Results
) -> Ids:
    """Those that are new; the others are met, where they stand."""
    made: list[Ids] = []
    rows = np.arange(len(step.a))
    while len(rows):
        created = await create_edges(transaction, edge, step, rows)
        results[created] = Result.CREATED
        made.append(created)
        rest = np.flatnonzero(results == Result.UNKNOWN)
        if len(rest):
            await _meet(transaction, edge, step, rest, results)
        lost = np.flatnonzero(results == Result.UNKNOWN)
        there = lost[await have_both_ends(transaction, edge, step.a[lost], step.b[lost])]
        # One end that is gone keeps back all of a statement.
        rows = there if len(there) < len(rows) else rows[:0]
    return np.concatenate(made) if made else np.empty(0, np.int64)


async def remove_created(
    transaction: Transaction[Any], edge: Edge, batch: int, created: Ids
) -> Undone:
    """Those that stand and are this import's; somebody may have ended or made them anew since."""
    half = len(created) // 2
    a, b = created[:half], created[half:]
    await _lock(transaction, edge, a, b)
    gone, back = await _remove(
        transaction, edge, a, b, only=f" AND edge.{BATCH} = row[3]", batch=batch
    )
    await _count(transaction, edge, a[gone], b[gone], a[back], b[back])
    await _key_shares(transaction, edge, a[gone], b[gone])
    people: set[int] = set()
    if edge.source == "User":
        people.update(a[gone].tolist())
    if edge.target == "User":
        people.update(b[gone].tolist())
    return Undone(len(gone), half - len(gone), sorted(people))


async def _lock(transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids) -> None:
    await lock_all(transaction, pair_locks(a, b, LOCKS))
    if _is_split(edge):
        await lock_split(transaction, edge, np.unique(b).tolist())


def _is_split(edge: Edge) -> bool:
    """What it counts for is not known from its ends, so that is counted anew."""
    return edge.into is not None and edge.into.split is not None


def _positions(row: Any) -> tuple[Ids, Ids]:
    made, back = ([], []) if row is None else row
    return np.array(sorted(set(made)), np.int64), np.array(sorted(set(back)), np.int64)


async def _meet(
    transaction: Transaction[Any], edge: Edge, step: EdgeStep, rest: Ids, results: Results
) -> None:
    """Rows whose edge is there: what they say is taken over, where it differs."""
    names = list(step.columns)
    given = ", ".join(f"edge.{name}" for name in names)
    ends = zip(step.a[rest].tolist(), step.b[rest].tolist(), rest.tolist(), strict=True)
    statement = text(
        "imports/standing_edges",
        finding=finding(edge),
        given=given,
    )
    standing = await transaction.value(statement, rows=list(ends))
    changed: dict[int, dict[str, Any]] = {}
    for at, kept in standing:
        said = {name: step.columns[name][at] for name in names}
        new = {
            name: value
            for (name, value), old in zip(said.items(), kept, strict=True)
            if value is not None and value != old
        }
        results[at] = Result.TAKEN if step.mode is Mode.CREATE else Result.SAME
        if new and step.mode is Mode.UPSERT:
            results[at] = Result.CHANGED
            changed[at] = new
    if changed:
        statement = text("imports/change_edges", finding=finding(edge))
        rows = [[int(step.a[at]), int(step.b[at]), new] for at, new in changed.items()]
        await transaction.value(statement, rows=rows)
        if _is_split(edge):
            await recount(transaction, edge, sorted({int(step.b[at]) for at in changed}))


async def _delete(transaction: Transaction[Any], edge: Edge, step: EdgeStep) -> Written:
    results = np.full(len(step.a), Result.UNKNOWN, np.uint8)
    gone, back = await _remove(transaction, edge, step.a, step.b, only="", batch=step.batch)
    results[gone] = Result.CHANGED
    await _count(transaction, edge, step.a[gone], step.b[gone], step.a[back], step.b[back])
    await _key_shares(transaction, edge, step.a[gone], step.b[gone])
    return Written(results, np.empty(0, np.int64))


async def _remove(
    transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids, *, only: str, batch: int
) -> tuple[Ids, Ids]:
    statement = text(
        "imports/remove_edges",
        finding=finding(edge),
        only=only,
        back=BACK % edge.name if edge.mutual else ", false AS back",
        backs=BACKS % "row[2]" if edge.mutual else "[]",
    )
    count = len(a)
    rows = list(zip(a.tolist(), b.tolist(), range(count), [batch] * count, strict=True))
    return _positions(await transaction.row(statement, rows=rows))


async def _count(
    transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids, back_a: Ids, back_b: Ids
) -> None:
    """These edges, and what their other directions made of them, are gone."""
    if _is_split(edge):
        # What the edges said before is not at hand.
        await recount(transaction, edge, sorted(set(b.tolist())))
        return
    ends, back = np.stack([a, b], 1), np.stack([back_a, back_b], 1)
    await move(transaction, moves_of_all(edge, ends, -1))
    await move(transaction, moves_of_mutual(edge, ends, back, -1))


async def _key_shares(transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids) -> None:
    """Whose share it is and what it shares come as edges, in whatever order."""
    if edge.name in ("POSTED", "SHARES") and len(a):
        posts = b if edge.name == "POSTED" else a
        await key_shares(transaction, sorted(set(posts.tolist())))
