"""What an event of a post says: all that fan-out and notification need, without a look-up. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from graph.actions.moment import Moment
from graph.adjacency.touched import touched
from graph.changes import Emit, Event, Ops
from graph.events.kinds import Kind
from graph.model import EDGE
from graph.records import PostCard

Ends = tuple[str, int, int]


def kind_of(post: PostCard) -> str:
    """
    >>> kind_of(PostCard(7, 1, 0, text="so it is", shares=5))
    'quote'
    """
    if post.reply_to is not None:
        return "reply"
    if post.shares is not None:
        return "share" if post.is_plain_share else "quote"
    return "post"


def told_of_post(
    kind: Kind,
    moment: Moment,
    actor: int,
    post: PostCard,
    ops: Ops,
    *,
    parent: PostCard | None = None,
    original: PostCard | None = None,
    ended: Mapping[Ends, int] = MappingProxyType({}),
    **more: Any,
) -> Ops:
    """A change of a post, with its event. Nothing at all where there are no operations.

    Its data: `actor`, `post`, `author`, `at` (when it was posted), `kind` (post, reply, share,
    quote), `visibility`, `type`, `reply_to` and `reply_author`, `shares` and `shared_author`
    (None where there are none), `mentions`, `tags`, and `touched`. The two authors are
    told of posts that come and go. `ended` are the times of other edges that go.
    """
    if not ops:
        return ()
    data: dict[str, Any] = {
        "actor": actor,
        "post": post.id,
        "author": post.author,
        "at": post.created_at,
        "kind": kind_of(post),
        "visibility": post.visibility.value,
        "type": post.type.value,
        "reply_to": post.reply_to,
        "reply_author": parent.author if parent else None,
        "shares": post.shares,
        "shared_author": original.author if original else None,
        "mentions": list(post.mentions),
        "tags": list(post.tags),
        **more,
        "touched": touched(ops, {**times(post), **ended}).to_json(),
    }
    return (*ops, Emit(Event(moment.event, kind.value, moment.now, data)))


def times(post: PostCard) -> dict[Ends, int]:
    """A post's own edges are as old as the post."""
    return {
        (name, a, b): post.created_at
        for name in ("POSTED", "REPLIES_TO", "SHARES")
        for a, b in _ends(name, post)
    }


def _ends(name: str, post: PostCard) -> list[tuple[int, int]]:
    if EDGE[name].source == "User":
        return [(post.author, post.id)]
    other = post.reply_to if name == "REPLIES_TO" else post.shares
    return [] if other is None else [(post.id, other)]
