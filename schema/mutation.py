"""What may be changed. Every answer is the state right after the write."""

from __future__ import annotations

import strawberry

from graph.actions.writer import Done
from resolvers import globalid
from resolvers.access import access_person
from resolvers.batches import access_viewer
from schema.fields import field
from schema.node import Info
from schema.payload import FollowPayload
from schema.present import user


async def written(info: Info, done: Done) -> FollowPayload:
    """Look again: the viewer's own sets may have changed with the write."""
    context = info.context
    context.epoch = done.epoch
    context.viewer = await context.reader.viewer(context.viewer.id)
    return FollowPayload(user=user(context, await access_person(context, done.person)))


@strawberry.type(description="What may be changed.")
class Mutation:
    @field(description="Follow somebody; a private account is asked first.")
    async def follow(
        self,
        info: Info,
        user: strawberry.ID,
        notify: bool = False,
        via: str | None = None,
    ) -> FollowPayload:
        viewer = access_viewer(info.context)
        other = globalid.user_id(user)
        return await written(
            info, await info.context.actions.follow(viewer, other, notify=notify, via=via)
        )
