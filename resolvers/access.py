"""Gates: whom a viewer may find, and why or why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graph.errors import NotFound
from graph.post_visibility import NO_POST, access_post, audience
from graph.records import Person
from graph.visibility import NOT_FOUND, Decision, access_card, access_profile
from resolvers import globalid

if TYPE_CHECKING:
    from resolvers.context import Context


async def find_person(context: Context, id: int) -> Person | None:
    """The person, if the viewer may know that there is one."""
    return (await find_people(context, [id]))[0]


async def find_people(context: Context, ids: Sequence[int]) -> list[Person | None]:
    """In order; one look-up."""
    asked = [id for id in ids if id <= globalid.LARGEST_USER]
    people = dict(zip(asked, await context.batches.people.many(asked), strict=True))
    return [_seen(context, people.get(id)) for id in ids]


def _seen(context: Context, person: Person | None) -> Person | None:
    if person is None or not access_card(context.viewer, person.id, person.flags).allowed:
        return None
    return person


async def access_person(context: Context, id: int) -> Person:
    person = await find_person(context, id)
    if person is None:
        raise NotFound(NOT_FOUND.text)
    return person


async def explain_access(context: Context, text: str) -> Decision:
    """Which rule lets the viewer see a node, or not. The unknown and the hidden sound alike."""
    kind, id = globalid.parse(text)
    if kind.name == "Post":
        return await explain_post(context, id)
    if kind.name != "User":
        return NOT_FOUND
    person = await find_person(context, id)
    if person is None:
        return NOT_FOUND
    return access_profile(context.viewer, id, person.flags)


async def explain_post(context: Context, id: int) -> Decision:
    (post,) = await context.reader.posts([id])
    if post is None:
        return NO_POST
    flags = await context.reader.flags(np.array([post.author], np.int64))
    return access_post(context.viewer, post.author, int(flags[0]), audience(post))
