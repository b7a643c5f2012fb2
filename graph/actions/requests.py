"""What is asked of a private account, and who may go on following it."""

from __future__ import annotations

from graph.actions.access import access_pair
from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.changes import Ops
from graph.declaring import Privacy
from graph.errors import NotFound
from graph.events.kinds import Kind
from graph.records import Pair


def decide_accept(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    """A request becomes a follow, as it was asked for."""
    access_pair(pair)
    if "FOLLOWS" in pair.back:
        return ()
    if "REQUESTED" not in pair.back:
        raise NotFound("This person does not ask to follow you.")
    return _accept(Draft(pair, viewer, user, moment), pair, viewer, user)


def decide_decline(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    draft.unlink("REQUESTED", user, viewer)
    return draft.done(Kind.DECLINED)


def decide_remove_follower(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    draft.unlink("FOLLOWS", user, viewer)
    return draft.done(Kind.FOLLOWER_REMOVED)


def decide_opened(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    """Accepts what is pending at a profile that became public, as long as it still is."""
    if pair.a is None or pair.a.gone or pair.a.privacy is not Privacy.PUBLIC:
        return ()
    if pair.b is None or pair.b.gone or "REQUESTED" not in pair.back:
        return ()
    return _accept(Draft(pair, viewer, user, moment), pair, viewer, user)


def _accept(draft: Draft, pair: Pair, viewer: int, user: int) -> Ops:
    asked = pair.back["REQUESTED"]
    draft.unlink("REQUESTED", user, viewer)
    if "FOLLOWS" not in pair.back:
        draft.link("FOLLOWS", user, viewer, {k: asked.get(k) for k in ("notify", "via")})
    return draft.done(Kind.ACCEPTED)
