"""Fields that are computed, with a description each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(description: str) -> Callable[[Resolver], Resolver]:
    """Strawberry's decorator with the types that a strict checker wants."""

    def decorate(resolver: Resolver) -> Resolver:
        made: Any = strawberry.field(resolver=resolver, description=description)
        return made  # type: ignore[no-any-return]

    return decorate
