"""Fields that are computed, with a description each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from schema.here import Here

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(description: str, here: Here | None = None) -> Callable[[Resolver], Resolver]:
    """Strawberry's decorator with the types that a strict checker wants.

    `here` says the same where this process knows it already (see `schema.here`).
    """
    more: dict[str, Any] = {} if here is None else {"metadata": {"here": here}}

    def decorate(resolver: Resolver) -> Resolver:
        made: Any = strawberry.field(resolver=resolver, description=description, **more)
        return made  # type: ignore[no-any-return]

    return decorate
