"""What the person on call does to a profile. By username: who left has none any more."""

from __future__ import annotations

from functools import partial

from graph.actions.moment import Moment
from graph.actions.profile import taken
from graph.actions.writer import Done, Writer, told
from graph.changes import Ops, Put
from graph.errors import BadInput, Conflict, NotFound
from graph.events.kinds import Kind
from graph.records import Person
from graph.usernames import username_key

# Joins the two halves of a subject's key; neither may hold it.
JOINT = "\x1f"


async def suspend(writer: Writer, username: str) -> Done:
    """Out of every answer, with all edges kept."""
    return await writer.person(await named(writer, username), decide_suspend)


async def restore(writer: Writer, username: str) -> Done:
    return await writer.person(await named(writer, username), decide_restore)


async def bind(writer: Writer, username: str, issuer: str, subject: str) -> Done:
    """From now on this token's subject, and no other, speaks for this person."""
    if not issuer or not subject or JOINT in issuer + subject:
        raise BadInput("An issuer and a subject are needed.")
    key = f"{issuer}{JOINT}{subject}"
    person = await named(writer, username)
    (owner,) = await writer.store.find_people("subjectKey", [key])
    decide = decide_nothing if owner == person else partial(decide_bind, subject_key=key)
    try:
        done = await writer.person(person, decide)
    except Conflict as conflict:
        raise taken(conflict) from conflict
    await forget_subjects(writer)
    return done


async def forget_subjects(writer: Writer) -> None:
    """Nobody can name the subject that spoke for a person until now: no cache may remember it."""
    await writer.store.raise_generation()


async def named(writer: Writer, username: str) -> int:
    (person,) = await writer.store.find_people("usernameKey", [username_key(username)])
    if person is None:
        raise _unknown()
    return person


def decide_suspend(person: Person | None, moment: Moment) -> Ops:
    found = _known(person)
    if found.gone:
        return ()
    put = Put("User", found.id, {"gone": True})
    return told(Kind.PROFILE_SUSPENDED, moment, found.id, (put,))


def decide_restore(person: Person | None, moment: Moment) -> Ops:
    found = _known(person)
    if not found.gone:
        return ()
    put = Put("User", found.id, {"gone": False})
    return told(Kind.PROFILE_RESTORED, moment, found.id, (put,))


def decide_bind(person: Person | None, moment: Moment, subject_key: str) -> Ops:
    found = _known(person)
    put = Put("User", found.id, {"subjectKey": subject_key})
    return told(Kind.PROFILE_BOUND, moment, found.id, (put,))


def decide_nothing(person: Person | None, moment: Moment) -> Ops:
    return ()


def _known(person: Person | None) -> Person:
    if person is None:
        raise _unknown()
    return person


def _unknown() -> NotFound:
    return NotFound("There is nobody of this username.")
