"""A person."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph.model import Privacy
from graph.store import Person
from resolvers import mutual
from resolvers.pages import window
from schema.connection import UserConnection
from schema.fields import field
from schema.node import Info, Node
from schema.scalars import DateTime

strawberry.enum(
    Privacy,
    description="Who sees a profile beyond its card: everyone, friends, or accepted followers.",
)


@strawberry.type(description="A person.")
class User(Node):
    id: strawberry.ID = strawberry.field(description="The global id, user_42.")
    username: str = strawberry.field(description="Unique, whatever its case.")
    external_id: str | None = strawberry.field(description="The id an import brought.")
    name: str | None = strawberry.field(description="The name to show.")
    bio: str | None = strawberry.field(description="A few words; part of the closed profile.")
    avatar_url: str | None = strawberry.field(description="Where the picture is.")
    verified: bool = strawberry.field(description="Is this who it says it is?")
    privacy: Privacy = strawberry.field(description="Who sees the profile beyond its card.")
    created_at: DateTime = strawberry.field(description="Since when this person is here.")
    person: strawberry.Private[Person]

    @field(description="Friends of this person and of another one, by id.")
    def mutual_friends(
        self,
        info: Info,
        with_: Annotated[
            strawberry.ID | None,
            strawberry.argument(name="with", description="The viewer if left out."),
        ] = None,
        first: int | None = None,
        after: str | None = None,
    ) -> UserConnection:
        return UserConnection(
            listing=mutual.mutual_friends(info.context, self.person, with_, window(first, after))
        )
