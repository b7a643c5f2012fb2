"""Create and change a profile.

A subject has one person. Creating again with what is already so is a retry and answers the same
person; with anything else it is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from graph.actions.access import access_self, inactive
from graph.actions.moment import Moment
from graph.actions.pending import accept_some
from graph.actions.profile_rules import ProfileInput, Wanted, differing, stored, wanted
from graph.actions.writer import Done, Writer, told
from graph.changes import Create, Name, Op, Ops, Put
from graph.declaring import Privacy
from graph.errors import Conflict
from graph.events.kinds import Kind
from graph.records import Person

# How many requests a profile that opens accepts before it answers; the rest follows in the event.
ACCEPTED_AT_ONCE = 20
# A name made from the id may be somebody's choice already; the next id makes another one.
NAMES_TRIED = 3

NEW = {
    "privacy": Privacy.PUBLIC.value,
    "verified": False,
    "hideNetwork": False,
    "discoverable": True,
    "allowSuggestions": True,
    "gone": False,
}

NewIds = Mapping[str, int]  # name of a tag or place → the id it gets if it is new


async def create_profile(writer: Writer, subject_key: str, given: ProfileInput) -> Done:
    want = wanted(given)
    existing = await person_of(writer, subject_key)
    if existing is not None:
        return await _again(writer, existing, want)
    for last in [False] * (NAMES_TRIED - 1) + [True]:
        try:
            return await _create(writer, subject_key, want)
        except Conflict as conflict:
            # The same call, a moment earlier, may have been what we collided with.
            existing = await person_of(writer, subject_key)
            if existing is not None:
                return await _again(writer, existing, want)
            if "username" in want.props or last:
                raise taken(conflict) from conflict
    raise AssertionError("unreachable")


async def update_profile(writer: Writer, viewer: int, given: ProfileInput) -> Done:
    want = wanted(given)
    before = () if want.interests is None else await writer.store.interests(viewer)
    ids = await _new_ids(writer, want)
    decide = partial(decide_update, want=want, before=frozenset(before), ids=ids)
    try:
        found, ops = await writer.decide_person(viewer, decide)
    except Conflict as conflict:
        raise taken(conflict) from conflict
    epoch = await writer.committed(ops)
    if found is not None and opens(found, want):
        epoch = await accept_some(writer, viewer, ACCEPTED_AT_ONCE) or epoch
    return Done(epoch, viewer)


def decide_update(
    person: Person | None, moment: Moment, want: Wanted, before: frozenset[str], ids: NewIds
) -> Ops:
    found = access_self(person)
    changed = differing(found, want.props)
    ops: list[Op] = []
    if changed:
        ops.append(Put("User", found.id, stored(changed)))
    if "country" in changed:
        ops.append(lives_in(found.id, changed["country"], ids))
    if want.interests is not None and frozenset(want.interests) != before:
        ops.append(interested_in(found.id, want.interests, ids))
    if not ops:
        return ()
    kind = Kind.PROFILE_OPENED if opens(found, want) else Kind.PROFILE_CHANGED
    return told(kind, moment, found.id, tuple(ops))


def opens(person: Person, want: Wanted) -> bool:
    """Does this make a profile public that was not?"""
    return want.props.get("privacy") == Privacy.PUBLIC and person.privacy is not Privacy.PUBLIC


async def person_of(writer: Writer, subject_key: str) -> Person | None:
    """From the graph itself: a cache may not know yet, or still."""
    (id,) = await writer.store.find_people("subjectKey", [subject_key])
    if id is None:
        return None
    (person,) = await writer.store.people([id])
    return person


async def _again(writer: Writer, person: Person, want: Wanted) -> Done:
    if person.gone:
        raise inactive()
    interests = None
    if want.interests is not None:
        interests = await writer.store.interests(person.id)
    same = interests is None or set(interests) == set(want.interests or ())
    if differing(person, want.props) or not same:
        raise Conflict("You have a profile already.", field="subject")
    return Done(await writer.committed(()), person.id)


async def _create(writer: Writer, subject_key: str, want: Wanted) -> Done:
    moment = await writer.moment()
    person = await writer.user_ids.new()
    ops = new_profile(moment, person, subject_key, want, await _new_ids(writer, want))
    return await writer.write(ops, person)


def new_profile(moment: Moment, person: int, subject_key: str, want: Wanted, ids: NewIds) -> Ops:
    props = {"username": f"u{person}", **NEW, **want.props}
    props |= {"createdAt": moment.now, "subjectKey": subject_key}
    given = {name: value for name, value in stored(props).items() if value is not None}
    ops: list[Op] = [Create("User", person, given)]
    if "country" in given:
        ops.append(lives_in(person, given["country"], ids))
    if want.interests:
        ops.append(interested_in(person, want.interests, ids))
    return told(Kind.PROFILE_CREATED, moment, person, tuple(ops))


def lives_in(person: int, country: str | None, ids: NewIds) -> Name:
    keys = () if country is None else (place_key(country),)
    return Name("LIVES_IN", person, {key: ids[key] for key in keys})


def interested_in(person: int, tags: tuple[str, ...], ids: NewIds) -> Name:
    return Name("INTERESTED_IN", person, {tag: ids[tag] for tag in tags})


def place_key(country: str) -> str:
    return f"country:{country}"


async def _new_ids(writer: Writer, want: Wanted) -> NewIds:
    """An id for each name, in case it is new. Places have capitals, tags have none: one map."""
    country = want.props.get("country")
    names = [*(want.interests or ()), *([place_key(country)] if country else [])]
    return {name: await writer.ids.new() for name in names}


def taken(conflict: Conflict) -> Conflict:
    """In the words of who asked, instead of the property's."""
    if conflict.extensions.get("field") == "usernameKey":
        return Conflict("This username is taken.", field="username")
    if conflict.extensions.get("field") == "subjectKey":
        return Conflict("This subject has a person already.", field="subject")
    return conflict
