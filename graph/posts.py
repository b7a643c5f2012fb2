"""How a post is stored, besides plain properties: keys, media and earlier versions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from graph.declaring import Edge, PostType
from graph.model import EDGES
from graph.records import Media, Version


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
