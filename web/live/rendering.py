"""An event, answered in the words of everybody who listens to it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from graph.deadline import deadline
from graph.errors import AmityError
from graph.events.inboxes import Seq
from graph.events.letters import read_letter
from graph.events.live import Delivery, Listener
from graph.visibility import ANYONE
from resolvers.context import Identity
from resolvers.inbox import Found, load
from schema.inbox import Gap, inbox_event
from web.live.selections import Selection
from web.operations import Operations
from web.services import Services

log = logging.getLogger("amity.live")

# Stands for `seq` in an answer that is made once for many. Nobody can guess it into a text.
SEQ = secrets.token_hex(16)
# Answers for one viewer each, before others have a turn.
APART_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one client asked of an inbox, and how it is given."""

    selection: Selection
    identity: Identity
    give: Callable[[str, Seq], None]


Target = tuple[Listener[Subscription], Seq]
Answered = tuple[Subscription, str, Seq]


@dataclass(slots=True)
class RenderingStats:
    delivered: int = 0
    hidden: int = 0  # that a rule kept back
    executed: int = 0  # answers that were made


class Renderer:
    def __init__(self, services: Services, operations: Operations) -> None:
        self._reader = services.reader
        self._operations = operations
        self._now = services.now
        self._seconds = services.numbers.request_seconds
        self.stats = RenderingStats()

    async def __call__(self, deliveries: Sequence[Delivery[Subscription]]) -> None:
        """Look-ups of all are made together; what was first comes first to everybody."""
        for answers in await asyncio.gather(*map(self._answers, deliveries)):
            self.stats.delivered += len(answers)
            for subscription, text, seq in answers:
                subscription.give(text, seq)

    async def _answers(self, delivery: Delivery[Subscription]) -> list[Answered]:
        if delivery.data is None:
            return await self._gap(delivery.to, delivery.missed)
        try:
            with deadline(self._seconds):
                return await self._event(delivery.data, delivery.to)
        except AmityError as error:
            log.warning("an event can't be told: %s", error.code)
        except Exception:
            log.exception("an event can't be told")
        return await self._gap(delivery.to, 1)

    async def _gap(self, to: Sequence[Target], missed: int | None) -> list[Answered]:
        answers: list[Answered] = []
        for selection, targets in _by_selection(to):
            # Nothing of a gap depends on who looks.
            answers += await self._together(selection, targets, Gap(seq=SEQ, missed=missed))
        return answers

    async def _event(self, data: bytes, to: Sequence[Target]) -> list[Answered]:
        people = np.fromiter((listener.person for listener, _ in to), np.int64, len(to))
        found, mask = await load(self._reader, read_letter(data), people, self._now())
        self.stats.hidden += len(to) - int(mask.sum())
        if found is None:
            return []
        answers: list[Answered] = []
        shown = [target for target, seen in zip(to, mask.tolist(), strict=True) if seen]
        for selection, targets in _by_selection(shown):
            if selection.shared:
                answers += await self._shared(selection, targets, found)
            else:
                answers += await self._apart(selection, targets, found)
        return answers

    async def _shared(
        self, selection: Selection, targets: Sequence[Target], found: Found
    ) -> list[Answered]:
        """Everybody who may see it sees the same: one of them looks for all."""
        viewer = await self._reader.viewer(targets[0][0].person)
        context = self._operations.context_of(targets[0][0].to.identity, viewer)
        return await self._together(selection, targets, inbox_event(context, SEQ, found), context)

    async def _together(
        self, selection: Selection, targets: Sequence[Target], root: Any, context: Any = None
    ) -> list[Answered]:
        context = context or self._operations.context_of(None, ANYONE)
        parts = (await self._execute(selection, context, root)).split(SEQ)
        return [(listener.to, str(seq).join(parts), seq) for listener, seq in targets]

    async def _apart(
        self, selection: Selection, targets: Sequence[Target], found: Found
    ) -> list[Answered]:
        answers: list[Answered] = []
        for number, (listener, seq) in enumerate(targets):
            viewer = await self._reader.viewer(listener.person)
            context = self._operations.context_of(listener.to.identity, viewer)
            root = inbox_event(context, str(seq), found)
            answers.append((listener.to, await self._execute(selection, context, root), seq))
            if number % APART_AT_ONCE == APART_AT_ONCE - 1:
                await asyncio.sleep(0)
        return answers

    async def _execute(self, selection: Selection, context: Any, root: Any) -> str:
        self.stats.executed += 1
        result = await self._operations.run(context, selection.document, selection.asked, root)
        return orjson.dumps(result.body).decode()


def _by_selection(to: Iterable[Target]) -> Iterable[tuple[Selection, list[Target]]]:
    groups: defaultdict[Selection, list[Target]] = defaultdict(list)
    for listener, seq in to:
        groups[listener.to.selection].append((listener, seq))
    return groups.items()
