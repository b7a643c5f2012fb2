"""A post: whatever was said, replied, shared or quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.declaring import PostType, Visibility
from graph.records import Media as Found
from graph.records import PostCard, Version
from resolvers.access import access_person, find_people
from resolvers.pages import window
from resolvers.reactions import liked_by, liked_by_followed
from resolvers.replies import ReplyOrder, replies
from schema import present
from schema.fields import field
from schema.here import author, post_counter
from schema.node import Info, Node
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.connection import UserConnection
    from schema.post_connection import PostConnection
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]
LazyUserConnection = Annotated["UserConnection", strawberry.lazy("schema.connection")]
LazyPostConnection = Annotated["PostConnection", strawberry.lazy("schema.post_connection")]

strawberry.enum(PostType, description="What a post mostly is.")
strawberry.enum(
    Visibility,
    description="Who sees a post, among those who see its author's profile.",
)

strawberry.enum(
    ReplyOrder,
    description="LATEST: newest first. OLDEST: oldest first. BEST: by the Wilson lower bound of "
    "votes, among the newest 2,000.",
)


@strawberry.type(description="A picture, a video or a link, by reference.")
class Media:
    url: str = strawberry.field(description="Where it is.")
    type: PostType = strawberry.field(description="What it is.")
    width: int | None = strawberry.field(description="In pixels.")
    height: int | None = strawberry.field(description="In pixels.")
    alt: str | None = strawberry.field(description="What it shows, in words.")


@strawberry.type(description="What a post said before an edit.")
class PostVersion:
    text: str | None = strawberry.field(description="Its words.")
    media: list[Media] = strawberry.field(description="Its pictures, videos and links.")
    until: DateTime = strawberry.field(description="When it was edited.")


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

    @field(description="Who wrote it.", here=author)
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

    @field(description="How many like it.", here=post_counter("likes"))
    async def like_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["likes"]

    @field(description="How many replies it has.", here=post_counter("replies"))
    async def reply_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["replies"]

    @field(description="How many share or quote it.", here=post_counter("shares"))
    async def share_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["shares"]

    @field(description="How many saved it; 0 for whoever did not write it.")
    async def save_count(self, info: Info) -> int:
        if self.post.author != info.context.viewer.id:
            return 0
        return (await info.context.batches.post_counts.get(self.post.id))["saves"]

    @field(
        description="How often it was viewed: once a person and day.", here=post_counter("views")
    )
    async def view_count(self, info: Info) -> int:
        return (await info.context.batches.post_counts.get(self.post.id))["views"]

    @field(description="Does the viewer like it?")
    async def liked_by_viewer(self, info: Info) -> bool:
        return await info.context.batches.liked.get(self.post.id)

    @field(description="Did the viewer save it?")
    async def saved_by_viewer(self, info: Info) -> bool:
        return await info.context.batches.saved.get(self.post.id)

    @field(description="Does the viewer share it, without words?")
    async def shared_by_viewer(self, info: Info) -> bool:
        return await info.context.batches.shared.get(self.post.id)

    @field(
        description="Who likes it, newest first; `onlyFollowed`: of those the viewer follows, "
        "by id."
    )
    def liked_by(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        only_followed: bool | None = False,
    ) -> LazyUserConnection:
        from schema.connection import UserConnection

        source = liked_by_followed if only_followed else liked_by
        return UserConnection(listing=source(info.context, self.post, window(first, after)))

    @field(description="What replies to it, one level.")
    def replies(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        order: ReplyOrder | None = ReplyOrder.LATEST,
    ) -> LazyPostConnection:
        from schema.post_connection import PostConnection

        page = window(first, after)
        return PostConnection(listing=replies(info.context, self.post, page, order))

    @field(description="What it said before each edit, oldest first.")
    async def edits(self, info: Info) -> list[PostVersion]:
        if not self.post.edits:
            return []
        return [_version(one) for one in await info.context.store.versions(self.post.id)]


async def _other(info: Info, id: int | None) -> Post | None:
    return present.post_or_none(None if id is None else await info.context.batches.posts.get(id))


def _medium(found: Found) -> Media:
    return Media(
        url=found.url, type=found.type, width=found.width, height=found.height, alt=found.alt
    )


def _version(found: Version) -> PostVersion:
    return PostVersion(
        text=found.text,
        media=[_medium(one) for one in found.media],
        until=DateTime(found.until),
    )
