"""What may be changed about posts. Every answer is the state right after the write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import strawberry

from graph.actions import Written
from graph.errors import NotFound
from graph.post_visibility import NO_POST
from resolvers import globalid
from resolvers.batches import access_viewer
from schema.fields import field
from schema.node import Info
from schema.payload import DeletedPayload, PostInput
from schema.post import Post
from schema.present import post as present


async def post_of(info: Info, written: Written) -> Post:
    """The post as it is now."""
    info.context.epoch = written.epoch
    card = await info.context.batches.posts.get(written.post)
    if card is None:
        # It was deleted, or closed to the viewer, just after the write.
        raise NotFound(NO_POST.text)
    return present(card)


async def change(info: Info, post: str, act: Callable[[int, int], Awaitable[Written]]) -> Post:
    """What one person does with a post, and the post that is to be shown after it."""
    viewer = access_viewer(info.context)
    return await post_of(info, await act(viewer, globalid.post_id(post)))


@strawberry.type
class PostMutations:
    @field(
        description="Post, reply, share or quote. The same `key` of the same caller answers the "
        "same post for a day."
    )
    async def create_post(self, info: Info, input: PostInput, key: str | None = None) -> Post:
        viewer = access_viewer(info.context)
        return await post_of(
            info, await info.context.actions.create_post(viewer, input.given(), key)
        )

    @field(description="Take a post back: gone from every answer at once.")
    async def delete_post(self, info: Info, post: strawberry.ID) -> DeletedPayload:
        viewer = access_viewer(info.context)
        done = await info.context.actions.delete_post(viewer, globalid.post_id(post))
        info.context.epoch = done.epoch
        return DeletedPayload(id=strawberry.ID(globalid.write("post", done.post)))

    @field(description="Change one's own post; what it said before stays readable.")
    async def edit_post(self, info: Info, post: strawberry.ID, input: PostInput) -> Post:
        edit = partial(info.context.actions.edit_post, given=input.given())
        return await change(info, post, edit)

    @field(description="Like a post.")
    async def like(self, info: Info, post: strawberry.ID) -> Post:
        return await change(info, post, info.context.actions.like)

    @field(description="Like it no longer.")
    async def unlike(self, info: Info, post: strawberry.ID) -> Post:
        return await change(info, post, info.context.actions.unlike)

    @field(description="Save a post for later; nobody else sees who did.")
    async def save(self, info: Info, post: strawberry.ID) -> Post:
        return await change(info, post, info.context.actions.save)

    @field(description="Save it no longer.")
    async def unsave(self, info: Info, post: strawberry.ID) -> Post:
        return await change(info, post, info.context.actions.unsave)

    @field(
        description="Share a post, of which there is one share a person; with words, quote it. "
        "Answers the share."
    )
    async def share(
        self,
        info: Info,
        post: strawberry.ID,
        text: str | None = None,
        key: str | None = None,
    ) -> Post:
        return await change(info, post, partial(info.context.actions.share, text=text, key=key))

    @field(description="Take one's share back; answers what was shared.")
    async def unshare(self, info: Info, post: strawberry.ID) -> Post:
        return await change(info, post, info.context.actions.unshare)

    @field(description="Vote 1 or -1; 0 takes the vote back. Nobody else sees who did.")
    async def vote(self, info: Info, post: strawberry.ID, value: int) -> Post:
        return await change(info, post, partial(info.context.actions.vote, value=value))

    @field(
        description="Tell which posts were on the screen, at most 100; how many of them are "
        "counted: once a person, post and day."
    )
    async def record_views(self, info: Info, posts: list[strawberry.ID]) -> int:
        viewer = access_viewer(info.context)
        ids = [globalid.post_id(post) for post in posts]
        info.context.epoch, counted = await info.context.actions.record_views(viewer, ids)
        return counted
