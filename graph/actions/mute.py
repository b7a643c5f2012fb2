"""Mute, for good or until a time. Nobody learns of it."""

from __future__ import annotations

from graph.actions.access import access_pair
from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.changes import Ops
from graph.errors import BadInput
from graph.events.kinds import Kind
from graph.records import Pair, Props


def is_muting(mute: Props | None, now: int) -> bool:
    """A mute whose time is over is none, though its edge may still stand."""
    if mute is None:
        return False
    until = mute.get("until")
    return until is None or until > now


def decide_mute(pair: Pair, moment: Moment, viewer: int, user: int, until: int | None) -> Ops:
    access_pair(pair)
    if until is not None and until <= moment.now:
        raise BadInput("`until` is a time to come.")
    before = pair.out.get("MUTES")
    if before is not None and before.get("until") == until:
        return ()
    draft = Draft(pair, viewer, user, moment)
    if before is None:
        draft.link("MUTES", viewer, user, {"until": until})
    else:
        # Another end for a mute that goes on does not make it a new one.
        since = before["since"] if is_muting(before, moment.now) else moment.now
        draft.relink("MUTES", viewer, user, {"until": until, "since": since})
    return draft.done(Kind.MUTED)


def decide_unmute(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    draft.unlink("MUTES", viewer, user)
    return draft.done(Kind.UNMUTED)
