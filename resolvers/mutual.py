"""Whom two people have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from graph.records import Ids, Person, Position
from graph.visibility import NOT_FOUND, Decision, access_network, edges_mask
from resolvers import globalid
from resolvers.access import find_person
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.network import load_mutual
from resolvers.pages import Item, Listing, Page, Window, empty, living, turn_to
from resolvers.walks import IdsWalk

if TYPE_CHECKING:
    from resolvers.context import Context


def mutual_friends(
    context: Context, person: Person, other: str | None, window: Window
) -> Listing[int, Person]:
    """Friends of both, by id. `other` is the viewer if left out."""
    with_id = context.viewer.id if other is None else globalid.user_id(other)
    if with_id is None:
        return empty(nobody_asks(context))
    binding = Binding("mutualFriends", person.id, context.viewer.id, str(with_id))

    async def both() -> Ids:
        return await load_mutual(context, person.id, with_id)

    async def rule() -> Decision:
        mine = access_network(context.viewer, person.id, person.flags)
        if not mine.allowed:
            return mine
        them = await find_person(context, with_id)
        return access_network(context.viewer, with_id, them.flags) if them else NOT_FOUND

    return common(context, binding, window, both, rule)


def followers_you_follow(context: Context, person: Person, window: Window) -> Listing[int, Person]:
    """Whom the viewer follows and who follow this person, by id."""
    viewer = context.viewer
    if viewer.id is None:
        return empty(nobody_asks(context))
    binding = Binding("followersYouFollow", person.id, viewer.id)

    async def both() -> Ids:
        ids = await context.reader.linked("followers", person.id, viewer.following)
        flags = await context.reader.flags(ids)
        return ids[edges_mask(viewer, person.id, person.flags, ids, flags)]

    async def rule() -> Decision:
        return access_network(viewer, person.id, person.flags)

    return common(context, binding, window, both, rule)


def common(
    context: Context,
    binding: Binding,
    window: Window,
    load: Callable[[], Awaitable[Ids]],
    rule: Callable[[], Awaitable[Decision]],
) -> Listing[int, Person]:
    """A list that is a set of ids: its order never changes, its page is a slice."""
    cursors = context.cursors
    place = cursors.position(binding, window.cursor).id if window.cursor is not None else None
    ids = Once(load)

    async def page() -> Page[int, Person]:
        walk = IdsWalk(await ids.get())
        return await turn_to(living(context), walk, window.size, place, window.forward)

    async def total() -> int:
        return len(await ids.get())

    async def restricted() -> str | None:
        # Where something can be shown, nothing has to be excused.
        if len(await ids.get()):
            return None
        decision = await rule()
        return None if decision.allowed else decision.rule

    def sealed(item: Item[int, Person]) -> str:
        return cursors.seal(binding, Position(0, item.place))

    async def cursor(item: Item[int, Person]) -> str:
        return sealed(item)

    return Listing(Once(page), Once(total), Once(restricted), cursor, sealed)


def nobody_asks(context: Context) -> str:
    """The rule that empties a list which is about the viewer, when there is none."""
    return "UNAUTHENTICATED" if context.identity is None else "NO_PROFILE"
