"""Deleting a profile: gone from every answer at once, erased in steps."""

from __future__ import annotations

from collections.abc import Sequence

from graph.actions.access import inactive
from graph.actions.edges import counts
from graph.actions.moment import Moment
from graph.actions.writer import Done, Writer, told
from graph.adjacency.touched import Touched, touched
from graph.changes import Event, Ops, Put, Unlink
from graph.events.kinds import Kind
from graph.model import EDGE
from graph.records import Person
from graph.store import Removed, Store
from graph.usernames import username_key

# What others may take from now on: the name, the token's subject, the import's id.
FREED = {"usernameKey": None, "subjectKey": None, "externalKey": None}


async def delete_profile(writer: Writer, viewer: int) -> Done:
    found, ops = await writer.decide_person(viewer, decide_delete)
    if not ops and (found is None or await is_suspended(writer.store, found)):
        raise inactive()
    return Done(await writer.committed(ops), viewer)


def decide_delete(person: Person | None, moment: Moment) -> Ops:
    if person is None or person.gone:
        return ()
    put = Put("User", person.id, {"gone": True, **FREED})
    return told(Kind.PROFILE_DELETED, moment, person.id, (put,))


async def is_suspended(store: Store, person: Person) -> bool:
    """Who was suspended is gone as well, but keeps the name; who left has given it back."""
    if not person.gone or not person.username:
        return False
    key = username_key(person.username)
    return await store.find_people("usernameKey", [key]) == [person.id]


async def erase_some(writer: Writer, person: int, limit: int) -> bool:
    """Erases up to `limit` edges of somebody who left. False when nothing was left."""
    moment = await writer.moment()
    removed = await writer.store.erase_step(
        person, limit, lambda removed: erased(person, removed, moment)
    )
    if removed:
        await writer.settle(erased(person, removed, moment))
    else:  # the last step forgets what the person chose: the flags say no more than "gone"
        await writer.reader.invalidate(Touched(people=frozenset({person})))
    return bool(removed)


def erased(person: int, removed: Sequence[Removed], moment: Moment) -> Event:
    stale = Touched()
    for edge, a, b, at in removed:
        gone = (Unlink(edge, a, b), *counts(EDGE[edge], a, b, -1, mutual=True))
        stale |= touched(gone, {} if at is None else {(edge, a, b): at})
    data = {"actor": person, "touched": stale.to_json()}
    return Event(moment.event, Kind.ERASED.value, moment.now, data)
