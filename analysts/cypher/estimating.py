"""How many rows a statement's patterns match, roughly: sizes of labels and types, multiplied.

For `--explain`. It knows nothing of properties but that an equality picks few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysts.cypher.kinds import kinds_of
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tree import (
    EdgePattern,
    GroupPattern,
    MapOf,
    Match,
    NodePattern,
    Path,
    Piece,
)
from graph.model import EDGE, EDGES
from graph.nodes import NODES
from graph.store import Store

ENDLESS = 5  # hops, where there is no bound
MOST = 1e15


@dataclass(frozen=True, slots=True)
class Sizes:
    nodes: Mapping[str, int]
    edges: Mapping[str, int]


async def sizes(store: Store) -> Sizes:
    """Counted by the store, which keeps these numbers; a statement for each label and type."""
    nodes, edges = {}, {}
    for node in NODES:
        [row] = await store.cypher(f"MATCH (n:{node.name}) RETURN count(n) AS n", {})
        nodes[node.name] = row["n"]
    for edge in EDGES:
        text = f"MATCH ()-[e:{edge.name}]->() RETURN count(e) AS n"
        [row] = await store.cypher(text, {})
        edges[edge.name] = row["n"]
    return Sizes(nodes, edges)


def estimated(parsed: Parsed, known: Sizes) -> float:
    """Rows that the outermost MATCH clauses make before anything is aggregated or cut."""
    most = 0.0
    for single in parsed.query.singles:
        rows, bound = 1.0, set[str]()
        for clause in single.clauses:
            if isinstance(clause, Match):
                for path in clause.paths:
                    rows = min(MOST, rows * _path(path, known, bound))
        most += rows
    return most


def _path(path: Path, known: Sizes, bound: set[str]) -> float:
    rows = 1.0
    for at, piece in enumerate(path.pieces):
        match piece:
            case NodePattern():
                if at == 0 and piece.variable not in bound:
                    rows *= _start(piece, path.pieces, at, known)
                elif at and (piece.variable in bound or isinstance(piece.properties, MapOf)):
                    rows /= max(1, sum(known.nodes[one] for one in kinds_of(path.pieces, at)))
                if piece.variable:
                    bound.add(piece.variable)
            case EdgePattern():
                rows *= _fan(piece, known) ** _hops(piece)
            case GroupPattern():
                inner = [one for one in piece.path.pieces if isinstance(one, EdgePattern)]
                for edge in inner:
                    rows *= _fan(edge, known) ** (piece.longest or ENDLESS)
    return min(MOST, rows)


def _start(piece: NodePattern, pieces: tuple[Piece, ...], at: int, known: Sizes) -> float:
    if isinstance(piece.properties, MapOf):
        return 1.0
    return float(sum(known.nodes[one] for one in kinds_of(pieces, at)))


def _fan(piece: EdgePattern, known: Sizes) -> float:
    """Edges of these types that one of its ends has."""
    names = [one for one in (piece.types.names if piece.types else EDGE) if one in EDGE]
    total = 0.0
    for name in names:
        ends = [EDGE[name].source, EDGE[name].target]
        wanted = {"out": ends[:1], "in": ends[1:]}.get(piece.direction, ends)
        total += sum(known.edges[name] / max(1, known.nodes[end]) for end in wanted)
    return max(total, 1e-6)


def _hops(piece: EdgePattern) -> int:
    return min(piece.longest or ENDLESS, 30)
