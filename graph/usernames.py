"""What a username is, and by which key it is unique. Pure."""

from __future__ import annotations

import re
import unicodedata

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
