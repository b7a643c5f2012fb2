"""The registry: every kind of node (`nodes.py`) and edge, declared once.

Constraints and indexes, counters, cached lists, the loaders' mapping and the GraphQL connection
fields are derived from what stands here. A name that begins with `_` is ours alone: analysts
never see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.declaring import Edge, Flag, Node, Property, SeenBy, Side, Split
from graph.nodes import NODES

TIMES = (Property("since", "time"),)
AT = (Property("at", "time"),)

EDGES: tuple[Edge, ...] = (
    Edge(
        "FOLLOWS",
        "User",
        "User",
        time="since",
        properties=(*TIMES, Property("notify", "bool"), Property("via")),
        out=Side("following", counter="following", cached=True, field="following"),
        into=Side("followers", counter="followers", cached=True, huge=True, field="followers"),
        mutual=Side("friends", counter="friends", cached=True, field="friends"),
        hidden_by=Flag.HIDES_NETWORK,
        history="FOLLOWED",
        fanned_out=True,
        graph="follows",
    ),
    Edge(
        "REQUESTED",
        "User",
        "User",
        time="since",
        properties=(*TIMES, Property("notify", "bool"), Property("via")),
        out=Side("sent_requests", field="sentRequests"),
        into=Side("requests", field="followRequests"),
        seen_by=SeenBy.ENDS,
    ),
    Edge(
        "BLOCKS",
        "User",
        "User",
        time="since",
        properties=TIMES,
        out=Side("blocking", cached=True, field="blocked"),
        into=Side("blocked_by", cached=True),
        seen_by=SeenBy.MAKER,
    ),
    Edge(
        "MUTES",
        "User",
        "User",
        time="since",
        properties=(*TIMES, Property("until", "time")),
        out=Side("muting", field="muted"),
        seen_by=SeenBy.MAKER,
    ),
    Edge(
        "DISMISSED",
        "User",
        "User",
        properties=AT,
        out=Side("dismissed"),
        seen_by=SeenBy.MAKER,
    ),
    Edge(
        "FOLLOWED",
        "User",
        "User",
        time="ended",
        properties=(Property("since", "time"), Property("ended", "time")),
        hidden_by=Flag.HIDES_NETWORK,
    ),
    Edge(
        "POSTED",
        "User",
        "Post",
        properties=AT,
        out=Side("posts", counter="posts", cached=True, huge=True, field="posts"),
        fanned_out=True,
        graph="posts",
    ),
    Edge(
        "REPLIES_TO",
        "Post",
        "Post",
        properties=AT,
        into=Side("replies", counter="replies", cached=True, huge=True),
        graph="replies",
    ),
    Edge(
        "SHARES",
        "Post",
        "Post",
        # `via`: the plain share somebody shared this by; the edge leads to what it shares.
        properties=(*AT, Property("via", "int", tells="person")),
        into=Side("shares", counter="shares"),
        graph="shares",
    ),
    Edge(
        "LIKED",
        "User",
        "Post",
        properties=AT,
        out=Side("likes", cached=True),
        into=Side("liked_by", counter="likes", cached=True, huge=True),
        graph="likes",
    ),
    Edge(
        "SAVED",
        "User",
        "Post",
        properties=AT,
        out=Side("saves", cached=True),
        into=Side("saved_by", counter="saves"),
        seen_by=SeenBy.MAKER,
    ),
    Edge(
        "VOTED",
        "User",
        "Post",
        properties=(*AT, Property("value", "int")),
        into=Side("voted_by", split=Split("value", ((1, "ups"), (-1, "downs")))),
        seen_by=SeenBy.MAKER,
    ),
    Edge("TAGGED", "Post", "Tag", properties=AT, graph="tags"),
    Edge(
        "INTERESTED_IN",
        "User",
        "Tag",
        properties=(*AT, Property("weight", "int")),
        graph="interests",
    ),
    Edge("MENTIONS", "Post", "User", properties=AT, graph="mentions"),
    Edge("LIVES_IN", "User", "Place", properties=AT),
    Edge("WORKS_AT", "User", "Organisation", properties=(*AT, Property("workFrom", "int"))),
    Edge("STUDIED_AT", "User", "Organisation", properties=(*AT, Property("classYear", "int"))),
    Edge("MEMBER_OF", "User", "Group", properties=AT, graph="groups"),
    Edge("MODERATES", "User", "Group", properties=AT),
    Edge("IN", "Post", "Group", properties=AT),
    Edge("ABOUT", "Group", "Tag", properties=AT),
    Edge("POSTED_FROM", "Post", "Place", properties=AT),
    Edge("BASED_IN", "Organisation", "Place", properties=AT),
    Edge("PART_OF", "Place", "Place", properties=AT),
    Edge("HAS_TYPE", "Tag", "TagClass", properties=AT),
    Edge("SUBCLASS_OF", "TagClass", "TagClass", properties=AT),
)


@dataclass(frozen=True, slots=True)
class List:
    """A list somebody holds, as derived from the edge that makes it."""

    name: str
    edge: Edge
    side: Side
    direction: str = field(default="out")  # out | in | mutual

    @property
    def owner(self) -> str:
        return self.edge.target if self.direction == "in" else self.edge.source

    @property
    def member(self) -> str:
        return self.edge.source if self.direction == "in" else self.edge.target


def _lists() -> dict[str, List]:
    found: dict[str, List] = {}
    for edge in EDGES:
        for direction, side in (("out", edge.out), ("in", edge.into), ("mutual", edge.mutual)):
            if side is not None:
                found[side.list] = List(side.list, edge, side, direction)
    return found


NODE: dict[str, Node] = {node.name: node for node in NODES}
EDGE: dict[str, Edge] = {edge.name: edge for edge in EDGES}
LIST: dict[str, List] = _lists()
CACHED: tuple[str, ...] = tuple(name for name, lst in LIST.items() if lst.side.cached)
PREFIX: dict[str, Node] = {node.prefix: node for node in NODES}


def counters(node: str) -> tuple[str, ...]:
    """The counters that nodes of this kind keep."""
    return (*counted(node), *NODE[node].tallies)


def counted(node: str) -> dict[str, List]:
    """The counters that edges account for, each with the list that it counts."""
    return {name: lst for lst in LIST.values() if lst.owner == node for name in lst.side.counters}


def person_edges() -> tuple[Edge, ...]:
    """Live edges between two people: what one pair's state is made of."""
    return tuple(
        edge
        for edge in EDGES
        if edge.source == edge.target == "User" and edge.name not in histories()
    )


def histories() -> frozenset[str]:
    return frozenset(edge.history for edge in EDGES if edge.history)
