"""Answers that need no waiting: from what this process holds, for fields that are asked for often.

A field that waits costs a task, and a page has many of them. Each function here says what its
field would, or `NOT_HERE`; then the field itself is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graph.visibility import access_card
from schema import present

if TYPE_CHECKING:
    from schema.node import Info

NOT_HERE = object()
Here = Callable[[Any, "Info"], Any]


def post_counter(name: str) -> Here:
    def here(post: Any, info: Info) -> Any:
        counts = info.context.reader.here("post_counts", post.post.id)
        return NOT_HERE if counts is None else counts[name]

    return here


def person_counter(name: str) -> Here:
    def here(user: Any, info: Info) -> Any:
        counts = info.context.reader.here("counts", user.person.id)
        return NOT_HERE if counts is None else counts[name]

    return here


def author(post: Any, info: Info) -> Any:
    """Whoever may not be found is left to the field, which says so."""
    context = info.context
    card = context.reader.here("people", post.post.author)
    person = None if card is None else card.person
    if person is None or not access_card(context.viewer, person.id, person.flags).allowed:
        return NOT_HERE
    return present.user(context, person)


def cursor(edge: Any, info: Info) -> Any:
    sealed = edge.listing.sealed(edge.item)
    return NOT_HERE if sealed is None else sealed
