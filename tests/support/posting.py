"""Posts of the tests, written straight into a store: no rule is asked, nobody is told."""

from __future__ import annotations

from typing import Any

from graph.actions.edges import counts
from graph.changes import Create, Link, Name, Op
from graph.ids import compose
from graph.model import EDGE
from graph.posts import share_key
from graph.store import Store
from tests.support.cast import T0


def post_id(at: int, number: int = 0) -> int:
    """An id as a process of its own would have made it."""
    return compose(at, 895, number)


async def post(
    store: Store,
    author: int,
    at: int = T0,
    number: int = 0,
    *,
    reply_to: int | None = None,
    shares: int | None = None,
    tags: tuple[str, ...] = (),
    mentions: tuple[int, ...] = (),
    **props: Any,
) -> int:
    """A new post; its id."""
    id = post_id(at, number)
    plain = shares is not None and "text" not in props and "media" not in props
    given = {"visibility": "PUBLIC", "type": "TEXT", "gone": False, **props, "createdAt": at}
    if plain and shares is not None:
        given.setdefault("shareKey", share_key(author, shares))
    elif "media" not in props:
        given.setdefault("text", f"post {number}")
    ops: list[Op] = [Create("Post", id, given), *edge("POSTED", author, id, at)]
    if reply_to is not None:
        ops += edge("REPLIES_TO", id, reply_to, at)
    if shares is not None:
        ops += edge("SHARES", id, shares, at)
    for user in mentions:
        ops += edge("MENTIONS", id, user, at)
    if tags:
        ops.append(Name("TAGGED", id, {tag: id + 1 + n for n, tag in enumerate(tags)}))
    await store.write(tuple(ops))
    return id


def edge(name: str, a: int, b: int, at: int, **props: Any) -> tuple[Op, ...]:
    """One edge, with what the registry counts of it."""
    stamped = {EDGE[name].time: at, **props}
    return (Link(name, a, b, stamped), *counts(EDGE[name], a, b, +1, mutual=False, props=stamped))


async def like(store: Store, person: int, liked: int, at: int = T0) -> None:
    await store.write(edge("LIKED", person, liked, at))
