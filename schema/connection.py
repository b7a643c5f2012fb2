"""Lists of people, as Relay connections. Each part is computed only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph.records import Person
from resolvers.pages import Item, Listing
from schema import here
from schema.fields import field
from schema.node import Info
from schema.page_info import PageInfo
from schema.present import users
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]


@strawberry.type(description="One person in a list.")
class UserEdge:
    listing: strawberry.Private[Listing[Any, Person]]
    item: strawberry.Private[Item[Any, Person]]

    @field(description="This place in the list, for `after` or `before`.", here=here.cursor)
    async def cursor(self) -> str:
        return await self.listing.cursor(self.item)

    node: LazyUser = strawberry.field(description="The person.")
    since: DateTime | None = strawberry.field(description="Since when the link stands.")


@strawberry.type(description="A list of people.")
class UserConnection:
    listing: strawberry.Private[Listing[Any, Person]]

    @field(description="The page, with what belongs to each place.")
    async def edges(self, info: Info) -> list[UserEdge]:
        items = (await self.listing.page.get()).items
        nodes = users(info.context, [item.node for item in items])
        return [
            UserEdge(
                listing=self.listing,
                item=item,
                node=node,
                since=None if item.since is None else DateTime(item.since),
            )
            for item, node in zip(items, nodes, strict=True)
        ]

    @field(description="The page, people only.")
    async def nodes(self, info: Info) -> list[LazyUser]:
        items = (await self.listing.page.get()).items
        return users(info.context, [item.node for item in items])

    @field(description="Where this page stands.")
    async def page_info(self) -> PageInfo:
        return PageInfo(listing=self.listing, page=await self.listing.page.get())

    @field(
        description="How many there are: for followers, following and friends the public number, "
        "else how many the viewer may see."
    )
    async def total_count(self) -> int:
        return await self.listing.total.get()

    @field(description="The rule that keeps this list from the viewer, if one does.")
    async def restricted(self) -> str | None:
        return await self.listing.restricted.get()
