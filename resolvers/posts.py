"""Posts as a viewer may see them: by id, and an author's own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.records import Person, Position, PostCard
from graph.sight import seen_by
from graph.visibility import access_profile
from resolvers import globalid
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.links import latest, public_number
from resolvers.pages import Listing, Step, Window, empty
from resolvers.walks import entries_from

if TYPE_CHECKING:
    from resolvers.context import Context

# Cards read at once while a page looks for posts that the viewer may see.
LARGEST_CHUNK = 500


async def load_posts(context: Context, ids: Sequence[int]) -> list[PostCard | None]:
    """In order, None for what the viewer may not see; one look-up of cards, one of flags.

    `context.batches.posts` gathers it for whoever asks in the same moment.
    """
    found = [post for post in await context.reader.posts(ids) if post is not None]
    seen = await seen_by(context.reader, context.viewer, found)
    visible = {post.id: post for post, shown in zip(found, seen, strict=True) if shown}
    return [visible.get(id) for id in ids]


async def by_id(context: Context, text: str) -> PostCard | None:
    return await context.batches.posts.get(globalid.post_id(text))


def posts_by(context: Context, person: Person, window: Window) -> Listing[Position, PostCard]:
    """A person's posts, newest first; replies and shares too."""
    total = Once(public_number(context, person, "posts"))
    decision = access_profile(context.viewer, person.id, person.flags)
    if not decision.allowed:
        return replace(empty(decision.rule), total=total)
    walk = PostsWalk(context, "posts", person.id)
    binding = Binding("posts", person.id, context.viewer.id)
    return latest(context, binding, window, context.batches.posts.many, walk, total)


@dataclass(frozen=True, slots=True)
class PostsWalk:
    """A list of posts of the registry, as far as the viewer may see them."""

    context: Context
    name: str
    owner: int

    async def take(
        self, count: int, beyond: Position | None, forward: bool
    ) -> list[Step[Position]]:
        found: list[Step[Position]] = []
        async with aclosing(self._visible(count, beyond, forward)) as steps:
            async for step in steps:
                found.append(step)
                if len(found) == count:
                    break
        return found

    async def _visible(
        self, size: int, beyond: Position | None, forward: bool
    ) -> AsyncGenerator[Step[Position], None]:
        """Cards are read a page at a time: a piece of a list may hold a thousand."""
        pieces = entries_from(self.context.reader, self.name, self.owner, beyond, forward)
        async with aclosing(pieces):
            async for ids, at in pieces:
                start = 0
                while start < len(ids):
                    chunk = slice(start, start + size)
                    posts = await self.context.batches.posts.many(ids[chunk])
                    for post, time in zip(posts, at[chunk], strict=True):
                        if post is not None:
                            yield Step(post.id, Position(time, post.id), time)
                    start, size = start + size, min(2 * size, LARGEST_CHUNK)
