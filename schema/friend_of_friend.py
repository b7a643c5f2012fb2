"""Friends of friends, with how many friends stand between, and some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.records import Person
from resolvers.fof import FriendsOfFriends
from resolvers.pages import Item, window
from schema.fields import field
from schema.node import Info
from schema.page_info import PageInfo
from schema.present import users

if TYPE_CHECKING:
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]


@strawberry.type(description="One friend of friends.")
class FriendOfFriendEdge:
    found: strawberry.Private[FriendsOfFriends]
    item: strawberry.Private[Item[int, Person]]

    @field(description="This place in the list, for `after`.")
    async def cursor(self) -> str:
        return await self.found.listing.cursor(self.item)

    node: LazyUser = strawberry.field(description="The person.")
    mutual_count: int = strawberry.field(description="How many mutual friends the viewer may see.")

    @field(description="Some of the friends between, by id.")
    async def via(self, info: Info, first: int | None = 3) -> list[LazyUser]:
        size = 3 if first is None else window(first).size
        return users(info.context, await self.found.via(self.node.person.id, size))


@strawberry.type(description="Friends of friends, most mutual friends first, ties by id.")
class FriendOfFriendConnection:
    found: strawberry.Private[FriendsOfFriends]

    @field(description="The page, with what belongs to each place.")
    async def edges(self, info: Info) -> list[FriendOfFriendEdge]:
        listing = self.found.listing
        items = (await listing.page.get()).items
        nodes = users(info.context, [item.node for item in items])
        counts = await self.found.mutual_counts([item.node.id for item in items])
        return [
            FriendOfFriendEdge(found=self.found, item=item, node=node, mutual_count=count)
            for item, node, count in zip(items, nodes, counts, strict=True)
        ]

    @field(description="The page, people only.")
    async def nodes(self, info: Info) -> list[LazyUser]:
        items = (await self.found.listing.page.get()).items
        return users(info.context, [item.node for item in items])

    @field(description="Where this page stands.")
    async def page_info(self) -> PageInfo:
        listing = self.found.listing
        return PageInfo(listing=listing, page=await listing.page.get())

    @field(description="How many the viewer may see, the end of the pages or not.")
    async def total_count(self) -> int:
        return await self.found.listing.total.get()

    @field(description="The rule that keeps this list from the viewer, if one does.")
    async def restricted(self) -> str | None:
        return await self.found.listing.restricted.get()
