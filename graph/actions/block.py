"""Block: an edge of its own, which ends what was between two people."""

from __future__ import annotations

from graph.actions.access import access_pair
from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.changes import Ops
from graph.events.kinds import Kind
from graph.records import Pair

ENDED_BY_BLOCK = ("FOLLOWS", "REQUESTED")


def decide_block(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    access_pair(pair)
    if "BLOCKS" in pair.out:
        return ()
    draft = Draft(pair, viewer, user, moment)
    for edge in ENDED_BY_BLOCK:
        draft.unlink(edge, viewer, user)
        draft.unlink(edge, user, viewer)
    draft.link("BLOCKS", viewer, user, {})
    return draft.done(Kind.BLOCKED)


def decide_unblock(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    """Restores nothing."""
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    draft.unlink("BLOCKS", viewer, user)
    return draft.done(Kind.UNBLOCKED)
