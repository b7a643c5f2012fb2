"""The registry: every kind of node and edge, declared once.

Constraints and indexes, counters, cached lists, the loaders' mapping and the GraphQL connection
fields are derived from what stands here. A name that begins with `_` is ours alone: analysts
never see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.declaring import Edge, Flag, Ids, Node, Property, SeenBy, Side, Split

TIMES = (Property("since", "time"),)
AT = (Property("at", "time"),)
# What an import calls a node: unique per kind and source.
EXTERNAL = (
    Property("externalId"),
    Property("source"),
    # f"{source}\x1f{externalId}", so that every store can hold it unique.
    Property("externalKey", unique=True, public=False),
)

NODES: tuple[Node, ...] = (
    Node(
        "User",
        "user",
        Ids.DENSE,
        (
            Property("username"),
            # ASCII-folded and lower case; absent once the name is freed.
            Property("usernameKey", unique=True, public=False),
            Property("name"),
            Property("bio", tells="text"),
            Property("avatarUrl"),
            Property("verified", "bool", tells="nothing"),
            Property("privacy", tells="nothing"),
            Property("createdAt", "time", tells="day"),
            Property("externalId", indexed=True),
            Property("source", tells="nothing"),
            # f"{source}\x1f{externalId}", so that every store can hold it unique.
            Property("externalKey", unique=True, public=False),
            # f"{issuer}\x1f{subject}" of the token that speaks for this person.
            Property("subjectKey", unique=True, public=False),
            Property("country", tells="nothing"),
            Property("hideNetwork", "bool", tells="nothing"),
            Property("discoverable", "bool", tells="nothing"),
            Property("allowSuggestions", "bool", tells="nothing"),
            Property("gone", "bool", tells="nothing"),
            Property("lastActiveDay", "int", tells="nothing"),
            Property("community", "int", computed=True, tells="nothing"),
            # What imports of social networks say of people; the API shows none of it.
            Property("firstName", indexed=True),
            Property("lastName"),
            Property("gender", tells="nothing"),
            Property("birthday", "time"),
            Property("emails", "strings"),
            Property("speaks", "strings"),
            Property("locationIP"),
            Property("browserUsed"),
            # Had more followers than posts are pushed to, once: from then on they are read.
            Property("celebrity", "bool", public=False),
        ),
        search=("username", "name"),
        tells="person",
    ),
    Node(
        "Post",
        "post",
        Ids.TIME,
        (
            Property("text", tells="text"),
            Property("type", tells="nothing"),
            Property("visibility", tells="nothing"),
            Property("createdAt", "time", indexed=True, tells="nothing"),
            Property("editedAt", "time", tells="nothing"),
            Property("media", "json", tells="text"),
            # Earlier versions, oldest first, each as JSON.
            Property("edits", "strings", tells="text"),
            Property("gone", "bool", tells="nothing"),
            # Of a deleted post: who wrote it.
            Property("author", "int", public=False),
            # Of a plain share: f"{user}:{post}", so that nobody shares anything twice.
            Property("shareKey", unique=True, public=False),
            # f"{author}:{digest of the caller's key}": the same call again finds its post.
            Property("createKey", unique=True, public=False),
            Property("externalId", indexed=True),
            Property("source", tells="nothing"),
            Property("externalKey", unique=True, public=False),
            Property("language", tells="nothing"),
            Property("length", "int", tells="nothing"),
            Property("imageFile", tells="text"),
            Property("locationIP"),
            Property("browserUsed"),
        ),
        search=("text",),
        tells="person",
        # By one person and on one day, a post is viewed once.
        tallies=("views",),
    ),
    Node("Tag", "tag", Ids.TIME, (Property("name", unique=True), Property("url"), *EXTERNAL)),
    Node(
        "TagClass",
        "tagclass",
        Ids.TIME,
        (Property("name", unique=True), Property("url"), *EXTERNAL),
    ),
    Node(
        "Place",
        "place",
        Ids.TIME,
        (
            Property("name", indexed=True),
            Property("type"),
            Property("key", unique=True, public=False),
            Property("url"),
            *EXTERNAL,
        ),
    ),
    Node(
        "Organisation",
        "organisation",
        Ids.TIME,
        (
            Property("name"),
            Property("type"),
            Property("key", unique=True, public=False),
            Property("url"),
            *EXTERNAL,
        ),
    ),
    Node(
        "Group",
        "group",
        Ids.TIME,
        (
            Property("name", tells="text"),
            Property("createdAt", "time"),
            Property("key", unique=True, public=False),
            *EXTERNAL,
        ),
    ),
)

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
