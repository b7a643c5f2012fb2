"""What the viewer says about suggestions."""

from __future__ import annotations

from graph.actions.access import access_pair
from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.changes import Ops
from graph.events.kinds import Kind
from graph.records import Pair


def decide_dismiss(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    if not draft.has("DISMISSED", viewer, user):
        draft.link("DISMISSED", viewer, user, {})
    return draft.done(Kind.DISMISSED)
