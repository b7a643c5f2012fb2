"""What has to stand before the first question: derived from the registry, spoken by a dialect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from graph.declaring import Edge, Node
from graph.model import EDGE, EDGES, histories
from graph.nodes import NODES

# Two changes of one pair meet at one of these, chosen by the hash of the pair.
LOCKS = 4096
# A huge counter's shards, chosen by the hash of whoever moves it.
SHARDS = 64


@dataclass(frozen=True, slots=True)
class Index:
    """On a label or, where `edge`, on a relationship type."""

    name: str
    on: str
    properties: tuple[str, ...]
    unique: bool = False
    edge: bool = False
    fulltext: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    labels: tuple[str, ...]
    types: tuple[str, ...]
    properties: tuple[tuple[str, str, str], ...]  # (label or type, property, type of Property)
    indexes: tuple[Index, ...]


OURS: dict[str, tuple[tuple[str, str], ...]] = {
    "_Lock": (("id", "int"), ("n", "int")),
    "_Counter": (("key", "string"), ("owner", "string"), ("n", "int")),
    "_Event": (("id", "int"), ("kind", "string"), ("at", "int"), ("data", "string")),
    "_DeadEvent": (("id", "int"), ("kind", "string"), ("at", "int"), ("data", "string")),
    "_View": (("key", "string"), ("day", "int")),
    "_Sequence": (("name", "string"), ("next", "int")),
    # Who asked what in Cypher.
    "_Audit": (
        ("id", "int"),
        ("who", "string"),
        ("project", "string"),
        ("people", "string"),
        ("texts", "bool"),
        ("at", "int"),
        ("text", "string"),
        ("params", "string"),
        ("rows", "int"),
        ("bytes", "int"),
        ("ms", "int"),
        ("code", "string"),
    ),
    "_Lease": (("node", "int"), ("holder", "string"), ("until", "int")),
    "_Result": (("key", "string"), ("version", "int"), ("about", "string")),
    "_Batch": (("name", "string"), ("number", "int"), ("state", "string"), ("whole", "bool")),
    # One step of an import, done: what became of its rows, and what it created.
    "_Part": (
        ("key", "string"),
        ("import", "int"),
        ("kind", "string"),
        ("name", "string"),
        ("results", "string"),
        ("created", "string"),
        ("count", "int"),
    ),
}
_OUR_KEYS = {
    "_Counter": "key",
    "_View": "key",
    "_Sequence": "name",
    "_Lease": "node",
    "_Batch": "name",
    "_Result": "key",
    "_Part": "key",
}


def page_indexes(edge: Edge) -> list[Index]:
    """What pages of a huge list are read by."""
    found = []
    if edge.into and edge.into.huge:
        properties = ("_to", edge.time, "_from")
        found.append(Index(f"{edge.name}_page", edge.name, properties, edge=True))
    if edge.out and edge.out.huge:
        properties = ("_from", edge.time, "_to")
        found.append(Index(f"{edge.name}_page_out", edge.name, properties, edge=True))
    return found


def history_index(edge: Edge) -> Index:
    """What has become too old is found by."""
    return Index(f"{edge.name}_{edge.time}", edge.name, (edge.time,), edge=True)


@cache
def wanted() -> Wanted:
    return Wanted(
        labels=(*(node.name for node in NODES), *OURS),
        types=tuple(edge.name for edge in EDGES),
        properties=tuple(_properties()),
        indexes=tuple(_indexes()),
    )


def _properties() -> list[tuple[str, str, str]]:
    found = [(label, *pair) for label, pairs in OURS.items() for pair in pairs]
    for node in NODES:
        found.append((node.name, "id", "int"))
        found += [(node.name, prop.name, prop.type) for prop in node.properties]
    for edge in EDGES:
        found += [(edge.name, prop.name, prop.type) for prop in edge.properties]
        if edge.carries_ends:
            found += [(edge.name, "_from", "int"), (edge.name, "_to", "int")]
    return found


def _indexes() -> list[Index]:
    found = [_unique(label, _OUR_KEYS.get(label, "id")) for label in OURS]
    found.append(Index("_Counter_owner", "_Counter", ("owner",)))
    found.append(Index("_Part_import", "_Part", ("import",)))
    found.append(Index("_View_day", "_View", ("day",)))
    for node in NODES:
        found += _node_indexes(node)
    found += [index for edge in EDGES for index in page_indexes(edge)]
    return found + [history_index(EDGE[name]) for name in sorted(histories())]


def _node_indexes(node: Node) -> list[Index]:
    found = [_unique(node.name, "id")]
    found += [_unique(node.name, prop.name) for prop in node.properties if prop.unique]
    found += [_unique(node.name, *key) for key in node.keys]
    found += [
        Index(f"{node.name}_{prop.name}", node.name, (prop.name,))
        for prop in node.properties
        if prop.indexed and not prop.unique
    ]
    if node.search:
        found.append(Index(f"{node.name}_search", node.name, node.search, fulltext=True))
    return found


def _unique(label: str, *properties: str) -> Index:
    return Index(f"{label}_{'_'.join(properties)}", label, properties, unique=True)
