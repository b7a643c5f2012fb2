"""The graph as a viewer may know it: friendships after the rules, whole lists at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from algorithms.links import Ints, add_up, intersect, tally
from graph.records import Ids, no_links
from graph.visibility import Standing, known_mask, standing_of, standings

if TYPE_CHECKING:
    from resolvers.context import Context

NOBODY = no_links().ids


async def friends_of(context: Context, owners: Sequence[int]) -> list[Ids]:
    """The friends of each owner that the viewer may know of, ascending; gathered with others."""
    return await context.batches.friends.many(owners)


async def load_friends(context: Context, owners: Sequence[int]) -> list[Ids]:
    """The same at once: one look-up of lists, one of flags."""
    if not owners:
        return []
    return await _masked(context, owners, await context.reader.sets("friends", owners))


async def load_mutual(context: Context, one: int, other: int) -> Ids:
    """Friends of both that the viewer may know to be friends of both, ascending.

    What is common comes first: the rules look at each friendship by itself, and few are left.
    """
    ids = intersect(*await context.reader.sets("friends", (one, other)))
    if len(ids) == 0:
        return ids
    flags = await context.reader.flags(np.concatenate(((one, other), ids)))
    mine, theirs = map(int, flags[:2])
    kinds = {standing_of(context.viewer, one, mine), standing_of(context.viewer, other, theirs)}
    if len(kinds) > 1:
        # What the viewer may know of anybody else's friends, the viewer may know of her own.
        kinds.discard(Standing.OWN)
    masks = [known_mask(context.viewer, kind, ids, flags[2:]) for kind in kinds]
    return ids[reduce(np.logical_and, masks)]


async def _masked(context: Context, owners: Sequence[int], lists: Sequence[Ids]) -> list[Ids]:
    everyone = np.concatenate([np.asarray(owners, np.int64), *lists])
    flags = await context.reader.flags(everyone)
    n = len(owners)
    standing = standings(context.viewer, everyone[:n], flags[:n])
    lengths = [len(one) for one in lists]
    mask = known_mask(context.viewer, np.repeat(standing, lengths), everyone[n:], flags[n:])
    ends = np.cumsum(lengths)[:-1]
    return [ids[kept] for ids, kept in zip(lists, np.split(mask, ends), strict=True)]


@dataclass(frozen=True, slots=True)
class Reach:
    """Who stands two friendships away from somebody, and over how many friends."""

    friends: Ids  # of the owner, ascending
    ids: Ids  # ascending; friends and the owner may be among them
    counts: Ints


async def reach_of(context: Context, owner: int) -> Reach:
    """Two steps from `owner`. Lists are added up before they are masked: see `known_mask`."""
    (friends,) = await friends_of(context, [owner])
    if len(friends) == 0:
        return Reach(friends, NOBODY, NOBODY)
    lists = await context.reader.sets("friends", friends.tolist())
    standing = standings(context.viewer, friends, await context.reader.flags(friends))
    parts = []
    for kind in Standing:
        chosen = np.flatnonzero(standing == kind)
        if kind is not Standing.NONE and len(chosen):
            ids, counts = tally([lists[i] for i in chosen])
            mask = known_mask(context.viewer, kind, ids, await context.reader.flags(ids))
            parts.append((ids[mask], counts[mask]))
    return Reach(friends, *add_up(parts))
