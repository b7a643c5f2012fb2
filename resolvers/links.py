"""Followers, following and friends, newest first or strongest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from algorithms.links import counted, strongest
from graph.model import LIST
from graph.records import Ids, Person, Position
from graph.visibility import Mask, access_network, edges_mask
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.network import NOBODY, reach_of
from resolvers.pages import (
    Hydrate,
    Item,
    Listing,
    Page,
    V,
    Walk,
    Window,
    always,
    empty,
    living,
    turn_to,
)
from resolvers.ranked import SNAPSHOT_SIZE, Ranking, ranked
from resolvers.walks import LinksWalk

if TYPE_CHECKING:
    from typing import Any

    from resolvers.context import Context

# Who came before these is not weighed: affinity is about today, and lists may hold millions.
STRONGEST_AMONG = 10_000


class LinkOrder(Enum):
    LATEST = "LATEST"
    STRONGEST = "STRONGEST"


def links(
    context: Context, person: Person, name: str, window: Window, order: LinkOrder | None
) -> Listing[Any, Person]:
    """A list of the registry that the policy opens, as its owner's network is open."""
    total = Once(public_number(context, person, name))
    decision = access_network(context.viewer, person.id, person.flags)
    if not decision.allowed:
        return replace(empty(decision.rule), total=total)
    walk = LinksWalk(context.reader, name, person.id, edges_of(context, person))
    order = order or LinkOrder.LATEST
    binding = Binding(name, person.id, context.viewer.id, order.value)
    if order is LinkOrder.LATEST:
        return latest(context, binding, window, living(context), walk, total)
    ranking = by_affinity(context, person, walk)
    return ranked(context, binding, window, living(context), ranking, total, always(None))


def public_number(context: Context, person: Person, name: str) -> Callable[[], Awaitable[int]]:
    counter = LIST[name].side.counter
    assert counter is not None

    async def count() -> int:
        return (await context.batches.counts.get(person.id))[counter]

    return count


def edges_of(context: Context, person: Person) -> Callable[[Ids], Awaitable[Mask]]:
    """The rule for this person's links."""

    async def rule(ids: Ids) -> Mask:
        flags = await context.reader.flags(ids)
        return edges_mask(context.viewer, person.id, person.flags, ids, flags)

    return rule


def latest(
    context: Context,
    binding: Binding,
    window: Window,
    hydrate: Hydrate[V],
    walk: Walk[Position],
    total: Once[int],
) -> Listing[Position, V]:
    """In a fixed order, by keyset in both directions."""
    cursors = context.cursors
    place = cursors.position(binding, window.cursor) if window.cursor is not None else None

    async def page() -> Page[Position, V]:
        return await turn_to(hydrate, walk, window.size, place, window.forward)

    def sealed(item: Item[Position, V]) -> str:
        return cursors.seal(binding, item.place)

    async def cursor(item: Item[Position, V]) -> str:
        return sealed(item)

    return Listing(Once(page), total, always(None), cursor, sealed)


def by_affinity(context: Context, person: Person, walk: LinksWalk) -> Ranking:
    """By 2 interactions + mutual friends with the owner, over what the viewer may see.

    There is nothing yet to interact with, so that mutual friends decide.
    """

    async def best() -> Ids:
        ids = np.sort(await newest(walk, STRONGEST_AMONG))
        reach = await reach_of(context, person.id)
        return strongest(ids, counted(reach.ids, reach.counts, ids), SNAPSHOT_SIZE)

    async def still(ids: Ids) -> Mask:
        linked = await context.reader.linked(walk.name, person.id, np.sort(ids))
        return np.isin(ids, linked) & await walk.rule(ids)

    return Ranking(best, still)


async def newest(walk: LinksWalk, limit: int) -> Ids:
    """The newest visible entries."""
    found, count = [NOBODY], 0
    async with aclosing(walk.visible()) as pieces:
        async for ids, _ in pieces:
            found.append(ids)
            count += len(ids)
            if count >= limit:
                break
    return np.concatenate(found)[:limit]
