"""People one may know, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from algorithms.links import Scored
from graph.records import Person
from resolvers.pages import Item
from resolvers.suggestions import Suggestions
from schema.fields import field
from schema.node import Info, Node
from schema.page_info import PageInfo
from schema.present import users

if TYPE_CHECKING:
    from schema.user import User

LazyUser = Annotated["User", strawberry.lazy("schema.user")]


@strawberry.type(
    description="Why something is shown: a sentence for people, and the evidence, of which only "
    "what the viewer may see."
)
class Reason:
    code: str = strawberry.field(description="Stable, for programs: MUTUAL_FRIENDS, FOLLOWS_YOU …")
    text: str = strawberry.field(description="A sentence for people.")
    path: list[Node] = strawberry.field(description="From the viewer to what is shown.")
    weight: float | None = strawberry.field(description="What it adds to the score.")


@strawberry.type(description="One suggestion.")
class SuggestionEdge:
    found: strawberry.Private[Suggestions]
    item: strawberry.Private[Item[int, Person]]
    scored: strawberry.Private[Scored]

    @field(description="This place in the list, for `after`.")
    async def cursor(self) -> str:
        return await self.found.listing.cursor(self.item)

    node: LazyUser = strawberry.field(description="The person.")
    score: float = strawberry.field(description="How likely the viewer knows this person.")

    @field(description="Why this person is suggested.")
    async def reasons(self, info: Info) -> list[Reason]:
        reasons = await self.found.reasons(self.node.person, self.scored)
        return [
            Reason(
                code=reason.code,
                text=reason.text,
                path=list(users(info.context, reason.path)),
                weight=reason.weight,
            )
            for reason in reasons
        ]


@strawberry.type(description="People one may know, the likeliest first.")
class SuggestionConnection:
    found: strawberry.Private[Suggestions]

    @field(description="The page, with what belongs to each place.")
    async def edges(self, info: Info) -> list[SuggestionEdge]:
        listing = self.found.listing
        items = (await listing.page.get()).items
        nodes = users(info.context, [item.node for item in items])
        scores = await self.found.scores(items) if items else []
        return [
            SuggestionEdge(
                found=self.found,
                item=item,
                scored=scored,
                node=node,
                score=float(scored.score),
            )
            for item, node, scored in zip(items, nodes, scores, strict=True)
        ]

    @field(description="The page, people only.")
    async def nodes(self, info: Info) -> list[LazyUser]:
        items = (await self.found.listing.page.get()).items
        return users(info.context, [item.node for item in items])

    @field(description="Where this page stands.")
    async def page_info(self) -> PageInfo:
        listing = self.found.listing
        return PageInfo(listing=listing, page=await listing.page.get())
