"""Unique keys of people, computed by us so that every store agrees."""

from __future__ import annotations

import unicodedata

# Joins a name space and a name; neither may hold it.
JOINT = "\x1f"


def username_key(username: str) -> str:
    """ASCII-folded and lower case.

    >>> username_key("Zoë_M")
    'zoe_m'
    """
    return unicodedata.normalize("NFKD", username).encode("ascii", "ignore").decode().lower()


def external_key(source: str, external_id: str) -> str:
    return f"{source}{JOINT}{external_id}"
