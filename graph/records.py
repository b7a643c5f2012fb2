"""What is read from the graph, as values: people, lists, pairs, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Flag, PostType, Privacy, Visibility

NO_FLAGS = Flag(0)
GONE = int(Flag.GONE)
Ids = NDArray[np.int64]
Times = NDArray[np.int64]
Props = Mapping[str, Any]
NO_PROPS: Props = MappingProxyType({})


class Position(NamedTuple):
    """Where one entry stands in a list; lists are ordered by (at, id), newest first."""

    at: int
    id: int


@dataclass(frozen=True, slots=True)
class Links:
    """A piece of a list, newest first: who, and since when (epoch ms)."""

    ids: Ids
    at: Times

    def __len__(self) -> int:
        return len(self.ids)


def no_links() -> Links:
    return Links(np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Person:
    """What a person's node says. Counters are apart: they move too often."""

    id: int
    username: str
    privacy: Privacy
    created_at: int
    flags: Flag = NO_FLAGS
    name: str | None = None
    bio: str | None = None
    avatar_url: str | None = None
    verified: bool = False
    external_id: str | None = None
    source: str | None = None
    country: str | None = None
    last_active_day: int | None = None  # days since 1970-01-01, UTC

    @property
    def gone(self) -> bool:
        # As numbers: asked for everybody on every page, and enumerations are slow.
        return int(self.flags) & GONE != 0


@dataclass(frozen=True, slots=True)
class Media:
    """By reference: where it is, and what it is."""

    url: str
    type: PostType
    width: int | None = None
    height: int | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class PostCard:
    """What a post's node and its own edges say. Counters are apart, as a person's are.

    What it names (author, parent, original) has a card of its own, and may be gone or hidden.
    """

    id: int
    author: int  # 0: nobody any more
    created_at: int
    visibility: Visibility = Visibility.PUBLIC
    type: PostType = PostType.TEXT
    text: str | None = None
    edited_at: int | None = None
    edits: int = 0  # earlier versions
    gone: bool = False
    reply_to: int | None = None
    shares: int | None = None
    tags: tuple[str, ...] = ()
    mentions: tuple[int, ...] = ()
    media: tuple[Media, ...] = ()
    external_id: str | None = None
    source: str | None = None

    @property
    def is_plain_share(self) -> bool:
        """A share without words of one's own; with them, it is a quote."""
        return self.shares is not None and self.text is None and not self.media


@dataclass(frozen=True, slots=True)
class Posted:
    """Posts of many authors, newest first: which, when, and whose."""

    ids: Ids
    at: Times
    authors: Ids

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said before an edit, until when."""

    until: int
    text: str | None
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Ties:
    """A post, and everything between one person and it."""

    post: PostCard | None
    edges: Mapping[str, Props] = field(default_factory=dict)  # LIKED, SAVED, VOTED, VIEWED
    share: int | None = None  # this person's plain share of it


Counts = Mapping[str, int]  # counter name (`model.counters`) → value, every counter present


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything between two people: live edges by name, with their properties."""

    a: Person | None
    b: Person | None
    out: Mapping[str, Props] = field(default_factory=dict)  # a → b
    back: Mapping[str, Props] = field(default_factory=dict)  # b → a
    # Strictly grows with each change that locked this pair.
    version: int = 0


def flags_of(
    privacy: str,
    *,
    gone: bool,
    hide_network: bool,
    discoverable: bool,
    allow_suggestions: bool,
    celebrity: bool,
) -> Flag:
    """The flag byte, from a person's properties. Every adapter uses this one."""
    flags = Flag(0)
    if gone:
        flags |= Flag.GONE
    if privacy == Privacy.PRIVATE:
        flags |= Flag.PRIVATE
    if privacy == Privacy.FRIENDS:
        flags |= Flag.FRIENDS_ONLY
    if hide_network:
        flags |= Flag.HIDES_NETWORK
    if not allow_suggestions:
        flags |= Flag.NOT_SUGGESTED
    if not discoverable:
        flags |= Flag.UNDISCOVERABLE
    if celebrity:
        flags |= Flag.CELEBRITY
    return flags
