"""Nodes of one step: those that are not there are created, the others compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph.declaring import Node
from graph.imports import Mode, NodeStep, Result, Undone
from graph.records import Ids
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.parts import Written
from graph.stores.bolt.shares import key_shares
from graph.stores.bolt.texts import text
from graph.usernames import with_own_name

BATCH = "_batch"
KEY = "externalKey"
# What an import says of a node that somebody else made, besides what its columns say.
OURS = ("externalId", "source", KEY)


async def write_nodes(transaction: Transaction[Any], kind: Node, step: NodeStep) -> Written:
    rows = [shortened(kind.name, row) for row in step.rows]
    results = np.full(len(rows), Result.CREATED, np.uint8)
    standing = await _standing(transaction, kind, KEY, [row[KEY] for row in rows], step.given)
    changed: Changed = {}
    for at, row in enumerate(rows):
        if row[KEY] in standing:
            id, _, kept = standing[row[KEY]]
            results[at] = _met(step, at, id, row, kept, step.given, changed)
    await _named_apart(transaction, kind, step, rows, results, changed)
    new = [at for at in range(len(rows)) if results[at] == Result.CREATED]
    if step.mode is Mode.DELETE:
        return await _delete(transaction, kind, standing, rows, results)
    made = await _named(transaction, kind, [rows[at] for at in new])
    if changed:
        await transaction.value(
            text("imports/change_nodes", label=kind.name), rows=list(changed.values())
        )
        if kind.name == "Post":
            # With words of its own it is a share no longer.
            await key_shares(transaction, [id for id, _ in changed.values()])
    if made:
        await _create(transaction, kind, step.batch, made)
    return Written(results, np.array([row["id"] for row in made], np.int64))


async def remove_nodes(transaction: Transaction[Any], kind: str, ids: Ids) -> Undone:
    """Those with no edge left: whoever linked to one of the others keeps them."""
    statement = text("imports/remove_nodes", label=kind)
    removed = await transaction.value(statement, ids=ids.tolist()) or []
    people = sorted(removed) if kind == "User" else []
    return Undone(len(removed), len(ids) - len(removed), people)


async def _create(
    transaction: Transaction[Any], kind: Node, batch: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """In columns; what every row has the same is said once."""
    same: dict[str, Any] = {BATCH: batch}
    columns: dict[str, list[Any]] = {}
    for name in sorted({name for row in rows for name in row}):
        column = [row.get(name) for row in rows]
        # By identity: 1 is not true.
        if all(value is column[0] for value in column):
            same[name] = column[0]
        else:
            columns[name] = column
    props = [f"{name}: $same.{name}" for name in same]
    props += [f"{name}: $columns[{by}][at]" for by, name in enumerate(columns)]
    statement = text("imports/create_nodes", label=kind.name, props=", ".join(props))
    last = len(rows) - 1
    await transaction.value(statement, last=last, same=same, columns=list(columns.values()))


Standing = dict[Any, tuple[int, str | None, Sequence[Any]]]
Changed = dict[int, tuple[int, dict[str, Any]]]  # by row: which node, and what it says from now on


async def _standing(
    transaction: Transaction[Any], kind: Node, key: str, keys: list[Any], given: Sequence[str]
) -> Standing:
    columns = ", ".join(f"n.{name}" for name in given)
    statement = text("imports/standing", label=kind.name, key=key, given=columns)
    found = await transaction.value(statement, keys=keys) or []
    return {value: (id, owner, kept) for value, id, owner, kept in found}


def _met(
    step: NodeStep,
    at: int,
    id: int,
    row: Mapping[str, Any],
    kept: Sequence[Any],
    names: Sequence[str],
    changed: Changed,
) -> Result:
    if step.mode is Mode.CREATE:
        return Result.TAKEN
    new = {
        name: row[name]
        for name, old in zip(names, kept, strict=True)
        if row.get(name) is not None and row[name] != old
    }
    if not new or step.mode is Mode.DELETE:
        return Result.SAME
    changed[at] = id, new
    return Result.CHANGED


async def _named_apart(
    transaction: Transaction[Any],
    kind: Node,
    step: NodeStep,
    rows: list[dict[str, Any]],
    results: np.ndarray[Any, np.dtype[np.uint8]],
    changed: Changed,
) -> None:
    """A name is its first row's. A tag of this name that no import knows becomes the new one of a
    row; one that another import knows does not, nor does one that is there get another's name."""
    for key in (p.name for p in kind.properties if p.unique and p.public):
        wanted: dict[Any, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            said = row if results[at] == Result.CREATED else changed.get(at, (0, {}))[1]
            if said.get(key) is not None:
                wanted[said[key]].append(at)
        if not wanted:
            continue
        names = [name for name in (*step.given, *OURS) if name != key]
        standing = await _standing(transaction, kind, key, list(wanted), names)
        for name, places in wanted.items():
            if name not in standing:
                results[places[1:]] = Result.TAKEN
                continue
            results[places] = Result.TAKEN
            id, owner, kept = standing[name]
            new = [at for at in places if at not in changed]
            if owner is None and new:
                results[new[0]] = _met(step, new[0], id, rows[new[0]], kept, names, changed)
    for at in np.flatnonzero(results == Result.TAKEN).tolist():
        changed.pop(at, None)


async def _named(
    transaction: Transaction[Any], kind: Node, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A person whose name is another's gets one of their own."""
    taken: set[str] = set()
    asked: set[str] = set()
    named = _own_names(rows, taken)
    while fresh := [key for row in named if (key := row.get("usernameKey")) and key not in asked]:
        taken |= (await _standing(transaction, kind, "usernameKey", fresh, ())).keys()
        asked.update(fresh)
        named = _own_names(rows, taken)
    return named


def _own_names(rows: list[dict[str, Any]], taken: set[str]) -> list[dict[str, Any]]:
    """Each another one, none of these."""
    taken = set(taken)
    named = []
    for row in rows:
        named.append(with_own_name(row, taken.__contains__))
        if key := named[-1].get("usernameKey"):
            taken.add(key)
    return named


async def _delete(
    transaction: Transaction[Any],
    kind: Node,
    standing: Standing,
    rows: list[dict[str, Any]],
    results: np.ndarray[Any, np.dtype[np.uint8]],
) -> Written:
    """Only what nothing is linked to: an edge's other end has counters and lists of its own."""
    ids = [standing[row[KEY]][0] for row in rows if row[KEY] in standing]
    statement = text("imports/remove_nodes", label=kind.name)
    removed = set(await transaction.value(statement, ids=ids) or []) if ids else set()
    for at, row in enumerate(rows):
        if row[KEY] not in standing:
            results[at] = Result.UNKNOWN
        else:
            gone = standing[row[KEY]][0] in removed
            results[at] = Result.CHANGED if gone else Result.TAKEN
    return Written(results, np.empty(0, np.int64))
