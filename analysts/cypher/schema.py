"""What there is to ask for: every public label, type and property, and what a role sees of it."""

from __future__ import annotations

from typing import Any

from analysts.cypher.fields import Tells, tells
from analysts.cypher.rights import People, Rights
from graph.declaring import Edge, Node, Property
from graph.model import EDGES
from graph.nodes import NODES


def described(rights: Rights) -> dict[str, Any]:
    return {
        "people": str(rights.people),
        "texts": rights.texts,
        "labels": [_node(node, rights) for node in NODES],
        "types": [_edge(edge) for edge in EDGES],
    }


def _node(node: Node, rights: Rights) -> dict[str, Any]:
    own = [Property("id", "int"), *(prop for prop in node.properties if prop.public)]
    return {
        "label": node.name,
        "properties": [
            {"name": prop.name, "type": prop.type, "seen": seen(node.name, prop.name, rights)}
            for prop in own
        ],
    }


def _edge(edge: Edge) -> dict[str, Any]:
    public = [prop for prop in edge.properties if prop.public]
    return {
        "type": edge.name,
        "from": edge.source,
        "to": edge.target,
        "properties": [{"name": prop.name, "type": prop.type} for prop in public],
    }


def seen(kind: str, name: str, rights: Rights) -> str:
    """raw | pseudonym | day | absent: how a property stands in this role's answers."""
    told = tells(kind, name)
    if told is Tells.TEXT:
        return "raw" if rights.texts else "absent"
    if told is Tells.NOTHING or rights.people is People.RAW:
        return "raw"
    if told is Tells.DAY:
        return "day"
    return "absent" if rights.people is People.ABSENT else "pseudonym"
