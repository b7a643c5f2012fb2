"""Which nodes are there at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Edge
from graph.records import Ids
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.texts import text


async def are_there(transaction: Transaction[Any], kind: str, ids: Ids) -> NDArray[np.bool_]:
    if not len(ids):
        return np.empty(0, np.bool_)
    asked = np.unique(ids).tolist()
    found = await transaction.value(text("bulk/there", label=kind), ids=asked)
    return np.isin(ids, np.array(found or [], np.int64))


async def have_both_ends(
    transaction: Transaction[Any], edge: Edge, a: Ids, b: Ids
) -> NDArray[np.bool_]:
    return await are_there(transaction, edge.source, a) & await are_there(
        transaction, edge.target, b
    )
