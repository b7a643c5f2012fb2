"""Unique keys of any length, though an index holds a few thousand bytes. Pure.

Only keys that are ours alone are shortened: they are compared, never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from graph.model import NODE

LONGEST = 1_000  # characters, at most four bytes each


def short(value: str) -> str:
    """The key itself, or its beginning and its hash."""
    if len(value) <= LONGEST:
        return value
    return f"{value[:LONGEST]}\x1f{sha256(value.encode()).hexdigest()}"


def shortened(kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """A node's properties as they are stored."""
    declared = NODE[kind].properties if kind in NODE else ()
    ours = {prop.name for prop in declared if prop.unique and not prop.public}
    return {
        name: short(value) if name in ours and isinstance(value, str) else value
        for name, value in props.items()
    }
