"""The home feed, and why a post is in it or not."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.feed.feed import Feed, Place, RankerName
from resolvers.feed.rules import Shown
from resolvers.feed.why import reasons
from resolvers.feed.why_not import WhyNot as Found
from resolvers.pages import Item
from schema.fields import field
from schema.here import NOT_HERE
from schema.node import Info
from schema.page_info import PageInfo
from schema.post import Post
from schema.present import node_or_none, post, posts
from schema.suggestion import Reason

strawberry.enum(
    RankerName, name="Ranker", description="How a feed is ordered. RELEVANCE where nobody says."
)


def feed_cursor(edge: FeedEdge, info: Info) -> Any:
    sealed = edge.feed.listing.sealed(edge.item)
    return NOT_HERE if sealed is None else sealed


@strawberry.type(description="One post of a feed.")
class FeedEdge:
    feed: strawberry.Private[Feed]
    item: strawberry.Private[Item[Place, Shown]]
    node: Post = strawberry.field(
        description="The post; of a share the share itself, whose `shares` is the original."
    )
    score: float = strawberry.field(description="What the ranker made of it.")

    @field(description="This place in the feed, for `after`.", here=feed_cursor)
    async def cursor(self) -> str:
        return await self.feed.listing.cursor(self.item)

    @field(description="Why it is here, and what its score is made of.")
    async def why(self, info: Info) -> list[Reason]:
        return [
            Reason(
                code=reason.code,
                text=reason.text,
                path=[
                    node
                    for one in reason.path
                    if (node := node_or_none(info.context, one)) is not None
                ],
                weight=reason.weight,
            )
            for reason in await reasons(self.feed, self.item)
        ]


@strawberry.type(description="A page of the viewer's feed.")
class FeedConnection:
    feed: strawberry.Private[Feed]

    @field(description="The page, with what belongs to each place.")
    async def edges(self) -> list[FeedEdge]:
        items = (await self.feed.listing.page.get()).items
        if items:
            # Where one is ready, so are the others': a page of cursors is sealed without waiting.
            await self.feed.listing.cursor(items[0])
        return [
            FeedEdge(
                feed=self.feed,
                item=item,
                node=post(item.node.card),
                score=item.place.rated.score,
            )
            for item in items
        ]

    @field(description="The page, posts only.")
    async def nodes(self) -> list[Post]:
        items = (await self.feed.listing.page.get()).items
        return posts([item.node.card for item in items])

    @field(description="Where this page stands.")
    async def page_info(self) -> PageInfo:
        listing = self.feed.listing
        return PageInfo(listing=listing, page=await listing.page.get())

    @field(description="How many posts arrived since this walk through the feed began.")
    async def newer(self) -> int:
        return await self.feed.newer.get()

    @field(description="False where only a part could be had: ask again in a while.")
    async def complete(self) -> bool:
        return await self.feed.complete.get()


@strawberry.type(description="The first stage that keeps a post out of the viewer's feed.")
class WhyNot:
    shown: bool = strawberry.field(description="Whether it is in the feed after all.")
    stage: str | None = strawberry.field(
        description="POLICY, SOURCE, MUTED, REPLY, WINDOW, DUPLICATE or RANK, in this order."
    )
    rule: str | None = strawberry.field(description="Stable, for programs.")
    text: str = strawberry.field(description="A sentence for people.")


def why_not(found: Found) -> WhyNot:
    return WhyNot(
        shown=found.shown,
        stage=None if found.stage is None else found.stage.value,
        rule=found.rule,
        text=found.text,
    )
