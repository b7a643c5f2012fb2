"""Which of our ids is meant by an edge's end, as the file calls it."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

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

    async def _of_one_kind(self, end: End, keys: Keys, where: str, made: Counter[str]) -> Rows:
        known = self._known.setdefault((end.kind, end.source), Known())
        ids = known.look_up(keys)
        missing = each_once(keys[ids == NOBODY])
        if not missing:
            return ids
        await self._learn(end, known, missing)
        ids = known.look_up(keys)
        missing = each_once(keys[ids == NOBODY]) if end.unknown is Unknown.CREATE else []
        if missing:
            none: list[dict[str, Any]] = [{} for _ in missing]
            put = await self._steps.put(end, missing, none, Mode.UPSERT, where, made, sought=True)
            new = put.results == Result.CREATED
            known.learn(
                itertools.compress(missing, new),
                itertools.compress(put.ids, new),
            )
            # Somebody else made them meanwhile.
            if rest := list(itertools.compress(missing, ~new)):
                await self._learn(end, known, rest)
            ids = known.look_up(keys)
        return ids

    async def _learn(self, end: End, known: Known, keys: list[str]) -> None:
        found = await self._steps.find(end, keys)
        there = [(key, id) for key, id in zip(keys, found, strict=True) if id is not None]
        known.learn((key for key, _ in there), (id for _, id in there))
