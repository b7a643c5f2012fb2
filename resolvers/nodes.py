"""Anything by its id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graph.errors import BadInput
from graph.records import Person, PostCard
from resolvers import globalid
from resolvers.access import find_people

if TYPE_CHECKING:
    from resolvers.context import Context

MAX_NODES = 100


async def nodes(context: Context, texts: Sequence[str]) -> list[Person | PostCard | None]:
    """In order, None for what is not to be seen; one look-up a kind."""
    if len(texts) > MAX_NODES:
        raise BadInput(f"At most {MAX_NODES} ids at once.")
    asked = [(kind.name, id) for kind, id in map(globalid.parse, texts)]
    people = [id for kind, id in asked if kind == "User"]
    posts = [id for kind, id in asked if kind == "Post"]
    found_people, found_posts = await asyncio.gather(
        find_people(context, people), context.batches.posts.many(posts)
    )
    found: dict[tuple[str, int], Person | PostCard | None] = {}
    found |= {("User", id): one for id, one in zip(people, found_people, strict=True)}
    found |= {("Post", id): post for id, post in zip(posts, found_posts, strict=True)}
    return [found.get(key) for key in asked]
