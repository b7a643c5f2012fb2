"""Which nodes are there, for edges of an import to stand between.

Of who was deleted a node is left, to which nothing leads any more: what came to lead there would
stay, for erasing is done. Who is suspended keeps name and edges, and may come back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Edge
from graph.model import NODE
from graph.records import Ids
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.texts import text


def alive(kind: str, node: str) -> str:
    """A condition; nothing where nodes of this kind are never deleted so."""
    if not any(prop.name == "gone" for prop in NODE[kind].properties):
        return ""
    return f"coalesce({node}.gone, false) = false OR {node}.usernameKey IS NOT NULL"


def where_alive(kind: str, node: str) -> str:
    condition = alive(kind, node)
    return f"WHERE {condition}" if condition else ""


async def are_there(transaction: Transaction[Any], kind: str, ids: Ids) -> NDArray[np.bool_]:
    if not len(ids):
        return np.empty(0, np.bool_)
    asked = np.unique(ids).tolist()
    statement = text("imports/alive", label=kind, alive=where_alive(kind, "n"))
    found = await transaction.value(statement, ids=asked)
    return np.isin(ids, np.array(found or [], np.int64))


async def have_both_ends(
    transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids
) -> NDArray[np.bool_]:
    return await are_there(transaction, edge.source, a) & await are_there(
        transaction, edge.target, b
    )
