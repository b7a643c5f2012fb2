"""What stands between the viewer and somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.context import Context
from resolvers.relationship import Relationship as Found
from schema.fields import field
from schema.node import Info
from schema.present import user
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]


@strawberry.type(description="What stands between the viewer and somebody.")
class Relationship:
    user: LazyUser = strawberry.field(description="The other one.")
    following: bool = strawberry.field(description="The viewer follows this person.")
    followed_by: bool = strawberry.field(description="This person follows the viewer.")
    friends: bool = strawberry.field(description="Each follows the other.")
    requested: bool = strawberry.field(description="The viewer asked to follow.")
    requested_by: bool = strawberry.field(description="This person asked to follow.")
    blocking: bool = strawberry.field(description="The viewer blocked this person.")
    muting: bool = strawberry.field(description="The viewer muted this person, as of now.")
    notify: bool = strawberry.field(description="The viewer wants to hear of each post.")
    since: DateTime | None = strawberry.field(description="Since when the viewer follows.")

    @field(description="Steps along friendships: 0 oneself, 1 to 3, else null.")
    async def distance(self, info: Info) -> int | None:
        return await info.context.batches.distances.get(self.user.person.id)

    @field(description="How many mutual friends the viewer may see.")
    async def mutual_friend_count(self, info: Info) -> int:
        return await info.context.batches.mutual_counts.get(self.user.person.id)


def relationship(context: Context, found: Found) -> Relationship:
    return Relationship(
        user=user(context, found.person),
        following=found.following,
        followed_by=found.followed_by,
        friends=found.friends,
        requested=found.requested,
        requested_by=found.requested_by,
        blocking=found.blocking,
        muting=found.muting,
        notify=found.notify,
        since=None if found.since is None else DateTime(found.since),
    )
