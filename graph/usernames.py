"""What a username is, and by which key it is unique. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import chain, count
from typing import Any

MAX_USERNAME = 30
ALLOWED = re.compile(r"[A-Za-z0-9_.]{1,30}")


def username_key(name: str) -> str:
    """ASCII-folded and lower case: computed by us, so that every store agrees.

    >>> username_key("Älice.B")
    'alice.b'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower()


def other_username(id: int) -> str:
    """Of an imported person whose own name is not valid, or taken.

    >>> other_username(7)
    'u7'
    """
    return f"u{id}"


def with_own_name(row: Mapping[str, Any], is_taken: Callable[[str], bool]) -> dict[str, Any]:
    """A new person's row; under another name where its own is somebody's.

    >>> row = {"id": 7, "username": "Ada", "usernameKey": "ada"}
    >>> with_own_name(row, {"ada", "u7", "u7_1"}.__contains__)["username"]
    'u7_2'
    """
    key = row.get("usernameKey")
    if not key or not is_taken(key):
        return dict(row)
    first = other_username(row["id"])
    others = chain([first], (f"{first}_{number}" for number in count(1)))
    name = next(name for name in others if not is_taken(name))
    return {**row, "username": name, "usernameKey": name}


def username_fault(name: str) -> str | None:
    """What is wrong with a username, or None.

    >>> username_fault("alice b")
    'A username has letters A to Z, digits, "_" and "." only.'
    """
    if not name:
        return "A username has at least one character."
    if len(name) > MAX_USERNAME:
        return f"A username has at most {MAX_USERNAME} characters."
    if not ALLOWED.fullmatch(name):
        return 'A username has letters A to Z, digits, "_" and "." only.'
    return None
