"""Which of our ids is meant by an edge's end, as the file calls it."""

from __future__ import annotations

from collections import Counter
from itertools import compress
from typing import Any

import numpy as np

from graph.imports import Mode, Result
from loaders.keys import Keys, each_once, joined
from loaders.known import NOBODY, Known
from loaders.mapping import Edges, End, Unknown
from loaders.node_steps import NodeSteps
from loaders.turns import Rows


class Ends:
    """Remembers whom it has met, within bounds."""

    def __init__(self, steps: NodeSteps) -> None:
        self._steps = steps
        self._known: dict[tuple[str, str], Known] = {}

    async def resolve(
        self, output: Edges, a: Keys, b: Keys, where: str, made: Counter[str]
    ) -> tuple[Rows, Rows]:
        one, other = output.a, output.b
        if one.kind == other.kind and one.source == other.source and one.unknown == other.unknown:
            both = joined(a, b)
            ids = await self._of_one_kind(one, both, where, made)
            return ids[: len(a)], ids[len(a) :]
        return (
            await self._of_one_kind(one, a, where, made),
            await self._of_one_kind(other, b, where, made),
        )

    def forget(self, kind: str) -> None:
        """Some of them were deleted."""
        self._known = {at: known for at, known in self._known.items() if at[0] != kind}

    async def _of_one_kind(self, end: End, keys: Keys, where: str, made: Counter[str]) -> Rows:
        known = self._known.setdefault((end.kind, end.source), Known())
        ids = known.look_up(keys)
        gaps = np.flatnonzero(ids == NOBODY)
        if len(gaps):
            learnt = await self._learn(end, each_once(keys[gaps]), where, made)
            # Whoever was remembered may be forgotten for them: only these are looked up again.
            answers = Known(bounded=False)
            answers.learn(learnt, learnt.values())
            ids[gaps] = answers.look_up(keys[gaps])
            known.learn(learnt, learnt.values())
        return ids

    async def _learn(
        self, end: End, missing: list[str], where: str, made: Counter[str]
    ) -> dict[str, int]:
        learnt = await self._find(end, missing)
        rest = [key for key in missing if key not in learnt]
        if rest and end.unknown is Unknown.CREATE:
            none: list[dict[str, Any]] = [{} for _ in rest]
            put = await self._steps.put(end, rest, none, Mode.UPSERT, where, made, sought=True)
            new = put.results == Result.CREATED
            learnt |= zip(compress(rest, new), compress(put.ids, new), strict=True)
            # Somebody else made them meanwhile.
            if others := list(compress(rest, ~new)):
                learnt |= await self._find(end, others)
        return learnt

    async def _find(self, end: End, keys: list[str]) -> dict[str, int]:
        found = await self._steps.find(end, keys)
        return {key: id for key, id in zip(keys, found, strict=True) if id is not None}
