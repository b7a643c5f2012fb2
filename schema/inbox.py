"""What reaches somebody, as it happens."""

from __future__ import annotations

from typing import Annotated, TypeAlias, Union

import strawberry

from graph.events.letters import Told
from resolvers.context import Context
from resolvers.inbox import Acted
from schema.present import user
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


@strawberry.type(description="Something was trimmed or lost: read the feed and the lists again.")
class Gap:
    seq: str = strawberry.field(description=SEQ)
    missed: int | None = strawberry.field(description="How many events; null if nobody knows.")


InboxEvent: TypeAlias = Annotated[
    Union[Followed, FollowRequested, FollowAccepted, Gap],  # noqa: UP007 - strawberry's way
    strawberry.union("InboxEvent", description="What reaches the viewer."),
]

ACTED: dict[Told, type[Followed] | type[FollowRequested] | type[FollowAccepted]] = {
    Told.FOLLOWED: Followed,
    Told.FOLLOW_REQUESTED: FollowRequested,
    Told.FOLLOW_ACCEPTED: FollowAccepted,
}


def inbox_event(context: Context, seq: str, found: Acted) -> InboxEvent:
    """Of what the viewer may see."""
    return ACTED[found.told](seq=seq, by=user(context, found.by))
