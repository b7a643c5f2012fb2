"""What may be listened to. It is answered by `web/live`, event by event."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from graph.errors import NotSupported
from schema.inbox import InboxEvent
from schema.node import Info


@strawberry.type(description="What may be listened to, over WebSocket or SSE.")
class Subscription:
    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="All that reaches the viewer, in order. `after` is the `seq` of the last event "
        "seen: what came since is told first, and what can't be told any more is a Gap."
    )
    async def inbox(self, info: Info, after: str | None = None) -> AsyncGenerator[InboxEvent, None]:
        # Whoever runs the schema without a socket has nothing to be told on.
        raise NotSupported("Subscriptions are answered over WebSocket or SSE.")
        yield
