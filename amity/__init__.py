"""Amity for notebooks: a client of its API, and a backend of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amity.answer import Answer
    from amity.client import Amity, AmityError

__all__ = ["Amity", "AmityError", "Answer"]


def __getattr__(name: str) -> Any:
    """Loaded when asked for: the backend of networkx needs none of it."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module 'amity' has no attribute {name!r}")
    return getattr(import_module("amity.answer" if name == "Answer" else "amity.client"), name)
