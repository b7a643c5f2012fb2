"""Looking at what a change left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from graph.changes import Event
from graph.model import LIST
from graph.store import Store


async def events(store: Store) -> list[Event]:
    return await store.take_events(1_000)


def said(event: Event) -> tuple[str, int, int]:
    return event.kind, event.data["actor"], event.data["subject"]


async def edges_of(store: Store, a: int, b: int) -> set[str]:
    """The edges from a to b."""
    (pair,) = await store.pairs(a, [b])
    return set(pair.out)


async def friends_of(store: Store, person: int) -> list[int]:
    (links,) = await store.neighbours("friends", [person])
    return [int(id) for id in links.ids]


async def everything(store: Store) -> Any:
    """All that people can see of a graph, and what waits in its outbox."""
    people = await store.scan_people(0, 1_000)
    ids = [person.id for person in people]
    posts = (await store.posts_of(ids, 1_000)).ids.tolist()
    lists = {}
    for name, lst in LIST.items():
        for id in ids if lst.owner == "User" else posts:
            page = await store.neighbours_page(name, id, 1_000)
            lists[name, id] = (page.ids.tolist(), page.at.tolist())
    interests = [await store.interests(id) for id in ids]
    counts = [await store.counts(ids), await store.post_counts(posts)]
    written = [await store.posts(posts), [await store.versions(id) for id in posts]]
    return people, lists, interests, counts, written, await events(store)


@asynccontextmanager
async def nothing_changes(store: Store) -> AsyncIterator[None]:
    before = await everything(store)
    yield
    assert await everything(store) == before
