"""People, however they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.declaring import Flag
from graph.errors import BadInput
from graph.records import Person
from graph.usernames import username_key
from graph.visibility import access_profile
from resolvers import globalid
from resolvers.access import find_people, find_person

if TYPE_CHECKING:
    from resolvers.context import Context

# Joins the name space of an import and the id in it, in `externalKey`.
JOINT = "\x1f"
# Longer than any name there is.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Settings:
    hide_network: bool
    discoverable: bool
    allow_suggestions: bool
    country: str | None
    interests: tuple[str, ...]


async def viewer(context: Context) -> Person | None:
    """Whom the token speaks for."""
    return None if context.viewer.id is None else await find_person(context, context.viewer.id)


async def by_id(context: Context, text: str) -> Person | None:
    return await find_person(context, globalid.user_id(text))


async def by_username(context: Context, username: str) -> Person | None:
    return await _by_key(context, "usernameKey", username_key(clean(username)))


async def by_external_id(context: Context, external_id: str, source: str | None) -> Person | None:
    """External ids belong to the closed part of a profile: who may not see it finds nobody."""
    external_id = clean(external_id)
    if source is not None:
        key = f"{clean(source)}{JOINT}{external_id}"
        person = await _by_key(context, "externalKey", key)
        return person if person and opened(context, person) else None
    ids = await context.store.find_external(external_id)
    people = await find_people(context, ids)
    seen = [person for person in people if person and opened(context, person)]
    if len(seen) > 1:
        raise BadInput("Several imports know this external id: say which one as `source`.")
    return seen[0] if seen else None


async def settings(context: Context, person: Person) -> Settings | None:
    """Only one's own."""
    if context.viewer.id != person.id:
        return None
    return Settings(
        hide_network=bool(person.flags & Flag.HIDES_NETWORK),
        discoverable=not person.flags & Flag.UNDISCOVERABLE,
        allow_suggestions=not person.flags & Flag.NOT_SUGGESTED,
        country=person.country,
        interests=tuple(await context.store.interests(person.id)),
    )


async def community(context: Context, person: Person) -> int | None:
    """It tells of edges: who hides theirs hides it."""
    hidden = person.flags & Flag.HIDES_NETWORK and context.viewer.id != person.id
    if hidden or not opened(context, person):
        return None
    return await context.batches.communities.get(person.id)


def opened(context: Context, person: Person) -> bool:
    """May the viewer see more than the card?"""
    return access_profile(context.viewer, person.id, person.flags).allowed


async def _by_key(context: Context, key: str, value: str) -> Person | None:
    (id,) = await context.store.find_people(key, [value])
    return None if id is None else await find_person(context, id)


def clean(text: str) -> str:
    """A text that can be looked up; anything else could not be anybody's."""
    if len(text) > LONGEST or JOINT in text or "\0" in text or not _encodes(text):
        raise BadInput("This can't be anybody's name or id.")
    return text


def _encodes(text: str) -> bool:
    # JSON may carry halves of surrogate pairs, which no store takes.
    return not any("\ud800" <= char <= "\udfff" for char in text)
