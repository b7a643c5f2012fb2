"""A post on its way to many: how far it is, and the numbers of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import orjson

from graph.events.queue import Queued, Waiting
from graph.events.stream import decode
from graph.records import Position


@dataclass(frozen=True, slots=True)
class Job:
    """A post on its way to many: whose, and behind which follower it goes on."""

    queued: Queued
    post: int
    followers: int  # when it began
    after: Position | None = None
    offered: int = 0  # followers it was for
    pushed: int = 0  # timelines it went into

    def to_json(self) -> bytes:
        return orjson.dumps(
            {
                "post": self.post,
                "followers": self.followers,
                "after": list(self.after) if self.after else None,
                "offered": self.offered,
                "pushed": self.pushed,
            }
        )

    def going_on(self, progress: bytes | None) -> Job:
        if progress is None:
            return self
        kept = orjson.loads(progress)
        after = Position(*kept["after"]) if kept["after"] else None
        return replace(self, after=after, offered=kept["offered"], pushed=kept["pushed"])


@dataclass(slots=True)
class FanoutStats:
    posts: int = 0  # fanned out to the last follower
    offered: int = 0  # followers they were for
    pushed: int = 0  # timelines they went into
    pulled: int = 0  # posts of authors that are read instead
    slices: int = 0
    cancelled: int = 0
    failed: int = 0  # attempts
    buried: int = 0
    lost: int = 0  # times a queue was gone
    waiting: Waiting = field(default_factory=lambda: Waiting(0, 0, 0, None))

    def lag_ms(self, now: int) -> int:
        oldest = self.waiting.oldest_ms
        return 0 if oldest is None else max(0, now - oldest)


def post_of(queued: Queued) -> int:
    """The post an entry is about; 0, which no post is, where it does not say."""
    try:
        post = decode(queued.entry).data["post"]
    except (ValueError, KeyError, TypeError):
        return 0
    return post if isinstance(post, int) else 0
