"""What may stand in a post: from what was given to properties of the registry. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypedDict

from graph.actions.profile_rules import LINE_BREAKS, MAX_URL, check_text, is_address
from graph.actions.words import mentions_in, tags_in
from graph.declaring import PostType, Visibility
from graph.errors import BadInput
from graph.posts import write_media
from graph.records import Media, PostCard

MAX_TEXT = 10_000
MAX_ALT = 2_000
MAX_MEDIA = 10
MAX_SIDE = 100_000  # of a picture, in pixels
MAX_EDITS = 100
MAX_KEY = 200
# For so long the same key is the same call; later, it may be used anew.
KEY_MS = 86_400_000

ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)


class PostInput(TypedDict, total=False):
    """What is given of a post. In an edit, what is not given stays as it is."""

    text: str | None
    type: PostType | None
    visibility: Visibility | None
    reply_to: int | None
    shares: int | None
    media: Sequence[Media] | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked input."""

    text: str | None
    media: tuple[Media, ...]
    type: PostType
    visibility: Visibility
    reply_to: int | None
    shares: int | None
    tags: tuple[str, ...]
    mentions: tuple[str, ...]  # keys of usernames

    @property
    def empty(self) -> bool:
        return self.text is None and not self.media

    def props(self) -> dict[str, Any]:
        """Properties of a `Post` by their names in the registry; what is absent is None."""
        return {
            "text": self.text,
            "media": write_media(self.media),
            "type": self.type.value,
            "visibility": self.visibility.value,
        }


def drafted(given: PostInput) -> Draft:
    """Checks all that is given; raises BadInput, which names the field."""
    text = check_words(given.get("text"))
    media = check_media(given.get("media") or ())
    draft = Draft(
        text=text,
        media=media,
        type=given.get("type") or type_of(text, media),
        visibility=given.get("visibility") or Visibility.PUBLIC,
        reply_to=given.get("reply_to"),
        shares=given.get("shares"),
        tags=tags_in(text or ""),
        mentions=mentions_in(text or ""),
    )
    if draft.reply_to is not None and draft.shares is not None and draft.empty:
        raise BadInput("A reply has words or media of its own.", field="text")
    if draft.empty and draft.shares is None:
        raise BadInput("A post has words, or media, or shares another one.", field="text")
    return draft


def redrafted(post: PostCard, given: PostInput) -> Draft:
    """The post as it is to be, from what it is and what is given of it."""
    for field, value in (("reply_to", post.reply_to), ("shares", post.shares)):
        if given.get(field) not in (None, value):
            raise BadInput("What a post replies to or shares does not change.", field=field)
    text = given.get("text", post.text)
    media = post.media if given.get("media") is None else given["media"]
    retyped = "text" in given or given.get("media") is not None
    draft = drafted(
        {
            "text": text,
            "media": media,
            "type": given.get("type") or (None if retyped else post.type),
            "visibility": given.get("visibility") or post.visibility,
            "reply_to": post.reply_to,
            "shares": post.shares,
        }
    )
    if post.is_plain_share is not (draft.shares is not None and draft.empty):
        raise BadInput("A share and a quote are not made of one another.", field="text")
    return draft


def check_words(text: str | None) -> str | None:
    """None where there is nothing but space."""
    if text is None or not text.strip():
        return None
    return check_text("text", MAX_TEXT, LINE_BREAKS)(text)


def check_media(media: Sequence[Media]) -> tuple[Media, ...]:
    if len(media) > MAX_MEDIA:
        raise BadInput(f"A post has at most {MAX_MEDIA} media.", field="media")
    return tuple(_medium(one) for one in media)


def _medium(one: Media) -> Media:
    if one.type is PostType.TEXT:
        raise BadInput("Media are pictures, videos or links.", field="media")
    if len(one.url) > MAX_URL or not is_address(one.url):
        raise BadInput("`url` is an http or https address.", field="media")
    for side in (one.width, one.height):
        if side is not None and not 0 < side <= MAX_SIDE:
            raise BadInput(f"`width` and `height` are 1 to {MAX_SIDE}.", field="media")
    alt = one.alt.strip() if one.alt else None
    if alt:
        check_text("alt", MAX_ALT, LINE_BREAKS)(alt)
    return Media(one.url, one.type, one.width, one.height, alt or None)


def type_of(text: str | None, media: Sequence[Media]) -> PostType:
    """What a post mostly is, where nobody says.

    >>> type_of("see https://a.example", ()).value
    'LINK'
    """
    kinds = {one.type for one in media}
    for kind in (PostType.VIDEO, PostType.IMAGE):
        if kind in kinds:
            return kind
    return PostType.LINK if kinds or ADDRESS.search(text or "") else PostType.TEXT


def create_key(author: int, key: str | None) -> str | None:
    """What the same call of the same caller is known by; never the caller's own words."""
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY:
        raise BadInput(f"A key has 1 to {MAX_KEY} characters.", field="key")
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{author}:{digest}"


def set_props(props: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if value is not None}
