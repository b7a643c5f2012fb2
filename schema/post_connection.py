"""Lists of posts, as Relay connections. Each part is computed only when it is asked for."""

from __future__ import annotations

from typing import Any

import strawberry

from graph.records import PostCard
from resolvers.pages import Item, Listing
from schema import here
from schema.fields import field
from schema.page_info import PageInfo
from schema.post import Post
from schema.present import post, posts


@strawberry.type(description="One post in a list.")
class PostEdge:
    listing: strawberry.Private[Listing[Any, PostCard]]
    item: strawberry.Private[Item[Any, PostCard]]
    node: Post = strawberry.field(description="The post.")

    @field(description="This place in the list, for `after` or `before`.", here=here.cursor)
    async def cursor(self) -> str:
        return await self.listing.cursor(self.item)


@strawberry.type(description="A list of posts.")
class PostConnection:
    listing: strawberry.Private[Listing[Any, PostCard]]

    @field(description="The page, with what belongs to each place.")
    async def edges(self) -> list[PostEdge]:
        items = (await self.listing.page.get()).items
        return [PostEdge(listing=self.listing, item=item, node=post(item.node)) for item in items]

    @field(description="The page, posts only.")
    async def nodes(self) -> list[Post]:
        return posts([item.node for item in (await self.listing.page.get()).items])

    @field(description="Where this page stands.")
    async def page_info(self) -> PageInfo:
        return PageInfo(listing=self.listing, page=await self.listing.page.get())

    @field(description="How many there are: the public number, not how many the viewer may see.")
    async def total_count(self) -> int:
        return await self.listing.total.get()

    @field(description="The rule that keeps this list from the viewer, if one does.")
    async def restricted(self) -> str | None:
        return await self.listing.restricted.get()
