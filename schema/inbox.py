"""What reaches somebody, as it happens."""

from __future__ import annotations

from typing import Annotated, TypeAlias, Union

import strawberry

from graph.events.letters import Told
from resolvers import globalid
from resolvers.context import Context
from resolvers.inbox import Acted, Found, Liked, Posted, Removed
from schema.post import Post
from schema.present import post, user
from schema.user import User

SEQ = "Its place in the inbox, opaque: `after` goes on behind it."


@strawberry.type(description="Somebody follows the viewer now.")
class Followed:
    seq: str = strawberry.field(description=SEQ)
    by: User = strawberry.field(description="Who.")


@strawberry.type(description="Somebody asks to follow the viewer.")
class FollowRequested:
    seq: str = strawberry.field(description=SEQ)
    by: User = strawberry.field(description="Who.")


@strawberry.type(description="Somebody lets the viewer follow.")
class FollowAccepted:
    seq: str = strawberry.field(description=SEQ)
    by: User = strawberry.field(description="Who.")


@strawberry.type(description="A post for the viewer's feed.")
class FeedPost:
    seq: str = strawberry.field(description=SEQ)
    post: Post = strawberry.field(description="The post; of a share the share itself.")


@strawberry.type(description="A post of somebody the viewer follows says something else now.")
class PostChanged:
    seq: str = strawberry.field(description=SEQ)
    post: Post = strawberry.field(description="As it is now.")


@strawberry.type(description="A post of somebody the viewer follows is gone.")
class PostRemoved:
    seq: str = strawberry.field(description=SEQ)
    id: strawberry.ID = strawberry.field(description="The id it had.")


@strawberry.type(description="A post of the viewer's is liked.")
class PostLiked:
    seq: str = strawberry.field(description=SEQ)
    post: Post = strawberry.field(description="The post.")
    by: User = strawberry.field(description="Who; the last one where several came together.")
    count: int = strawberry.field(description="How many likes this tells of.")


@strawberry.type(description="A post of the viewer's has a reply.")
class PostReplied:
    seq: str = strawberry.field(description=SEQ)
    post: Post = strawberry.field(description="The viewer's post.")
    reply: Post = strawberry.field(description="The reply.")


@strawberry.type(description="A post of the viewer's is shared or quoted.")
class PostShared:
    seq: str = strawberry.field(description=SEQ)
    post: Post = strawberry.field(description="The viewer's post.")
    share: Post = strawberry.field(description="The share, or the quote.")


@strawberry.type(description="Something was trimmed or lost: read the feed and the lists again.")
class Gap:
    seq: str = strawberry.field(description=SEQ)
    missed: int | None = strawberry.field(description="How many events; null if nobody knows.")


InboxEvent: TypeAlias = Annotated[
    Union[  # noqa: UP007 - strawberry's way
        FeedPost,
        PostChanged,
        PostRemoved,
        PostLiked,
        PostReplied,
        PostShared,
        Followed,
        FollowRequested,
        FollowAccepted,
        Gap,
    ],
    strawberry.union("InboxEvent", description="What reaches the viewer."),
]

ACTED: dict[Told, type[Followed] | type[FollowRequested] | type[FollowAccepted]] = {
    Told.FOLLOWED: Followed,
    Told.FOLLOW_REQUESTED: FollowRequested,
    Told.FOLLOW_ACCEPTED: FollowAccepted,
}


def inbox_event(context: Context, seq: str, found: Found) -> InboxEvent:
    """Of what the viewer may see."""
    match found:
        case Acted(told, by):
            return ACTED[told](seq=seq, by=user(context, by))
        case Liked(liked, by, count):
            return PostLiked(seq=seq, post=post(liked), by=user(context, by), count=count)
        case Removed(id):
            return PostRemoved(seq=seq, id=strawberry.ID(globalid.write("post", id)))
        case Posted(Told.REPLIED, reply, about) if about is not None:
            return PostReplied(seq=seq, post=post(about), reply=post(reply))
        case Posted(Told.SHARED, share, about) if about is not None:
            return PostShared(seq=seq, post=post(about), share=post(share))
        case Posted(told, card):
            return (PostChanged if told is Told.CHANGED else FeedPost)(seq=seq, post=post(card))
