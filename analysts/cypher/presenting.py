"""Values of an answer as JSON has them, and as a person reads them in a table."""

from __future__ import annotations

import math
from typing import Any

import orjson

from graph.nodes import NODES
from graph.values import EdgeValue, NodeValue, PathValue

# Doubles hold every integer up to here; what reads JSON may have nothing else.
EXACT = 2**53
# What tells people and things apart comes first.
TELLING = ("id", "name", "username")
HIDDEN = frozenset(prop.name for node in NODES for prop in node.properties if not prop.public)


class Presenter:
    """One answer's: nodes are numbered from 1, so that edges can say between which they stand."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def row(self, values: list[Any]) -> list[Any]:
        return [self.value(value) for value in values]

    def value(self, value: Any) -> Any:
        match value:
            case None | bool() | str():
                return value
            case int():
                return value if -EXACT <= value <= EXACT else str(value)
            case float():
                return value if math.isfinite(value) else str(value)
            case list() | tuple():
                return [self.value(one) for one in value]
            case dict():
                return {name: self.value(one) for name, one in value.items()}
            case NodeValue():
                own = {"_node": self._number(value.key), "_labels": list(value.labels)}
                return own | self._properties(value)
            case EdgeValue():
                source, target = self._number(value.source), self._number(value.target)
                own = {"_type": value.type, "_from": source, "_to": target}
                return own | self._properties(value)
            case PathValue():
                return {
                    "_nodes": [self.value(one) for one in value.nodes],
                    "_edges": [self.value(one) for one in value.edges],
                }
        return str(value)

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _properties(self, value: NodeValue | EdgeValue) -> dict[str, Any]:
        return {
            name: self.value(one)
            for name, one in sorted(value.properties.items())
            if not name.startswith("_") and name not in HIDDEN
        }


def drawn(value: Any) -> str:
    """As a cell of a table: what `Presenter` made of it, in Cypher's own signs."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case {"_labels": labels}:
            return f"(:{':'.join(labels)}{_inner(value)})"
        case {"_type": kind}:
            return f"[:{kind}{_inner(value)}]"
        case {"_nodes": nodes, "_edges": edges}:
            return _path(nodes, edges)
        case list():
            return "[" + ", ".join(drawn(one) for one in value) + "]"
        case dict():
            return "{" + ", ".join(f"{name}: {drawn(one)}" for name, one in value.items()) + "}"
    return orjson.dumps(value).decode()


def _inner(value: dict[str, Any]) -> str:
    names = sorted(value, key=lambda name: (name not in TELLING, name))
    own = {name: value[name] for name in names if not name.startswith("_")}
    return f" {drawn(own)}" if own else ""


def _path(nodes: list[Any], edges: list[Any]) -> str:
    text = drawn(nodes[0])
    for node, edge in zip(nodes[1:], edges, strict=True):
        forth = edge["_to"] == node["_node"]
        arrow = f"-{drawn(edge)}->" if forth else f"<-{drawn(edge)}-"
        text += arrow + drawn(node)
    return text
