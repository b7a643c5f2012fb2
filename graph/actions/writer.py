"""The way of every change: decide under the lock, commit, invalidate, tell the relay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graph.actions.moment import Moment
from graph.adjacency.reader import Reader
from graph.adjacency.touched import Touched, touched
from graph.changes import Emit, Event, Ops
from graph.events.kinds import Kind
from graph.ids import TimeIds, UserIds
from graph.records import Person, Ties
from graph.store import Store

PairRule = Callable[..., Ops]  # (pair, moment, viewer, user, **what is wished)
PersonRule = Callable[[Person | None, Moment], Ops]
PostsRule = Callable[[Person | None, Sequence[Ties], Moment], Ops]


class Done(NamedTuple):
    """A change is committed and visible: the epoch to read it with, and whom it was about."""

    epoch: str
    person: int


class Written(NamedTuple):
    """The same of a post."""

    epoch: str
    post: int


@dataclass(frozen=True, slots=True)
class Writer:
    store: Store
    reader: Reader
    ids: TimeIds
    user_ids: UserIds
    clock: Callable[[], int]  # epoch ms
    # Tells the relay of an event whose stale lists this process has already dropped.
    kick: Callable[[int], None]

    async def moment(self) -> Moment:
        return Moment(self.clock(), await self.ids.new())

    async def pair(self, viewer: int, user: int, decide: PairRule, **wish: Any) -> Done:
        moment = await self.moment()
        _, ops = await self.store.change_pair(
            viewer, user, lambda pair: decide(pair, moment, viewer, user, **wish)
        )
        return Done(await self.committed(ops), user)

    async def person(self, person: int, decide: PersonRule) -> Done:
        _, ops = await self.decide_person(person, decide)
        return Done(await self.committed(ops), person)

    async def decide_person(self, person: int, decide: PersonRule) -> tuple[Person | None, Ops]:
        moment = await self.moment()
        return await self.store.change_person(person, lambda found: decide(found, moment))

    async def posts(
        self, person: int, ids: Sequence[int], decide: PostsRule
    ) -> tuple[list[Ties], Ops]:
        moment = await self.moment()
        return await self.store.change_posts(
            person, ids, lambda found, ties: decide(found, ties, moment)
        )

    async def write(self, ops: Ops, person: int) -> Done:
        await self.store.write(ops)
        return Done(await self.committed(ops), person)

    async def committed(self, ops: Ops) -> str:
        """After a commit, before the answer. Where nothing was written, today's epoch."""
        event = next((op.event for op in ops if isinstance(op, Emit)), None)
        return await (self.reader.invalidate(Touched()) if event is None else self.settle(event))

    async def settle(self, event: Event) -> str:
        """Drops what a committed event made stale, everywhere, and hands it to the relay."""
        epoch = await self.reader.invalidate(Touched.from_json(event.data["touched"]))
        self.kick(event.id)
        return epoch


def told(kind: Kind, moment: Moment, person: int, ops: Ops) -> Ops:
    """A profile's change, with its event."""
    data = {"actor": person, "touched": touched(ops).to_json()}
    return (*ops, Emit(Event(moment.event, kind.value, moment.now, data)))
