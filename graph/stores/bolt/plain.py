"""A driver's values as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point

from graph.values import EdgeValue, NodeValue, PathValue, Plan


def plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [plain(one) for one in value]
        case Node():
            return _node(value)
        case Relationship():
            return _edge(value)
        case Path():
            return PathValue(
                tuple(_node(one) for one in value.nodes),
                tuple(_edge(one) for one in value.relationships),
            )
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case Point():
            return dict(zip("xyz", value, strict=False)) | {"srid": value.srid}
        case bytes() | bytearray():
            return bytes(value).hex()
        case _ if hasattr(value, "iso_format"):  # dates, times, durations
            return value.iso_format()
    return str(value)


def _node(node: Node) -> NodeValue:
    properties = {name: plain(value) for name, value in node.items()}
    return NodeValue(node.element_id, tuple(sorted(node.labels)), properties)


def _edge(edge: Relationship) -> EdgeValue:
    source, target = edge.nodes
    properties = {name: plain(value) for name, value in edge.items()}
    return EdgeValue(
        edge.element_id,
        edge.type,
        source.element_id if source is not None else "",
        target.element_id if target is not None else "",
        properties,
    )


def plan_of(plan: Mapping[str, Any] | None) -> Plan:
    """Neo4j tells a tree of operators, the embedded server one text."""
    if plan is None:
        return Plan("no plan", None)
    args = plan.get("args", {})
    whole = args.get("string-representation")
    if plan["operatorType"].startswith("ArcadeDB") and whole:
        return Plan(whole.strip(), None)
    details = args.get("Details")
    name = plan["operatorType"].partition("@")[0]
    return Plan(
        f"{name} {details}" if details else name,
        args.get("EstimatedRows"),
        tuple(plan_of(child) for child in plan.get("children", ())),
    )
