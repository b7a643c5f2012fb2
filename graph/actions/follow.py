"""Follow, and stop following."""

from __future__ import annotations

from graph.actions.access import access_pair
from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.actions.profile_rules import check_text
from graph.changes import Ops
from graph.declaring import Privacy
from graph.errors import Forbidden
from graph.events.kinds import Kind
from graph.records import Pair

MAX_VIA = 100


def check_via(via: str | None) -> None:
    if via is not None:
        check_text("via", MAX_VIA)(via)


def decide_follow(
    pair: Pair, moment: Moment, viewer: int, user: int, notify: bool, via: str | None
) -> Ops:
    """A private account is asked first; the request keeps `notify` and `via` for later."""
    other = access_pair(pair)
    if "BLOCKS" in pair.out:
        raise Forbidden("You blocked this person.", rule="BLOCKING")
    draft = Draft(pair, viewer, user, moment)
    asks = other.privacy is Privacy.PRIVATE and "FOLLOWS" not in pair.out
    edge = "REQUESTED" if asks else "FOLLOWS"
    if edge in pair.out:
        # `via` says where it began; only how one wants to hear of it changes.
        draft.relink(edge, viewer, user, {"notify": notify})
        return draft.done(Kind.FOLLOW_CHANGED)
    draft.unlink("REQUESTED", viewer, user)
    draft.link(edge, viewer, user, {"notify": notify, "via": via})
    return draft.done(Kind.REQUESTED if asks else Kind.FOLLOWED, via=via)


def decide_unfollow(pair: Pair, moment: Moment, viewer: int, user: int) -> Ops:
    """Ends a follow, or withdraws a request."""
    access_pair(pair)
    draft = Draft(pair, viewer, user, moment)
    kind = Kind.UNFOLLOWED if draft.has("FOLLOWS", viewer, user) else Kind.WITHDRAWN
    draft.unlink("FOLLOWS", viewer, user)
    draft.unlink("REQUESTED", viewer, user)
    return draft.done(kind)
