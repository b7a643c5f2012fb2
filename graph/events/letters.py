"""What a committed change says to whom: the entries of inboxes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from graph.changes import Event
from graph.events.kinds import Kind


class Told(StrEnum):
    """What an entry tells. The names are those of the types of InboxEvent."""

    FOLLOWED = "Followed"
    FOLLOW_REQUESTED = "FollowRequested"
    FOLLOW_ACCEPTED = "FollowAccepted"


# Events of a pair that the one they are about is told of, by whoever did it.
TO_SUBJECT = {
    Kind.FOLLOWED: Told.FOLLOWED,
    Kind.REQUESTED: Told.FOLLOW_REQUESTED,
    Kind.ACCEPTED: Told.FOLLOW_ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """References only: what they lead to is read, and judged, when it is handed on."""

    told: Told
    by: int

    def encode(self) -> bytes:
        return orjson.dumps({"told": self.told, "by": self.by})


def read_letter(data: bytes) -> Letter:
    """
    >>> read_letter(Letter(Told.FOLLOWED, 7).encode())
    Letter(told=<Told.FOLLOWED: 'Followed'>, by=7)
    """
    said: dict[str, Any] = orjson.loads(data)
    return Letter(Told(said["told"]), said["by"])


def to_subject(event: Event) -> tuple[int, Letter] | None:
    """Whom an event of a pair is told to, if to anybody."""
    told = TO_SUBJECT.get(event.kind)  # type: ignore[call-overload]
    if told is None:
        return None
    return event.data["subject"], Letter(told, event.data["actor"])
