"""What has an id."""

from __future__ import annotations

from typing import TypeAlias

import strawberry

from resolvers.context import Context

Info: TypeAlias = strawberry.Info[Context, None]


@strawberry.interface(description="Anything with a global id, which carries its kind: user_42.")
class Node:
    id: strawberry.ID = strawberry.field(description="The global id: its kind and its number.")
