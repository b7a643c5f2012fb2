"""From which end an edge between two nodes is looked for.

The embedded server walks the list of the node that a pattern begins at, also where the other end
is known: of an author's thousand posts each would be compared with all of them.
"""

from __future__ import annotations

from graph.declaring import Edge


def from_target(edge: Edge) -> bool:
    """Where sources have long lists, and targets haven't."""
    return bool(edge.out and edge.out.huge and not (edge.into and edge.into.huge))


def between(edge: Edge) -> str:
    """An edge from `a` to `b`, both found before."""
    return f"(b)<-[:{edge.name}]-(a)" if from_target(edge) else f"(a)-[:{edge.name}]->(b)"


def finding(edge: Edge) -> str:
    """The `edge` from whom `row` names first to whom it names second, and its ends."""
    if from_target(edge):
        return f"MATCH (b:{edge.target} {{id: row[1]}})<-[edge:{edge.name}]-(a) WHERE a.id = row[0]"
    return f"MATCH (a:{edge.source} {{id: row[0]}})-[edge:{edge.name}]->(b) WHERE b.id = row[1]"
