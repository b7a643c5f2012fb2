"""What a raw statement answers with, in values of our own: no driver's type gets further."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class NodeValue:
    key: str  # tells nodes of one answer apart, and means nothing beyond it
    labels: tuple[str, ...]
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EdgeValue:
    key: str
    type: str
    source: str  # the keys of its ends
    target: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PathValue:
    nodes: tuple[NodeValue, ...]
    edges: tuple[EdgeValue, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A step of the server's own plan; `rows` where the server estimates them."""

    text: str
    rows: float | None
    children: tuple[Plan, ...] = ()


class Rows(Protocol):
    columns: tuple[str, ...]

    def __aiter__(self) -> AsyncIterator[list[Any]]: ...
