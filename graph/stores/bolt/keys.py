"""Unique keys of any length, though an index holds a few thousand bytes. Pure.

Only keys that are ours alone are shortened: they are compared, never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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
    said = dict(props)
    for name in _ours(kind):
        if isinstance(value := said.get(name), str):
            said[name] = short(value)
    return said


@cache
def _ours(kind: str) -> tuple[str, ...]:
    declared = NODE[kind].properties if kind in NODE else ()
    return tuple(prop.name for prop in declared if prop.unique and not prop.public)
