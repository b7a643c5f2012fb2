"""People and posts as answers show them. Pure.

Of a person the card always, the rest where the profile is open; of a post, which the viewer may
see or it would not be here, all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import strawberry

from graph.records import Person, PostCard
from graph.visibility import opened_profiles
from resolvers import globalid
from resolvers.context import Context
from resolvers.profile import opened
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.post import Post
    from schema.user import User


def users(context: Context, people: Sequence[Person]) -> list[User]:
    """A page of people whose cards the viewer may see; one look at the rules for all."""
    from schema.user import User

    rest = opened_profiles(context.viewer, people)
    return [_user(User, person, shown) for person, shown in zip(people, rest, strict=True)]


def user(context: Context, person: Person) -> User:
    from schema.user import User

    return _user(User, person, opened(context, person))


def user_or_none(context: Context, person: Person | None) -> User | None:
    return None if person is None else user(context, person)


def _user(made: type[User], person: Person, rest: bool) -> User:
    return made(
        id=strawberry.ID(globalid.write("user", person.id)),
        username=person.username,
        external_id=person.external_id if rest else None,
        name=person.name,
        bio=person.bio if rest else None,
        avatar_url=person.avatar_url,
        verified=person.verified,
        privacy=person.privacy,
        created_at=DateTime(person.created_at),
        person=person,
    )


def posts(cards: Sequence[PostCard]) -> list[Post]:
    return [post(card) for card in cards]


def post(card: PostCard) -> Post:
    from schema.post import Post

    return Post(
        id=strawberry.ID(globalid.write("post", card.id)),
        text=card.text,
        type=card.type,
        visibility=card.visibility,
        created_at=DateTime(card.created_at),
        edited_at=None if card.edited_at is None else DateTime(card.edited_at),
        tags=list(card.tags),
        post=card,
    )


def post_or_none(card: PostCard | None) -> Post | None:
    return None if card is None else post(card)


def node_or_none(context: Context, found: Person | PostCard | None) -> User | Post | None:
    if isinstance(found, PostCard):
        return post(found)
    return user_or_none(context, found)
