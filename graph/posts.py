"""How a post is stored, besides plain properties: keys, media and earlier versions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from graph.declaring import Edge, PostType
from graph.model import EDGES
from graph.records import Media, PostCard, Version


def person_post_edges() -> tuple[Edge, ...]:
    """What a person does with a post: all but having written it."""
    return tuple(
        edge
        for edge in EDGES
        if (edge.source, edge.target) == ("User", "Post") and edge.name != "POSTED"
    )


def share_key(person: int, post: int) -> str:
    """The `shareKey` of this person's plain share of a post."""
    return f"{person}:{post}"


def wanted_share_key(card: PostCard) -> str | None:
    """What this post's `shareKey` should be, if no other share of the two has it."""
    if card.gone or not card.author or not card.is_plain_share or card.shares is None:
        return None
    return share_key(card.author, card.shares)


Keyed = tuple[PostCard, str | None]  # a post, and the `shareKey` that it has


def mended_share_keys(found: Sequence[Keyed], holders: Mapping[str, int]) -> dict[int, str | None]:
    """What is to change, by post: of several shares of the same, one has the key.

    `holders` are those who have one of the wanted keys now.
    """
    wanted = {card.id: wanted_share_key(card) for card, _ in found}
    changes: dict[int, str | None] = {}
    held = dict(holders)
    for card, key in found:
        if key is not None and key != wanted[card.id]:
            changes[card.id] = None
            if held.get(key) == card.id:
                del held[key]
    for card, key in sorted(found, key=lambda one: one[0].id):
        want = wanted[card.id]
        if want is not None and want != key and held.setdefault(want, card.id) == card.id:
            changes[card.id] = want
    return changes


def sharer(key: str) -> int:
    """
    >>> sharer(share_key(3, 7))
    3
    """
    return int(key.partition(":")[0])


def write_media(media: Sequence[Media]) -> str | None:
    """
    >>> write_media([Media("https://a.example/b.png", PostType.IMAGE, alt="a cat")])
    '[{"url":"https://a.example/b.png","type":"IMAGE","alt":"a cat"}]'
    """
    return orjson.dumps([_plain(one) for one in media]).decode() if media else None


def read_media(text: str | None) -> tuple[Media, ...]:
    """
    >>> read_media(write_media([Media("https://a.example/b.png", PostType.IMAGE)]))[0].type
    <PostType.IMAGE: 'IMAGE'>
    """
    return media_of(orjson.loads(text)) if text else ()


def media_of(fields: Sequence[Mapping[str, Any]]) -> tuple[Media, ...]:
    """From what JSON holds."""
    return tuple(Media(**{**one, "type": PostType(one["type"])}) for one in fields)


def write_version(version: Version) -> str:
    media = [_plain(one) for one in version.media]
    return orjson.dumps({"until": version.until, "text": version.text, "media": media}).decode()


def read_version(text: str) -> Version:
    """
    >>> read_version(write_version(Version(5, "hello"))) == Version(5, "hello")
    True
    """
    found = orjson.loads(text)
    return Version(found["until"], found["text"], media_of(found["media"]))


def _plain(media: Media) -> dict[str, Any]:
    fields = {
        "url": media.url,
        "type": media.type.value,
        "width": media.width,
        "height": media.height,
        "alt": media.alt,
    }
    return {name: value for name, value in fields.items() if value is not None}
