"""A post: whatever was said, replied, shared or quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.declaring import PostType, Visibility
from graph.records import Media as Found
from graph.records import PostCard
from resolvers.access import access_person, find_people
from schema import present
from schema.fields import field
from schema.node import Info, Node
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]

strawberry.enum(PostType, description="What a post mostly is.")
strawberry.enum(
    Visibility,
    description="Who sees a post, among those who see its author's profile.",
)


@strawberry.type(description="A picture, a video or a link, by reference.")
class Media:
    url: str = strawberry.field(description="Where it is.")
    type: PostType = strawberry.field(description="What it is.")
    width: int | None = strawberry.field(description="In pixels.")
    height: int | None = strawberry.field(description="In pixels.")
    alt: str | None = strawberry.field(description="What it shows, in words.")


@strawberry.type(description="A post, a reply, a share or a quote.")
class Post(Node):
    id: strawberry.ID = strawberry.field(description="The global id, post_721330194432.")
    text: str | None = strawberry.field(description="Its words; null for a plain share.")
    type: PostType = strawberry.field(description="What it mostly is.")
    visibility: Visibility = strawberry.field(description="Whom it is for.")
    created_at: DateTime = strawberry.field(description="When it was posted.")
    edited_at: DateTime | None = strawberry.field(description="When it was last edited.")
    tags: list[str] = strawberry.field(description="The tags among its words, folded.")
    post: strawberry.Private[PostCard]

    @field(description="Who wrote it.")
    async def author(self, info: Info) -> LazyUser:
        return present.user(info.context, await access_person(info.context, self.post.author))

    @field(description="What it replies to; null where there is nothing to be seen.")
    async def reply_to(self, info: Info) -> Post | None:
        return await _other(info, self.post.reply_to)

    @field(description="What it shares, or quotes; null where there is nothing to be seen.")
    async def shares(self, info: Info) -> Post | None:
        return await _other(info, self.post.shares)

    @field(description="Who is mentioned among its words, as far as the viewer may find them.")
    async def mentions(self, info: Info) -> list[LazyUser]:
        found = await find_people(info.context, self.post.mentions)
        return present.users(info.context, [person for person in found if person is not None])

    @field(description="Its pictures, videos and links, by reference.")
    def media(self) -> list[Media]:
        return [_medium(one) for one in self.post.media]

    @field(description="How many like it.")
    async def like_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["likes"]

    @field(description="How many replies it has.")
    async def reply_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["replies"]

    @field(description="How many share or quote it.")
    async def share_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["shares"]


async def _other(info: Info, id: int | None) -> Post | None:
    return present.post_or_none(None if id is None else await info.context.batches.posts.get(id))


def _medium(found: Found) -> Media:
    return Media(
        url=found.url, type=found.type, width=found.width, height=found.height, alt=found.alt
    )
