"""What mutations answer with."""

from __future__ import annotations

import strawberry

from schema.user import User


@strawberry.type(description="The person an action was about, as seen right after it.")
class FollowPayload:
    user: User = strawberry.field(description="The other one.")
