"""What may stand in a profile: from what was given to properties of the registry. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

from graph.declaring import Flag, Privacy
from graph.errors import BadInput
from graph.records import Person
from graph.usernames import username_fault, username_key

MAX_NAME = 100
MAX_BIO = 1_000
MAX_URL = 2_048
MAX_INTERESTS = 100
MAX_TAG = 50
COUNTRY = re.compile(r"[A-Za-z]{2}")
LINE_BREAKS = "\n\r\t"


class ProfileInput(TypedDict, total=False):
    """What is given of a profile; what is not stays as it is.

    None clears a text, the country or the interests. What can't be absent (username, privacy, the
    settings) stays as it is.
    """

    username: str | None
    name: str | None
    bio: str | None
    avatar_url: str | None
    privacy: Privacy | None
    country: str | None
    hide_network: bool | None
    discoverable: bool | None
    allow_suggestions: bool | None
    interests: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked input: properties of a `User` by their names in the registry."""

    props: Mapping[str, Any]
    interests: tuple[str, ...] | None = None  # None: not given


def wanted(given: ProfileInput) -> Wanted:
    """Checks all that is given; raises BadInput, which names the field."""
    props: dict[str, Any] = {}
    for field, value in given.items():
        if field != "interests":
            prop, check = CHECKS[field]
            if value is not None or field in CLEARABLE:
                props[prop] = None if value is None else check(value)
    interests = check_interests(given["interests"] or ()) if "interests" in given else None
    return Wanted(props, interests)


def stored(props: Mapping[str, Any]) -> dict[str, Any]:
    """With what follows from a username."""
    name = props.get("username")
    return dict(props) if name is None else {**props, "usernameKey": username_key(name)}


def current(person: Person) -> dict[str, Any]:
    """The same properties, as they are."""
    return {
        "username": person.username,
        "name": person.name,
        "bio": person.bio,
        "avatarUrl": person.avatar_url,
        "privacy": person.privacy,
        "country": person.country,
        "hideNetwork": bool(person.flags & Flag.HIDES_NETWORK),
        "discoverable": not person.flags & Flag.UNDISCOVERABLE,
        "allowSuggestions": not person.flags & Flag.NOT_SUGGESTED,
    }


def differing(person: Person, props: Mapping[str, Any]) -> dict[str, Any]:
    """What of `props` is not yet so."""
    now = current(person)
    return {name: value for name, value in props.items() if now[name] != value}


def check_username(value: str) -> str:
    fault = username_fault(value)
    if fault:
        raise BadInput(fault, field="username")
    return value


def check_privacy(value: str) -> str:
    """As plain text: drivers know no enums."""
    return Privacy(value).value


def check_url(value: str) -> str:
    text = check_text("avatarUrl", MAX_URL)(value)
    if not is_address(text):
        raise BadInput("`avatarUrl` is an http or https address.", field="avatarUrl")
    return text


def is_address(text: str) -> bool:
    """Is this an http or https address, and text?"""
    shape = re.fullmatch(r"https?://[^\s/?#]+\S*", text, re.IGNORECASE)
    return shape is not None and is_text(text, "") and bool(_host(text))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def check_country(value: str) -> str:
    if not COUNTRY.fullmatch(value):
        raise BadInput("`country` is a code of two letters (ISO 3166-1).", field="country")
    return value.upper()


def check_interests(values: Sequence[str]) -> tuple[str, ...]:
    """As tags: each once, in the given order."""
    if len(values) > MAX_INTERESTS:
        raise BadInput(f"There are at most {MAX_INTERESTS} interests.", field="interests")
    return tuple(dict.fromkeys(tag_name(value) for value in values))


def tag_name(value: str) -> str:
    """
    >>> tag_name(" #Graph  Theory ")
    'graph theory'
    """
    folded = unicodedata.normalize("NFKC", value).casefold().strip().lstrip("#")
    tag = " ".join(folded.split())
    if not 0 < len(tag) <= MAX_TAG or not is_text(tag, ""):
        raise BadInput(f"An interest has 1 to {MAX_TAG} characters.", field="interests")
    return tag


def check_text(field: str, longest: int, allowed: str = "") -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value) > longest:
            raise BadInput(f"`{field}` has at most {longest} characters.", field=field)
        if not is_text(value, allowed):
            raise BadInput(f"`{field}` has characters that are no text.", field=field)
        return value

    return check


def is_text(value: str, allowed: str) -> bool:
    """No control characters but the allowed ones, and nothing that UTF-8 can't carry."""
    return all(c in allowed or unicodedata.category(c) not in ("Cc", "Cs") for c in value)


CLEARABLE = frozenset({"name", "bio", "avatar_url", "country"})

CHECKS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "username": ("username", check_username),
    "name": ("name", check_text("name", MAX_NAME)),
    "bio": ("bio", check_text("bio", MAX_BIO, LINE_BREAKS)),
    "avatar_url": ("avatarUrl", check_url),
    "privacy": ("privacy", check_privacy),
    "country": ("country", check_country),
    "hide_network": ("hideNetwork", bool),
    "discoverable": ("discoverable", bool),
    "allow_suggestions": ("allowSuggestions", bool),
}
