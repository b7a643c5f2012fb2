"""The viewer's home feed, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from algorithms.ranking import RANKERS, Ranker
from graph.records import Ids, Position
from resolvers.cursors import Binding, Walked
from resolvers.cursors import Frozen as FrozenPlace
from resolvers.feed.chronological import FeedWalk
from resolvers.feed.ranking import NOWHERE, Frozen, Ranking, Rated, rank
from resolvers.feed.rules import Shown, open_authors, shown
from resolvers.feed.sources import Circle, Sources, load_circle, load_sources
from resolvers.gather import Once
from resolvers.pages import Item, Listing, Page, Step, Window, always, turn_to

if TYPE_CHECKING:
    from resolvers.context import Context


class RankerName(Enum):
    RELEVANCE = "relevance"
    CHRONOLOGICAL = "chronological"
    ENGAGEMENT = "engagement"
    AFFINITY = "affinity"
    BLEND = "blend"
    EDGERANK = "edgerank"
    HOT = "hot"


class Place(NamedTuple):
    """Where an item stands, and how it came there."""

    at: Position | int
    rated: Rated


@dataclass(frozen=True, slots=True)
class Feed:
    context: Context
    circle: Once[Circle]
    listing: Listing[Place, Shown]
    newer: Once[int]  # what arrived since the walk began
    complete: Once[bool]


def feed(context: Context, name: RankerName | None, window: Window) -> Feed:
    ranker = RANKERS[(name or RankerName.RELEVANCE).value]
    if ranker.name == "chronological":
        return _chronological(context, window)
    return _ranked(context, ranker, window)


# --- chronological: by keyset


def _chronological(context: Context, window: Window) -> Feed:
    binding = _binding(context, RANKERS["chronological"])
    cursors = context.cursors
    began = cursors.walked(binding, window.cursor) if window.cursor is not None else None

    async def load() -> FeedWalk:
        sources = await load_sources(context)
        return FeedWalk(context, sources, sources.complete)

    walk = Once(load)

    async def page() -> Page[Place, Shown]:
        found = await walk.get()
        place = began.place if began else None
        turned = await turn_to(found.hydrate, found, window.size, place, True)
        items = tuple(_timed(item) for item in turned.items)
        return Page(items, turned.has_next, turned.has_previous)

    pages = Once(page)

    async def head() -> Position | None:
        if began is not None:
            return began.head
        items = (await pages.get()).items
        return _position(items[0]) if items else None

    async def cursor(item: Item[Place, Shown]) -> str:
        return cursors.seal(binding, Walked(_position(item), await head() or NOWHERE))

    def sealed(item: Item[Place, Shown]) -> str | None:
        found = pages.known
        if found is None:
            return None
        first = began.head if began else _position(found.items[0])
        return cursors.seal(binding, Walked(_position(item), first))

    async def newer() -> int:
        return await (await walk.get()).newer(began.head if began else None)

    async def complete() -> bool:
        await pages.get()
        return (await walk.get()).complete

    return Feed(
        context,
        _circle_of(walk),
        Listing(pages, always(0), always(None), cursor, sealed),
        Once(newer),
        Once(complete),
    )


def _timed(item: Item[Position, Shown]) -> Item[Place, Shown]:
    seconds = item.place.at / 1000.0
    rated = Rated(item.place.id, seconds, {"time": seconds})
    return Item(item.node, Place(item.place, rated), item.since)


def _position(item: Item[Place, Shown]) -> Position:
    assert isinstance(item.place.at, Position)
    return item.place.at


# --- ranked: through a frozen snapshot


def _ranked(context: Context, ranker: Ranker, window: Window) -> Feed:
    binding = _binding(context, ranker)
    cursors, snapshots = context.cursors, context.snapshots
    began = cursors.frozen(binding, window.cursor) if window.cursor is not None else None

    async def load_walk() -> FeedWalk:
        sources = await load_sources(context)
        return FeedWalk(context, sources, sources.complete)

    walk = Once(load_walk)

    async def load_ranking() -> Ranking:
        return await rank(context, await walk.get(), ranker)

    ranking = Once(load_ranking)

    async def load() -> Frozen:
        if began is not None:
            return Frozen.from_bytes(await snapshots.load_bytes(began.key))
        return (await ranking.get()).frozen

    frozen = Once(load)

    async def load_circle_of() -> Circle:
        return await load_circle(context) if began else (await walk.get()).sources.circle

    circle = Once(load_circle_of)

    async def page() -> Page[Place, Shown]:
        order = _Order(context, await circle.get(), await frozen.get())
        place = began.offset if began else None
        turned = await turn_to(order.hydrate, order, window.size, place, True)
        rated = order.frozen.rated
        items = tuple(
            Item(item.node, Place(item.place, rated[item.place]), None) for item in turned.items
        )
        return Page(items, turned.has_next, turned.has_previous)

    pages = Once(page)

    async def key_of() -> str:
        return began.key if began else await snapshots.save_bytes((await ranking.get()).data)

    key = Once(key_of)

    async def cursor(item: Item[Place, Shown]) -> str:
        assert isinstance(item.place.at, int)
        return cursors.seal(binding, FrozenPlace(await key.get(), item.place.at))

    def sealed(item: Item[Place, Shown]) -> str | None:
        assert isinstance(item.place.at, int)
        if key.known is None:
            return None
        return cursors.seal(binding, FrozenPlace(key.known, item.place.at))

    async def newer() -> int:
        if began is None:
            return 0
        return await (await walk.get()).newer((await frozen.get()).head)

    async def complete() -> bool:
        await pages.get()
        return True if began else (await walk.get()).complete

    return Feed(
        context,
        circle,
        Listing(pages, always(0), always(None), cursor, sealed),
        Once(newer),
        Once(complete),
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """A walk through a frozen order: what is gone or hidden by now is passed over."""

    context: Context
    circle: Circle
    frozen: Frozen

    async def take(self, count: int, beyond: int | None, forward: bool) -> list[Step[int]]:
        total = len(self.frozen.rated)
        if forward:
            places = range(0 if beyond is None else beyond + 1, total)
        else:
            places = range((total if beyond is None else beyond) - 1, -1, -1)
        return [Step(self.frozen.rated[place].id, place) for place in places[:count]]

    async def hydrate(self, ids: Sequence[int]) -> list[Shown | None]:
        return await still_shown(self.context, self.circle, ids)


async def still_shown(context: Context, circle: Circle, ids: Sequence[int]) -> list[Shown | None]:
    """Of posts that were in a feed, those that are today."""
    found = await shown(context, circle, ids)
    there = [one for one in found if one is not None]
    authors = _authors(there)
    open_ = await open_authors(context, circle, authors)
    kept = {one.card.id for one, keep in zip(there, open_, strict=True) if keep}
    return [one if one is not None and one.card.id in kept else None for one in found]


def _authors(posts: Sequence[Shown]) -> Ids:
    return np.array([one.card.author for one in posts], np.int64)


def _circle_of(walk: Once[FeedWalk]) -> Once[Circle]:
    async def circle() -> Circle:
        return (await walk.get()).sources.circle

    return Once(circle)


def _binding(context: Context, ranker: Ranker) -> Binding:
    viewer = context.viewer.id
    return Binding("feed", viewer or 0, viewer, ranker.key)


__all__ = ["Feed", "RankerName", "Sources", "feed"]
