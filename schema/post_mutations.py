"""What may be changed about posts. Every answer is the state right after the write."""

from __future__ import annotations

import strawberry

from graph.actions import Written
from graph.errors import NotFound
from graph.visibility import NO_POST
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
