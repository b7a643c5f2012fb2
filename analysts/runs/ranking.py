"""What an algorithm said of each node, as rows: best first, ties by id. Arrays only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysts.runs.snapshot import Snapshot
from analysts.runs.values import Outcome, Values

# What JSON's readers hold exactly.
EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    id: int
    username: str | None
    external_id: str | None
    value: float | int

    def cells(self) -> list[Any]:
        return [as_json(self.id), self.username, self.external_id, self.value]


COLUMNS = ("id", "username", "externalId", "value")


def as_json(id: int) -> int | str:
    return id if id < EXACT else f"{id}"


def best(outcome: Outcome, values: Values, top: int | None) -> NDArray[np.intp]:
    """Which nodes to show, in order: the largest score, or the members of the largest group."""
    assert outcome.values is not None
    if outcome.shown is not None:
        return outcome.shown[:top]
    found = outcome.values if values is Values.LABEL else -outcome.values.astype(np.float64)
    if top is not None and top < len(found):
        # Sort only what can be among them.
        least = np.partition(found, top)[top]
        some = np.flatnonzero(found <= least)
        return some[np.argsort(found[some], kind="stable")][:top]
    return np.argsort(found, kind="stable")


def shuffled_ties(
    nodes: NDArray[np.intp], outcome: Outcome, dice: np.random.Generator
) -> NDArray[np.intp]:
    """Those of equal value in an order that tells nothing of their ids."""
    assert outcome.values is not None
    values = outcome.values[nodes]
    level = np.cumsum(np.diff(values, prepend=values[:1]) != 0)
    return nodes[np.lexsort((dice.permutation(outcome.values.size)[nodes], level))]


def rows(
    snapshot: Snapshot,
    outcome: Outcome,
    nodes: NDArray[Any],
    usernames: Sequence[str | None],
    external: Sequence[str | None],
) -> list[Row]:
    assert outcome.values is not None
    ids, values = snapshot.ids[nodes].tolist(), outcome.values[nodes].tolist()
    labels = [snapshot.label(node) for node in nodes.tolist()]
    return [Row(*row) for row in zip(labels, ids, usernames, external, values, strict=True)]
