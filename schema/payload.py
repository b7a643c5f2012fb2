"""What is given to mutations, and what they answer."""

from __future__ import annotations

from typing import Any, cast

import strawberry

from graph.actions import PostInput as GivenPost
from graph.actions import ProfileInput as Given
from graph.declaring import PostType, Privacy, Visibility
from graph.records import Media
from resolvers import globalid
from schema.relationship import Relationship
from schema.user import User


@strawberry.type(description="The person an action was about, as seen right after it.")
class FollowPayload:
    user: User = strawberry.field(description="The other one.")
    relationship: Relationship = strawberry.field(description="The viewer's to the other one.")


@strawberry.type(description="What is gone.")
class DeletedPayload:
    id: strawberry.ID = strawberry.field(description="The id it had; nobody gets it again.")


def optional(description: str) -> Any:
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="A profile; what is left out stays as it is.")
class ProfileInput:
    username: str | None = optional("1 to 30 letters A to Z, digits, _ and dots; unique.")
    name: str | None = optional("The name to show; null clears it.")
    bio: str | None = optional("A few words; null clears them.")
    avatar_url: str | None = optional("Where the picture is, http or https; null clears it.")
    privacy: Privacy | None = optional("Who sees the profile. PUBLIC accepts what is pending.")
    country: str | None = optional("Two letters, ISO 3166-1; null clears it.")
    hide_network: bool | None = optional("Nobody else sees one's links.")
    discoverable: bool | None = optional("May be found by search; false hides from suggestions.")
    allow_suggestions: bool | None = optional("May be suggested to others.")
    interests: list[str] | None = optional("What one likes to read about; null clears them.")

    def given(self) -> Given:
        given = {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
        return cast(Given, given)


@strawberry.input(description="A picture, a video or a link, by reference.")
class MediaInput:
    url: str = strawberry.field(description="Where it is, http or https.")
    type: PostType = strawberry.field(description="IMAGE, VIDEO or LINK.")
    width: int | None = strawberry.field(default=None, description="In pixels.")
    height: int | None = strawberry.field(default=None, description="In pixels.")
    alt: str | None = strawberry.field(default=None, description="What it shows, in words.")

    def given(self) -> Media:
        return Media(self.url, self.type, self.width, self.height, self.alt)


@strawberry.input(description="A post; in an edit, what is left out stays as it is.")
class PostInput:
    text: str | None = optional("Its words; #tags and @usernames among them are found.")
    type: PostType | None = optional("What it mostly is; found out where it is left out.")
    visibility: Visibility | None = optional("Whom it is for; PUBLIC where it is left out.")
    reply_to: strawberry.ID | None = optional("The post it replies to.")
    shares: strawberry.ID | None = optional("The post it quotes, or, without words, shares.")
    media: list[MediaInput] | None = optional("At most 10.")

    def given(self) -> GivenPost:
        said = {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
        for name in ("reply_to", "shares"):
            if said.get(name) is not None:
                said[name] = globalid.post_id(said[name])
        if said.get("media") is not None:
            said["media"] = [one.given() for one in said["media"]]
        return cast(GivenPost, said)
