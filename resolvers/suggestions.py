"""People the viewer may know: friends of friends, and followers not followed back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from algorithms.links import Candidate, Scored, counted, intersect, strongest, suggest, without
from graph.declaring import Privacy
from graph.records import Ids, Person
from graph.visibility import Mask, suggestible_mask
from resolvers.cursors import Binding
from resolvers.fof import between
from resolvers.gather import Once
from resolvers.links import newest
from resolvers.network import Reach, reach_of
from resolvers.own import OWNER_ONLY, OwnRule, muted_now
from resolvers.pages import Item, Listing, Window, always, empty, living
from resolvers.ranked import SNAPSHOT_SIZE, Ranking, ranked
from resolvers.walks import LinksWalk

if TYPE_CHECKING:
    from resolvers.context import Context

# All but mutual friends weighs 8 at most, less than two of them: the best of so many by mutual
# friends are the best of all but for ties.
WEIGHED = 1_000
FOLLOWERS_WEIGHED = 1_000
DAY_MS = 86_400_000
ACTIVE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    text: str
    path: tuple[Person, ...]
    weight: float | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Whom the viewer might know, and what is known about that."""

    reach: Reach
    followers: Ids  # of the viewer, ascending
    candidates: Ids  # ascending, all that may be suggested


@dataclass(frozen=True, slots=True)
class Suggestions:
    context: Context
    listing: Listing[int, Person]
    pool: Once[Pool]

    async def scores(self, items: tuple[Item[int, Person], ...]) -> list[Scored]:
        pool = await self.pool.get()
        people = {item.node.id: item.node for item in items}
        me = await self.context.batches.people.get(_viewer_id(self.context))
        found = rate(pool, people, me, self.context.now() // DAY_MS, len(items))
        by_id = {scored.id: scored for scored in found}
        return [by_id.get(item.node.id, Scored(item.node.id, 0, ())) for item in items]

    async def reasons(self, person: Person, scored: Scored) -> list[Reason]:
        """Sentences, and as evidence only what the viewer may see."""
        pool = await self.pool.get()
        me = await self.context.batches.people.get(_viewer_id(self.context))
        friends = await between(self.context, pool.reach.friends, person.id, 2)
        parts = {part.code: float(part.weight) for part in scored.parts}
        found: list[Reason] = []
        if friends and me and "MUTUAL_FRIENDS" in parts:
            count = int(counted(pool.reach.ids, pool.reach.counts, np.array([person.id]))[0])
            weight = parts["MUTUAL_FRIENDS"]
            text = mutual_text(count, friends)
            found.append(Reason("MUTUAL_FRIENDS", text, (me, friends[0], person), weight))
        if me and person.id in pool.followers:
            found.append(Reason("FOLLOWS_YOU", "Follows you.", (person, me), None))
        found += [
            Reason(code, text, (person,), parts[code])
            for code, text in PLAIN.items()
            if code in parts
        ]
        return found


PLAIN = {
    "SAME_COUNTRY": "Lives in your country.",
    "ACTIVE": "Was active in the last days.",
    "PRIVATE_KNOWN": "Has a private profile, and several of your friends know this person.",
    "PRIVATE_STRANGER": "Has a private profile.",
}


def mutual_text(count: int, some: list[Person]) -> str:
    names = " and ".join(person.name or person.username for person in some[:2])
    if count == 1:
        return f"{names} is a mutual friend."
    if count == 2:
        return f"{names} are mutual friends."
    return f"{count} mutual friends, {names} among them."


def people_you_may_know(context: Context, person: Person, window: Window) -> Suggestions:
    pool = Once(lambda: load_pool(context))
    if context.viewer.id != person.id:
        return Suggestions(context, empty(OWNER_ONLY), pool)

    async def best() -> Ids:
        found = await pool.get()
        counts = counted(found.reach.ids, found.reach.counts, found.candidates)
        ids = strongest(found.candidates, counts, WEIGHED).tolist()
        people = await context.batches.people.many([person.id, *ids])
        alive = {one.id: one for one in people[1:] if one is not None and not one.gone}
        scored = rate(found, alive, people[0], context.now() // DAY_MS, SNAPSHOT_SIZE)
        return np.array([one.id for one in scored], np.int64)

    async def still(ids: Ids) -> Mask:
        return np.isin(ids, (await pool.get()).candidates)

    binding = Binding("peopleYouMayKnow", person.id, person.id)
    ranking = Ranking(best, still)
    listing = ranked(context, binding, window, living(context), ranking, always(0), always(None))
    return Suggestions(context, listing, pool)


def rate(
    pool: Pool, people: Mapping[int, Person], me: Person | None, today: int, limit: int
) -> list[Scored]:
    """Pure: the named ranker, fed with what the viewer may know."""
    ids = np.array(sorted(people), np.int64)
    counts = counted(pool.reach.ids, pool.reach.counts, ids).tolist()
    country = me.country if me else None
    candidates = [
        Candidate(
            id,
            mutual=mutual,
            same_country=country is not None and people[id].country == country,
            active_last_week=_active(people[id], today),
            private=people[id].privacy is Privacy.PRIVATE,
        )
        for id, mutual in zip(ids.tolist(), counts, strict=True)
    ]
    return suggest(candidates, limit)


def _active(person: Person, today: int) -> bool:
    day = person.last_active_day
    return day is not None and today - day <= ACTIVE_DAYS


async def load_pool(context: Context) -> Pool:
    viewer = context.viewer
    reach, followers, *never = await asyncio.gather(
        reach_of(context, _viewer_id(context)),
        load_own(context, "followers", FOLLOWERS_WEIGHED),
        load_own(context, "sent_requests"),
        load_own(context, "dismissed"),
    )
    followers = np.sort(followers)
    ids = np.union1d(reach.ids, followers)
    flags = await context.reader.flags(ids)
    ids = ids[suggestible_mask(viewer, ids, flags)]
    ids, _ = without(ids, ids, viewer.following, np.array([viewer.id]), *never)
    ids, _ = without(ids, ids, await _muted_among(context, ids))
    return Pool(reach, followers, ids)


async def _muted_among(context: Context, ids: Ids) -> Ids:
    """Until when somebody is muted is asked only of those who would be suggested."""
    walk = LinksWalk(context.reader, "muting", _viewer_id(context), _all_of)
    muting = intersect(ids, np.sort(await newest(walk, 2**31)))
    return muting[await muted_now(context, muting)] if len(muting) else muting


async def _all_of(ids: Ids) -> Mask:
    return np.ones(len(ids), np.bool_)


async def load_own(context: Context, name: str, limit: int = 2**31) -> Ids:
    """One of the viewer's own lists."""
    walk = LinksWalk(context.reader, name, _viewer_id(context), OwnRule(context, name))
    return await newest(walk, limit)


def _viewer_id(context: Context) -> int:
    assert context.viewer.id is not None
    return context.viewer.id
