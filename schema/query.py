"""What may be asked."""

from __future__ import annotations

import strawberry

from graph.errors import BadInput
from resolvers import profile
from schema.fields import field
from schema.node import Info
from schema.present import user_or_none
from schema.user import User


@strawberry.type(description="What may be asked.")
class Query:
    @field(description="One person, by exactly one of id, username and externalId.")
    async def user(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        username: str | None = None,
        external_id: str | None = None,
        source: str | None = None,
    ) -> User | None:
        if sum(given is not None for given in (id, username, external_id)) != 1:
            raise BadInput("Ask by exactly one of `id`, `username` and `externalId`.")
        context = info.context
        if id is not None:
            found = await profile.by_id(context, id)
        elif username is not None:
            found = await profile.by_username(context, username)
        else:
            assert external_id is not None
            found = await profile.by_external_id(context, external_id, source)
        return user_or_none(context, found)
