"""Nodes by the ids that the files have for them: found, or made, in steps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from graph.imports import Import, Mode, NodeStep, Result, Results
from graph.usernames import username_key
from loaders.defaults import external_key, has_time, node_row
from loaders.job import Job
from loaders.lanes import EVERY_GROUP, NO_GROUPS, Lanes, dropped, settled
from loaders.mapping import End
from loaders.patience import patiently
from loaders.stamps import Stamps

# Rows of one transaction.
NODES_STEP = 2_500


def step_key(batch: Import, where: str, content: Iterable[str | bytes]) -> str:
    """The same place and the same rows. Only then it is the same step: whoever comes with it again
    gets the answer of then."""
    digest = blake2b(where.encode(), digest_size=16)
    for one in content:
        digest.update(one.encode() if isinstance(one, str) else one)
        digest.update(b"\x1f")
    return f"{batch.number}:{digest.hexdigest()}"


class Put(NamedTuple):
    results: Results
    ids: list[int]  # of those that are new


class NodeSteps:
    def __init__(self, job: Job, lanes: Lanes) -> None:
        self._job, self._lanes = job, lanes
        self._stamps = Stamps(job.store, job.clock)

    async def put(
        self,
        end: End,
        keys: list[str],
        props: list[dict[str, Any]],
        mode: Mode,
        where: str,
        made: Counter[str],
        *,
        sought: bool = False,
    ) -> Put:
        """Each key once; `sought` says that nobody knows them. Adds what is new to `made`."""
        at_once = sought and _independent(end, keys)
        under_way: list[asyncio.Task[Results]] = []
        given: list[int] = []
        try:
            for at in range(0, len(keys), NODES_STEP):
                some = slice(at, at + NODES_STEP)
                if not at_once:
                    await settled(under_way)
                ids, new = await self._ids(end, keys[some], props[some], mode, sought=sought)
                given += ids
                # Whoever sought in vain comes with ids that are new each time: with others it is
                # another step, or they would be taken for those of then.
                place = f"{where}:{ids}" if sought else where
                step = partial(self._step, end, keys[some], ids, new, props[some], mode, place)
                under_way.append(self._lanes.begin(NO_GROUPS if sought else EVERY_GROUP, step))
            parts = await settled(under_way)
        finally:
            await dropped(under_way)
        results: Results = np.concatenate([np.empty(0, np.uint8), *parts])
        made[end.kind] += int(np.count_nonzero(results == Result.CREATED))
        return Put(results, given)

    async def _step(
        self,
        end: End,
        keys: list[str],
        ids: list[int],
        new: set[int],
        props: list[dict[str, Any]],
        mode: Mode,
        where: str,
    ) -> Results:
        rows = [
            node_row(end.kind, end.source, key, id, said, self._job.began, new=at in new)
            for at, (key, id, said) in enumerate(zip(keys, ids, props, strict=True))
        ]
        # A name is for new people only: whoever is there may have chosen theirs.
        given = [name for name in props[0] if name != "username"]
        key = step_key(self._job.batch, f"{where}:{end.kind}:{end.source}", keys)
        step = NodeStep(self._job.batch.number, key, end.kind, rows, given, mode)
        return await patiently(lambda: self._job.store.import_nodes(step))

    async def _ids(
        self,
        end: End,
        keys: list[str],
        props: list[dict[str, Any]],
        mode: Mode,
        *,
        sought: bool,
    ) -> tuple[list[int], set[int]]:
        """New ones for those that nobody knows, and which these are."""
        if mode is Mode.DELETE:
            return [0] * len(keys), set()
        found: list[int | None] = [None] * len(keys)
        if not sought:
            found = await self.find(end, keys)
        new = [at for at, id in enumerate(found) if id is None]
        if has_time(end.kind):
            times = [props[at].get("createdAt") for at in new]
            fresh = await patiently(lambda: self._stamps.many(end.kind, times))
        else:
            first = await patiently(lambda: self._job.store.take_ids(len(new))) if new else 0
            fresh = list(range(first, first + len(new)))
        for at, id in zip(new, fresh, strict=True):
            found[at] = id
        return [id or 0 for id in found], set(new)

    async def find(self, end: End, keys: list[str]) -> list[int | None]:
        asked = [external_key(end.source, key) for key in keys]
        return await patiently(lambda: self._job.store.find_nodes(end.kind, "externalKey", asked))


def _independent(end: End, keys: list[str]) -> bool:
    """Whether no step takes a name or an id that another one would have had if it came first."""
    return not has_time(end.kind) and len({username_key(key) for key in keys}) == len(keys)
