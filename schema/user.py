"""A person."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph.declaring import Privacy
from graph.records import Person
from resolvers import mutual, profile
from resolvers.fof import friends_of_friends
from resolvers.links import LinkOrder, links
from resolvers.own import own_list
from resolvers.pages import window
from resolvers.posts import posts_by
from resolvers.relationship import relationship as load_relationship
from resolvers.suggestions import people_you_may_know
from schema.connection import UserConnection
from schema.fields import field
from schema.friend_of_friend import FriendOfFriendConnection
from schema.here import person_counter
from schema.node import Info, Node
from schema.post_connection import PostConnection
from schema.relationship import Relationship, relationship
from schema.scalars import DateTime
from schema.settings import Settings, settings
from schema.suggestion import SuggestionConnection

strawberry.enum(
    Privacy,
    description="Who sees a profile beyond its card: everyone, friends, or accepted followers.",
)
strawberry.enum(
    LinkOrder,
    description="LATEST: newest first. STRONGEST: by the list owner's affinity, among the newest "
    "10,000.",
)

WithId = Annotated[
    strawberry.ID | None, strawberry.argument(name="with", description="The viewer if left out.")
]


@strawberry.type(description="A person.")
class User(Node):
    id: strawberry.ID = strawberry.field(description="The global id, user_42.")
    username: str = strawberry.field(description="Unique, whatever its case.")
    external_id: str | None = strawberry.field(description="The id an import brought.")
    name: str | None = strawberry.field(description="The name to show.")
    bio: str | None = strawberry.field(description="A few words; not on the card.")
    avatar_url: str | None = strawberry.field(description="Where the picture is.")
    verified: bool = strawberry.field(description="Is this who it says it is?")
    privacy: Privacy = strawberry.field(description="Who sees the profile beyond its card.")
    created_at: DateTime = strawberry.field(description="Since when this person is here.")
    person: strawberry.Private[Person]

    @field(description="How many follow this person.", here=person_counter("followers"))
    async def follower_count(self, info: Info) -> int:
        return (await info.context.batches.counts.get(self.person.id))["followers"]

    @field(description="How many this person follows.", here=person_counter("following"))
    async def following_count(self, info: Info) -> int:
        return (await info.context.batches.counts.get(self.person.id))["following"]

    @field(
        description="How many follow this person and are followed back.",
        here=person_counter("friends"),
    )
    async def friend_count(self, info: Info) -> int:
        return (await info.context.batches.counts.get(self.person.id))["friends"]

    @field(description="How many posts there are by this person.", here=person_counter("posts"))
    async def post_count(self, info: Info) -> int:
        return (await info.context.batches.counts.get(self.person.id))["posts"]

    @field(
        description="The community that the last analysis put this person in; 0 is the largest. "
        "Null where none did, and where the network is hidden."
    )
    async def community(self, info: Info) -> int | None:
        return await profile.community(info.context, self.person)

    @field(description="The viewer's to this person; null where nobody asks.")
    async def relationship(self, info: Info) -> Relationship | None:
        found = await load_relationship(info.context, self.person.id)
        return None if found is None else relationship(info.context, found)

    @field(description="Who follows this person.")
    def followers(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order: LinkOrder | None = LinkOrder.LATEST,
    ) -> UserConnection:
        page = window(first, after, last, before)
        return UserConnection(listing=links(info.context, self.person, "followers", page, order))

    @field(description="Whom this person follows.")
    def following(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order: LinkOrder | None = LinkOrder.LATEST,
    ) -> UserConnection:
        page = window(first, after, last, before)
        return UserConnection(listing=links(info.context, self.person, "following", page, order))

    @field(description="Who follows this person and is followed back.")
    def friends(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order: LinkOrder | None = LinkOrder.LATEST,
    ) -> UserConnection:
        page = window(first, after, last, before)
        return UserConnection(listing=links(info.context, self.person, "friends", page, order))

    @field(description="Friends of this person and of another one, by id.")
    def mutual_friends(
        self, info: Info, with_: WithId = None, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        page = window(first, after)
        return UserConnection(listing=mutual.mutual_friends(info.context, self.person, with_, page))

    @field(description="Who follows this person and is followed by the viewer, by id.")
    def followers_you_follow(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        page = window(first, after)
        return UserConnection(listing=mutual.followers_you_follow(info.context, self.person, page))

    @field(description="Friends of friends, most mutual friends first, ties by id.")
    def friends_of_friends(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> FriendOfFriendConnection:
        page = window(first, after)
        return FriendOfFriendConnection(found=friends_of_friends(info.context, self.person, page))

    @field(description="Whom one may know, with reasons. Only for oneself.")
    def people_you_may_know(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> SuggestionConnection:
        page = window(first, after)
        return SuggestionConnection(found=people_you_may_know(info.context, self.person, page))

    @field(description="What this person posted, newest first; replies and shares too.")
    def posts(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> PostConnection:
        page = window(first, after, last, before)
        return PostConnection(listing=posts_by(info.context, self.person, page))

    @field(description="One's own settings; null for anybody else.")
    async def settings(self, info: Info) -> Settings | None:
        return settings(await profile.settings(info.context, self.person))

    @field(description="Who asked to follow. Only for oneself.")
    def follow_requests(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        return own(info, self.person, "requests", first, after)

    @field(description="Whom one asked to follow. Only for oneself.")
    def sent_requests(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        return own(info, self.person, "sent_requests", first, after)

    @field(description="Whom one blocked. Only for oneself.")
    def blocked(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        return own(info, self.person, "blocking", first, after)

    @field(description="Whom one muted, as of now. Only for oneself.")
    def muted(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> UserConnection:
        return own(info, self.person, "muting", first, after)


def own(
    info: Info, person: Person, name: str, first: int | None, after: str | None
) -> UserConnection:
    return UserConnection(listing=own_list(info.context, person, name, window(first, after)))
