"""All nodes of one kind that some files speak of, numbered as they come: for a dry run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.store import Store
from loaders.defaults import external_key
from loaders.keys import Keys, each_once
from loaders.known import NOBODY, Known
from loaders.mapping import End

Numbers = NDArray[np.int64]


class Numbered:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Known] = {}  # by name space
        self.keys: list[str] = []
        self.ours: list[int] = []  # our id; NOBODY where it is not there yet
        self.refused: set[int] = set()  # what a load would not make

    async def numbers(self, end: End, keys: Keys, *, create: bool) -> Numbers:
        """NOBODY for those that are not there, unless they would be made."""
        known = self._known.setdefault(end.source, Known(bounded=False))
        missing = each_once(keys[known.look_up(keys) == NOBODY])
        if missing:
            asked = [external_key(end.source, key) for key in missing]
            found = await self._store.find_nodes(end.kind, "externalKey", asked)
            new = [
                (k, id) for k, id in zip(missing, found, strict=True) if create or id is not None
            ]
            first = len(self.keys)
            known.learn((key for key, _ in new), range(first, first + len(new)))
            self.keys += [key for key, _ in new]
            self.ours += [NOBODY if id is None else id for _, id in new]
        numbers = known.look_up(keys)
        if self.refused:
            numbers[np.isin(numbers, list(self.refused))] = NOBODY
        return numbers

    def ids(self, numbers: Numbers) -> Numbers:
        ours = self.ours
        return np.array([ours[number] for number in numbers.tolist()], np.int64)

    def inverse(self) -> tuple[Numbers, Numbers]:
        """Our ids, ascending, and the number of each."""
        ours = np.array(self.ours, np.int64)
        numbers = np.flatnonzero(ours != NOBODY)
        order = np.argsort(ours[numbers])
        return ours[numbers][order], numbers[order]


def numbered(inverse: tuple[Numbers, Numbers], ids: Numbers) -> Numbers:
    ours, numbers = inverse
    if not len(ours):
        return np.full(len(ids), NOBODY, np.int64)
    place = np.minimum(np.searchsorted(ours, ids), len(ours) - 1)
    return np.where(ours[place] == ids, numbers[place], NOBODY)
