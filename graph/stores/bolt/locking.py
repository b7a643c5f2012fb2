"""The locks that changes of pairs meet at, and their absence while a graph is loaded whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.errors import BeingLoaded
from graph.stores.bolt.connection import Transaction
from graph.stores.bolt.texts import text


async def lock_all(transaction: Transaction[Any], locks: Sequence[int]) -> None:
    """Each once, ascending."""
    locked = await transaction.value(text("changes/lock_all"), locks=locks, by=transaction.lock_by)
    if locked != len(locks):
        raise being_loaded()


def being_loaded() -> BeingLoaded:
    return BeingLoaded(
        "The graph is being loaded in one piece: what is there can't be changed until that is done."
    )
