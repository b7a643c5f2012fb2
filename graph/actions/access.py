"""May this person do anything here at all? Shared by every decision about a pair. Pure."""

from __future__ import annotations

from graph.errors import BadInput, Forbidden, NotFound
from graph.records import Pair, Person

# Ids of people are dense: what lies beyond was never given to anybody.
HIGHEST_ID = 2**40


def nobody() -> NotFound:
    """One and the same for an id that never was, for one who left, and for one who blocked us."""
    return NotFound("There is nobody of this id.")


def inactive() -> Forbidden:
    return Forbidden("This account is not active.", rule="INACTIVE")


def access_other(viewer: int, user: int, what: str) -> None:
    """Before anything is read: is this somebody else?"""
    if viewer == user:
        raise BadInput(f"You can't {what} yourself.")
    if not 0 < user < HIGHEST_ID:
        raise nobody()


def access_self(person: Person | None) -> Person:
    if person is None or person.gone:
        raise inactive()
    return person


def access_pair(pair: Pair) -> Person:
    """The other one, where the viewer may act and the other may be found."""
    access_self(pair.a)
    if pair.b is None or pair.b.gone or "BLOCKS" in pair.back:
        raise nobody()
    return pair.b
