"""How two people are connected, along friendships that the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from algorithms.paths.search import Search
from graph.errors import BadInput
from graph.records import Person
from graph.visibility import has
from resolvers import globalid
from resolvers.access import find_people
from resolvers.network import load_friends

if TYPE_CHECKING:
    from resolvers.context import Context

LONGEST = 6


async def paths(
    context: Context, source: str, target: str, first: int, longest: int
) -> list[list[Person]]:
    """The shortest paths, then diverse ones; none where an end is not to be known."""
    if not 1 <= longest <= LONGEST:
        raise BadInput(f"`maxLength` is 1 to {LONGEST}.")
    start, end = globalid.user_ids([source, target], 2)
    people = await find_people(context, [start, end])
    if None in people or any(has(context.viewer.blocking, id) for id in (start, end)):
        return []
    return await _hydrate(context, await _search(context, Search(start, end, first, longest)))


async def _search(context: Context, search: Search) -> list[tuple[int, ...]]:
    while wanted := search.wanted():
        lists = await load_friends(context, wanted)
        search.feed(dict(zip(wanted, lists, strict=True)))
    return search.found


async def _hydrate(context: Context, found: Sequence[Sequence[int]]) -> list[list[Person]]:
    ids = list(dict.fromkeys(id for path in found for id in path))
    people = dict(zip(ids, await context.batches.people.many(ids), strict=True))
    whole = []
    for path in found:
        steps = [person for id in path if (person := people[id]) and not person.gone]
        if len(steps) == len(path):
            whole.append(steps)
    return whole
