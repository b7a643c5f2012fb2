"""What a committed change says to whom: the entries of inboxes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import orjson

from graph.changes import Event
from graph.declaring import Visibility
from graph.events.kinds import Kind


class Told(StrEnum):
    """What an entry tells. The names are those of the types of InboxEvent."""

    FOLLOWED = "Followed"
    FOLLOW_REQUESTED = "FollowRequested"
    FOLLOW_ACCEPTED = "FollowAccepted"
    POSTED = "FeedPost"
    CHANGED = "PostChanged"
    REMOVED = "PostRemoved"
    LIKED = "PostLiked"
    REPLIED = "PostReplied"
    SHARED = "PostShared"


# Events of a pair that the one they are about is told of, by whoever did it.
TO_SUBJECT: Mapping[str, Told] = {
    Kind.FOLLOWED: Told.FOLLOWED,
    Kind.REQUESTED: Told.FOLLOW_REQUESTED,
    Kind.ACCEPTED: Told.FOLLOW_ACCEPTED,
}
# Events of posts that their author's followers are told of.
TO_FOLLOWERS: Mapping[str, Told] = {
    Kind.POSTED: Told.POSTED,
    Kind.POST_CHANGED: Told.CHANGED,
    Kind.POST_DELETED: Told.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """References only: what they lead to is read, and judged, when it is handed on."""

    told: Told
    by: int  # who did it; of a post its author
    post: int | None = None
    about: int | None = None  # the reader's own post that was replied to, or shared
    reply_author: int | None = None  # whom a post in the feed replies to
    visibility: Visibility | None = None  # of a post that is gone
    count: int | None = None  # likes that came together

    def encode(self) -> bytes:
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return orjson.dumps(said)


def read_letter(data: bytes) -> Letter:
    """
    >>> read_letter(Letter(Told.LIKED, 7, post=9, count=2).encode())
    Letter(told=<Told.LIKED: 'PostLiked'>, by=7, post=9, about=None, reply_author=None, \
visibility=None, count=2)
    """
    said: dict[str, Any] = orjson.loads(data)
    said["told"] = Told(said["told"])
    if "visibility" in said:
        said["visibility"] = Visibility(said["visibility"])
    return Letter(**said)


def to_one(event: Event) -> list[tuple[int, Letter]]:
    """Whom an event concerns by name: who was followed, whose post was replied to or shared."""
    data = event.data
    if (told := TO_SUBJECT.get(event.kind)) is not None:
        return [(data["subject"], Letter(told, data["actor"]))]
    if event.kind != Kind.POSTED:
        return []
    author, post = data["author"], data["post"]
    found = [
        (data["reply_author"], Letter(Told.REPLIED, author, post, about=data["reply_to"])),
        (data["shared_author"], Letter(Told.SHARED, author, post, about=data["shares"])),
    ]
    return [(person, letter) for person, letter in found if person and person != author]


def to_followers(event: Event) -> Letter | None:
    """What an author's followers are told."""
    told = TO_FOLLOWERS.get(event.kind)
    if told is None:
        return None
    data = event.data
    return Letter(
        told,
        data["author"],
        data["post"],
        reply_author=data["reply_author"],
        visibility=Visibility(data["visibility"]) if told is Told.REMOVED else None,
    )


def likes(events: Sequence[Event]) -> dict[int, tuple[Event, int]]:
    """By post: the last of its likes among these, and how many there are; nobody's own."""
    found: dict[int, tuple[Event, int]] = {}
    for event in events:
        if event.kind == Kind.LIKED and event.data["actor"] != event.data["author"]:
            post = event.data["post"]
            found[post] = (event, found[post][1] + 1 if post in found else 1)
    return found
