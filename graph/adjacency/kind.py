"""What the fetcher has to know of a kind of cached thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graph.adjacency.cache import Filling

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")


@dataclass(frozen=True)
class Kind(Generic[I, V]):
    """One kind of cached thing. Values are never None."""

    name: str
    key: Callable[[I], bytes]
    load: Callable[[list[I]], Awaitable[Sequence[V]]]
    pack: Callable[[I, V], Filling]
    unpack: Callable[[Sequence[bytes]], Sequence[V | None]]
    size: Callable[[V], int]


What = tuple[Kind[Any, Any], Any]  # a kind and an id
