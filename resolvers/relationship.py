"""What stands between the viewer and somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.actions import is_muting
from graph.records import Pair, Person
from graph.visibility import access_card
from resolvers import globalid
from resolvers.access import find_person
from resolvers.batches import PAIRS_A_TRIP, access_viewer

if TYPE_CHECKING:
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Relationship:
    person: Person
    following: bool = False
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False
    blocking: bool = False
    muting: bool = False
    notify: bool = False
    since: int | None = None

    @property
    def friends(self) -> bool:
        return self.following and self.followed_by


async def relationship(context: Context, id: int) -> Relationship | None:
    """The viewer's to one person; concurrent callers share a trip."""
    if context.viewer.id is None or id > globalid.LARGEST_USER:
        return None
    if id == context.viewer.id:
        person = await find_person(context, id)
        return None if person is None else Relationship(person)
    return between(context, await context.batches.pairs.get(id))


async def relationships(context: Context, texts: Sequence[str]) -> list[Relationship | None]:
    """The viewer's to many, in order, all in one trip."""
    access_viewer(context)
    ids = globalid.user_ids(texts, PAIRS_A_TRIP)
    return list(await asyncio.gather(*(relationship(context, id) for id in ids)))


def between(context: Context, pair: Pair) -> Relationship | None:
    """Pure. None where there is nobody to be known."""
    other, out, back = pair.b, pair.out, pair.back
    if other is None or "BLOCKS" in back:
        return None
    if not access_card(context.viewer, other.id, other.flags).allowed:
        return None
    follow = out.get("FOLLOWS")
    return Relationship(
        person=other,
        following=follow is not None,
        followed_by="FOLLOWS" in back,
        requested="REQUESTED" in out,
        requested_by="REQUESTED" in back,
        blocking="BLOCKS" in out,
        muting=is_muting(out.get("MUTES"), context.now()),
        notify=bool(follow and follow.get("notify")),
        since=follow.get("since") if follow else None,
    )
