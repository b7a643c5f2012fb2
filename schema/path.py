"""How two people are connected."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from graph.records import Person
from resolvers.context import Context
from schema.present import users
from schema.user import User


@strawberry.type(description="One way from somebody to somebody, along friendships.")
class Path:
    users: list[User] = strawberry.field(description="Everyone on the way, both ends included.")
    length: int = strawberry.field(description="How many steps.")


def path(context: Context, people: Sequence[Person]) -> Path:
    return Path(users=users(context, people), length=len(people) - 1)
