"""What may be asked."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph.errors import BadInput
from resolvers import posts, profile
from resolvers.access import explain_access
from resolvers.batches import access_viewer
from resolvers.feed.feed import RankerName, feed
from resolvers.feed.why_not import why_not as found_why_not
from resolvers.nodes import nodes
from resolvers.pages import window
from resolvers.paths import paths
from resolvers.relationship import relationships
from schema.access import AccessDecision, access_decision
from schema.feed import FeedConnection, WhyNot, why_not
from schema.fields import field
from schema.node import Info, Node
from schema.path import Path, path
from schema.post import Post
from schema.present import node_or_none, post_or_none, user_or_none
from schema.relationship import Relationship, relationship
from schema.user import User

WithIds = Annotated[
    list[strawberry.ID], strawberry.argument(name="with", description="At most 100.")
]
From = Annotated[strawberry.ID, strawberry.argument(name="from")]


@strawberry.type(description="What may be asked.")
class Query:
    @field(description="Whom the token speaks for; null where it speaks for nobody yet.")
    async def viewer(self, info: Info) -> User | None:
        return user_or_none(info.context, await profile.viewer(info.context))

    @field(description="Anything by its id; null where there is nothing to be seen.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return node_or_none(info.context, (await nodes(info.context, [id]))[0])

    @field(description="At most 100 nodes, in order, null for what is not to be seen.")
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        return [node_or_none(info.context, one) for one in await nodes(info.context, ids)]

    @field(description="One post; null where there is nothing to be seen.")
    async def post(self, info: Info, id: strawberry.ID) -> Post | None:
        return post_or_none(await posts.by_id(info.context, id))

    @field(
        description="One person, by exactly one of id, username and externalId; `source` says "
        "which import's, when several brought the same."
    )
    async def user(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        username: str | None = None,
        external_id: str | None = None,
        source: str | None = None,
    ) -> User | None:
        context = info.context
        if source is not None and external_id is None:
            raise BadInput("`source` says whose `externalId` is meant: ask by that.")
        match id, username, external_id:
            case str(), None, None:
                found = await profile.by_id(context, id)
            case None, str(), None:
                found = await profile.by_username(context, username)
            case None, None, str():
                found = await profile.by_external_id(context, external_id, source)
            case _:
                raise BadInput("Ask by exactly one of `id`, `username` and `externalId`.")
        return user_or_none(context, found)

    @field(description="The viewer's to each of these, null where there is nobody to be known.")
    async def relationships(self, info: Info, with_: WithIds) -> list[Relationship | None]:
        found = await relationships(info.context, with_)
        return [None if one is None else relationship(info.context, one) for one in found]

    @field(description="How two people are connected: the shortest ways, then diverse ones.")
    async def paths(
        self,
        info: Info,
        from_: From,
        to: strawberry.ID,
        first: int | None = 1,
        max_length: int | None = 4,
    ) -> list[Path]:
        count = 1 if first is None else window(first).size
        longest = 4 if max_length is None else max_length
        found = await paths(info.context, from_, to, count, longest)
        return [path(info.context, people) for people in found]

    @field(description="The viewer's home feed.")
    async def feed(
        self,
        info: Info,
        ranker: RankerName | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> FeedConnection:
        access_viewer(info.context)
        return FeedConnection(feed=feed(info.context, ranker, window(first, after)))

    @field(description="The first stage that keeps this post out of the viewer's feed.")
    async def why_not(
        self, info: Info, post: strawberry.ID, ranker: RankerName | None = None
    ) -> WhyNot:
        return why_not(await found_why_not(info.context, post, ranker))

    @field(description="Which rule lets the viewer see this node, or not.")
    async def explain_access(self, info: Info, id: strawberry.ID) -> AccessDecision:
        return access_decision(await explain_access(info.context, id))
