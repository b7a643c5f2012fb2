"""From a question to a listener: what WebSocket and SSE have in common."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from graph.errors import AmityError, TooExpensive, Unavailable
from graph.events.inboxes import Seq, read_seq
from graph.events.live import Listener, Live
from resolvers.batches import access_viewer
from resolvers.context import Context
from web.documents import Document, Operation
from web.live.rendering import Renderer, Subscription
from web.live.selections import Selections
from web.live.sessions import Sessions
from web.operations import Caller, Operations, check_standing
from web.parameters import Parameters
from web.services import Services

log = logging.getLogger("amity.live")

# One event may cost this much: it is answered again and again, and nobody asks again for it.
EVENT_COST = 500


@dataclass(frozen=True, slots=True)
class Listening:
    operations: Operations
    sessions: Sessions
    live: Live[Subscription] | None  # None: there is no cache server to keep inboxes
    selections: Selections
    renderer: Renderer
    touch_active: Callable[[int], Awaitable[None]]

    async def attach(
        self,
        caller: Caller,
        context: Context,
        document: Document,
        operation: Operation,
        asked: Parameters,
        give: Callable[[str, Seq], None],
        resume: str | None = None,
    ) -> Listener[Subscription]:
        """Raises AmityError where this may not be listened to."""
        person = access_viewer(context)
        assert caller.identity is not None
        selection, after = self.selections.of(document, asked)
        cost = await self.operations.price(context, operation, asked)
        if cost > EVENT_COST:
            raise TooExpensive(
                f"An event would cost {cost}; the limit is {EVENT_COST}.",
                cost=cost,
                limit=EVENT_COST,
            )
        check_standing(await self.operations.charge(caller, context, cost))
        after = after if after is not None else resume
        seq = None if after is None else read_seq(after)
        if self.live is None:
            raise Unavailable("There is no cache server here to keep inboxes.")
        listener = Listener(person, Subscription(selection, caller.identity, give), seq)
        await self.live.attach(listener)
        try:
            await self._note_activity(person)
        except BaseException:  # whoever does not want it any more must not go on listening
            self.live.detach(listener)
            raise
        return listener

    async def _note_activity(self, person: int) -> None:
        """Who listens is here today; nobody's subscription fails because of it."""
        try:
            await self.touch_active(person)
        except AmityError as error:
            log.warning("activity is not noted", extra={"code": error.code})

    def detach(self, listener: Listener[Subscription]) -> None:
        if self.live is not None:
            self.live.detach(listener)

    async def start(self) -> None:
        await self.sessions.start()
        if self.live is not None:
            await self.live.start()

    async def stop(self) -> None:
        await self.sessions.stop()
        if self.live is not None:
            await self.live.stop()

    def counters(self) -> Mapping[str, float]:
        live, rendered = self.live, self.renderer.stats
        return {
            **self.sessions.counters(),
            "delivered": rendered.delivered,
            "hidden": rendered.hidden,
            "executed": rendered.executed,
            "gaps": live.stats.gaps if live else 0,
            "caught_up": live.stats.caught_up if live else 0,
            "waiting": live.load if live else 0,
            "listeners": len(live) if live else 0,
        }


def make_listening(services: Services, operations: Operations) -> Listening:
    numbers = services.numbers
    renderer = Renderer(services, operations)
    live = None
    if services.inboxes is not None:
        live = Live(services.inboxes, renderer, numbers.heartbeat_seconds)
        services.inboxes.listen(live.hear)
    sessions = Sessions(services.reader, numbers.max_sockets, numbers.heartbeat_seconds)
    return Listening(
        operations,
        sessions,
        live,
        Selections(services.schema),
        renderer,
        services.actions.touch_active,
    )
