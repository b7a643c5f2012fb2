"""The generated graph of the benchmarks: 20,000 people, power-law friendships, a few rules.

Two of them have exactly 1,000 friends each and share a few hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.records import Props
from graph.store import Store

FRIENDS = 1000
STAR = 3
# Enough for her counter to be spread; everybody after them may still follow her.
FANS = range(4, 12_004)
BATCH = 10_000
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Indexes of people. 0 and 1 are the two who are asked about; 0 blocks 2; 3 is a celebrity."""

    size: int
    friendships: np.ndarray[Any, np.dtype[np.int64]]  # pairs a < b
    privacy: Sequence[str]
    hides: Sequence[bool]


def plan(size: int = 20_000, mean: float = 12.0, seed: int = 7) -> Plan:
    rng = np.random.default_rng(seed)
    crowd = np.arange(4, size)
    weight = (1 - rng.random(len(crowd))) ** -0.6
    weight = np.minimum(weight, 300) / np.minimum(weight, 300).sum()
    count = int(size * mean / 2)
    pairs = np.stack([rng.choice(crowd, count, p=weight), rng.choice(crowd, count, p=weight)], 1)
    first = rng.choice(crowd, FRIENDS, replace=False, p=weight)
    shared = rng.choice(first, FRIENDS // 3, replace=False)
    others = np.setdiff1d(crowd, first)
    second = np.concatenate([shared, rng.choice(others, FRIENDS - len(shared), replace=False)])
    ends = [np.stack([np.full(FRIENDS, who), them], 1) for who, them in ((0, first), (1, second))]
    everyone = np.sort(np.concatenate([pairs, *ends]), axis=1)
    everyone = np.unique(everyone[everyone[:, 0] != everyone[:, 1]], axis=0)
    privacy = rng.choice(["PUBLIC", "PRIVATE", "FRIENDS"], size, p=[0.85, 0.1, 0.05])
    hides = rng.random(size) < 0.05
    privacy[:4], hides[:4] = "PUBLIC", False
    return Plan(size, everyone, privacy.tolist(), hides.tolist())


async def load(store: Store, made: Plan, now: int, issuer: str) -> list[int]:
    """Into an empty store; the ids, by index."""
    first = await store.take_ids(made.size)
    ids = list(range(first, first + made.size))
    rows = [
        person(one, now, issuer, privacy=made.privacy[at], hideNetwork=made.hides[at])
        for at, one in enumerate(ids)
    ]
    for start in range(0, len(rows), BATCH):
        await store.load_people(rows[start : start + BATCH])
    follows: list[tuple[int, int, Props]] = []
    for number, (a, b) in enumerate(made.friendships.tolist()):
        since: Props = {"since": now - 300 * DAY + number * 10, "notify": False}
        follows += [(ids[a], ids[b], since), (ids[b], ids[a], since)]
    follows += [(ids[fan], ids[STAR], {"since": now - 200 * DAY + fan}) for fan in FANS]
    await load_edges(store, "FOLLOWS", follows)
    await load_edges(store, "BLOCKS", [(ids[0], ids[2], {"since": now})])
    return ids


async def load_edges(store: Store, edge: str, rows: Sequence[tuple[int, int, Props]]) -> None:
    for start in range(0, len(rows), BATCH):
        await store.load_edges(edge, rows[start : start + BATCH])


def person(one: int, now: int, issuer: str, **more: Any) -> Mapping[str, Any]:
    return {
        "id": one,
        "username": f"p{one}",
        "usernameKey": f"p{one}",
        "name": f"Person {one}",
        "verified": False,
        "privacy": "PUBLIC",
        "createdAt": now - 400 * DAY,
        "subjectKey": f"{issuer}\x1fp{one}",
        "hideNetwork": False,
        "discoverable": True,
        "allowSuggestions": True,
        "gone": False,
        "lastActiveDay": now // DAY,
        **more,
    }
