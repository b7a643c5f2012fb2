"""What may be changed. Every answer is the state right after the write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import strawberry

from graph.actions import Done
from graph.errors import NotFound, Unauthenticated
from resolvers import globalid
from resolvers.access import access_person
from resolvers.batches import access_viewer
from resolvers.relationship import relationship as load_relationship
from schema.fields import field
from schema.node import Info
from schema.payload import DeletedPayload, FollowPayload, ProfileInput
from schema.post_mutations import PostMutations
from schema.present import user as present
from schema.relationship import relationship
from schema.scalars import DateTime
from schema.user import User


async def look_again(info: Info, viewer: int | None, done: Done) -> None:
    """The viewer's own sets may have changed with the write."""
    info.context.epoch = done.epoch
    info.context.viewer = await info.context.reader.viewer(viewer)


async def change(
    info: Info, user: str, act: Callable[[int, int], Awaitable[Done]]
) -> FollowPayload:
    """One action between the viewer and somebody else, and what stands between them after it."""
    done = await act(access_viewer(info.context), globalid.user_id(user))
    await look_again(info, info.context.viewer.id, done)
    found = await load_relationship(info.context, done.person)
    if found is None:
        # The other one left, or blocked the viewer, just after the write.
        raise NotFound("There is nobody of this id.")
    shown = relationship(info.context, found)
    return FollowPayload(user=shown.user, relationship=shown)


async def profile_of(info: Info, done: Done) -> User:
    await look_again(info, done.person, done)
    return present(info.context, await access_person(info.context, done.person))


@strawberry.type(description="What may be changed. Every mutation may be repeated.")
class Mutation(PostMutations):
    @field(description="Bind the token's subject to a new person.")
    async def create_profile(self, info: Info, input: ProfileInput) -> User:
        context = info.context
        if context.identity is None:
            raise Unauthenticated("Sign in first: this needs a token.")
        key = context.identity.subject_key
        return await profile_of(info, await context.actions.create_profile(key, input.given()))

    @field(description="Change what is given of one's profile.")
    async def update_profile(self, info: Info, input: ProfileInput) -> User:
        viewer = access_viewer(info.context)
        done = await info.context.actions.update_profile(viewer, input.given())
        return await profile_of(info, done)

    @field(description="Leave: gone from every answer at once, erased soon after.")
    async def delete_profile(self, info: Info) -> DeletedPayload:
        viewer = access_viewer(info.context)
        done = await info.context.actions.delete_profile(viewer)
        await look_again(info, None, done)
        return DeletedPayload(id=strawberry.ID(globalid.write("user", done.person)))

    @field(description="Follow somebody; a private account is asked first.")
    async def follow(
        self, info: Info, user: strawberry.ID, notify: bool | None = False, via: str | None = None
    ) -> FollowPayload:
        follow = partial(info.context.actions.follow, notify=bool(notify), via=via)
        return await change(info, user, follow)

    @field(description="Stop following, or withdraw a request.")
    async def unfollow(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.unfollow)

    @field(description="Let somebody follow who asked to.")
    async def accept_follow(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.accept_follow)

    @field(description="Refuse somebody who asked to follow; nobody is told.")
    async def decline_follow(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.decline_follow)

    @field(description="End somebody's following of oneself.")
    async def remove_follower(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.remove_follower)

    @field(description="Disappear for somebody; ends follows and requests both ways.")
    async def block(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.block)

    @field(description="End a block; restores nothing.")
    async def unblock(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.unblock)

    @field(description="Keep somebody out of one's feed, for good or until a time.")
    async def mute(
        self, info: Info, user: strawberry.ID, until: DateTime | None = None
    ) -> FollowPayload:
        return await change(info, user, partial(info.context.actions.mute, until=until))

    @field(description="End a mute.")
    async def unmute(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.unmute)

    @field(description="Do not suggest this person again.")
    async def dismiss_suggestion(self, info: Info, user: strawberry.ID) -> FollowPayload:
        return await change(info, user, info.context.actions.dismiss)
