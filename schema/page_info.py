"""Where a page stands in its list."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.pages import Item, Listing, Page
from schema.fields import field


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    listing: strawberry.Private[Listing[Any, Any]]
    page: strawberry.Private[Page[Any, Any]]

    @field(description="Is there more after this page?")
    async def has_next_page(self) -> bool:
        return await self.page.has_next.get()

    @field(description="Is there anything before this page?")
    async def has_previous_page(self) -> bool:
        return await self.page.has_previous.get()

    @field(description="The cursor of the first entry, for `before`.")
    async def start_cursor(self) -> str | None:
        return await self._cursor(self.page.items[:1])

    @field(description="The cursor of the last entry, for `after`.")
    async def end_cursor(self) -> str | None:
        return await self._cursor(self.page.items[-1:])

    async def _cursor(self, items: tuple[Item[Any, Any], ...]) -> str | None:
        return await self.listing.cursor(items[0]) if items else None
